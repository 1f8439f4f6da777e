use std::fmt;
use text::Text;

use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde::Deserialize;
use serde_json::error::Category;
use sha2::{Digest, Sha256};
use spin_sdk::variables;
use subtle::{ConditionallySelectable, ConstantTimeEq};

use crate::{ByName, Problem, variable};

/// The Spin variable that lists who may write.
const VARIABLE: &str = "clients";

/// The most characters of a client's name or a programme's id in a variable.
pub const LONGEST_NAME: usize = 64;

/// What a client may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Act for applicants: store evaluations, publish notices, record objections.
    Portal,
    /// Maintain the register: issue certificates and record events on them.
    Registrar,
    /// Run the reminders.
    Scheduler,
}

impl Role {
    const ALL: [Self; 3] = [Self::Portal, Self::Registrar, Self::Scheduler];

    /// The role as the variable `clients` writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Portal => "portal",
            Self::Registrar => "registrar",
            Self::Scheduler => "scheduler",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

/// The programmes a client acts for.
#[derive(Debug)]
enum Programmes {
    All,
    Only(Vec<String>),
}

/// Someone who may write: a portal, an authority's registry, or a scheduler.
///
/// Contains the SHA-256 of the client's token, not the token. `Debug` does not show the hash.
pub struct Client {
    name: String,
    roles: Vec<Role>,
    programmes: Programmes,
    token_sha256: [u8; 32],
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("name", &self.name)
            .field("roles", &self.roles)
            .field("programmes", &self.programmes)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// The client's name. No two clients have the same name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the client has the role.
    pub fn may(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether the client acts for the programme.
    pub fn acts_for(&self, programme: &str) -> bool {
        match &self.programmes {
            Programmes::All => true,
            Programmes::Only(programmes) => programmes.iter().any(|own| own == programme),
        }
    }

    /// Refuses a client without the role. For requests that do not concern a single programme.
    ///
    /// # Errors
    /// A 403 that names the missing role.
    pub fn require_role(&self, role: Role) -> Result<(), Problem> {
        if self.may(role) {
            return Ok(());
        }
        let role = role.as_str();
        Err(forbidden(Text::new(
            format!("此令牌没有 {role} 角色。"),
            format!("The token lacks the role {role}."),
        )))
    }

    /// Refuses a client that lacks the role or does not act for the programme.
    ///
    /// The answer repeats `programme`. Pass the id of an existing programme, never text from the request.
    ///
    /// # Errors
    /// A 403 that names the missing role or, if the client has the role, the programme.
    pub fn require(&self, role: Role, programme: &str) -> Result<(), Problem> {
        self.require_role(role)?;
        if self.acts_for(programme) {
            return Ok(());
        }
        Err(Problem::not_for_programme(programme))
    }
}

/// Everyone who may write, as listed in the variable `clients`.
#[derive(Debug)]
pub struct Clients(Vec<Client>);

/// What is wrong with the variable `clients`.
///
/// An error names the place and the fault, but never repeats a value, because a token may be in the wrong
/// place. Clients are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientsError {
    /// The value is not JSON.
    #[error("not JSON at line {line}, column {column}")]
    NotJson {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// The value is JSON, but not a list of clients.
    #[error(
        "not a list of objects with name, roles, programmes and token_sha256, and nothing else, \
         at line {line}, column {column}"
    )]
    Shape {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// The client's name is not a name.
    #[error("client {client}: a name has 1 to {LONGEST_NAME} characters of a-z, 0-9 and -")]
    Name {
        /// Which client.
        client: usize,
    },
    /// One of the client's roles does not exist.
    #[error("client {client}: a role is portal, registrar or scheduler")]
    Role {
        /// Which client.
        client: usize,
    },
    /// `programmes` contains something that cannot be the id of a programme.
    #[error(
        "client {client}: programmes are ids of 1 to {LONGEST_NAME} characters of a-z, 0-9 and -, \
         or * alone for all"
    )]
    Programmes {
        /// Which client.
        client: usize,
    },
    /// `token_sha256` is not a SHA-256.
    #[error("client {client}: token_sha256 is 64 hexadecimal digits in lower case")]
    Hash {
        /// Which client.
        client: usize,
    },
    /// Two clients have the same name.
    #[error("clients {first} and {second} have the same name")]
    SameName {
        /// The first of the two clients.
        first: usize,
        /// The second of the two clients.
        second: usize,
    },
    /// Two clients have the same token.
    #[error("clients {first} and {second} have the same token_sha256")]
    SameHash {
        /// The first of the two clients.
        first: usize,
        /// The second of the two clients.
        second: usize,
    },
}

/// A client as the variable writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    roles: Vec<String>,
    programmes: Vec<String>,
    token_sha256: String,
}

impl Clients {
    /// Reads the value of the variable `clients`, a JSON array. With an empty value or array, nobody may
    /// write.
    ///
    /// ```
    /// let clients = web::Clients::parse(
    ///     r#"[{
    ///         "name": "gansu-portal",
    ///         "roles": ["portal"],
    ///         "programmes": ["gansu-industry-alliance"],
    ///         "token_sha256": "dcf71c3e797fdfa86b91c7022fd4eb2d0fe0fe7744e361b4ab79d227e802391c"
    ///     }]"#,
    /// )?;
    /// let mut headers = http::HeaderMap::new();
    /// headers.insert("authorization", "Bearer test-token-of-gansu".parse()?);
    /// let client = clients.authenticate(&headers).map_err(|_| "nobody has this token")?;
    /// assert_eq!(client.name(), "gansu-portal");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The first fault in the value.
    pub fn parse(text: &str) -> Result<Self, ClientsError> {
        if text.trim().is_empty() {
            return Ok(Self(Vec::new()));
        }
        let entries: Vec<ByName<Entry>> = serde_json::from_str(text).map_err(|error| {
            // serde's message may repeat a part of the value, so only the position is kept.
            let (line, column) = (error.line(), error.column());
            match error.classify() {
                Category::Data => ClientsError::Shape { line, column },
                _ => ClientsError::NotJson { line, column },
            }
        })?;
        let mut clients: Vec<Client> = Vec::with_capacity(entries.len());
        for (second, ByName(entry)) in (1..).zip(entries) {
            let client = entry.read(second)?;
            for (first, other) in (1..).zip(&clients) {
                if other.name == client.name {
                    return Err(ClientsError::SameName { first, second });
                }
                if other.token_sha256 == client.token_sha256 {
                    return Err(ClientsError::SameHash { first, second });
                }
            }
            clients.push(client);
        }
        Ok(Self(clients))
    }

    /// The clients that are needed to answer a request. A request that carries a token or writes needs all
    /// of them. A public read needs none, so it also works when the variable cannot be read.
    ///
    /// # Errors
    /// The errors of [`configured`](Self::configured).
    pub async fn needed_by(parts: &Parts) -> Result<Self, Problem> {
        let reads = matches!(parts.method, Method::GET | Method::HEAD);
        if reads && !parts.headers.contains_key(header::AUTHORIZATION) {
            return Ok(Self(Vec::new()));
        }
        Self::configured().await
    }

    /// Reads the variable `clients` of the component.
    ///
    /// # Errors
    /// A 500 if the variable cannot be read or [`Clients::parse`] refuses its value. The log gives the
    /// reason, but not the value.
    pub async fn configured() -> Result<Self, Problem> {
        Self::from_variable(variables::get(VARIABLE).await)
    }

    fn from_variable(read: Result<String, variables::Error>) -> Result<Self, Problem> {
        variable::settle(VARIABLE, read, Self::parse)
    }

    /// Finds who sent a request, by its bearer token (RFC 6750).
    ///
    /// The SHA-256 of the token is compared with the hash of every client. The time that this takes does
    /// not depend on the hashes, so it reveals nothing about them.
    ///
    /// # Errors
    /// A 401 if the request has no token, more than one token, or a token that no client has.
    pub fn authenticate(&self, headers: &HeaderMap) -> Result<&Client, Problem> {
        let hash: [u8; 32] = Sha256::digest(bearer_token(headers)?).into();
        // The client's place in the list, from 1; 0 means no client.
        let mut found = 0_u64;
        for (place, client) in (1..).zip(&self.0) {
            let same = client.token_sha256.as_slice().ct_eq(hash.as_slice());
            found.conditional_assign(&place, same);
        }
        let index = found.checked_sub(1);
        let index = index.and_then(|index| usize::try_from(index).ok());
        index.and_then(|index| self.0.get(index)).ok_or_else(|| {
            let text = Text::new("令牌无效。", "The token is not valid.");
            unauthorized(INVALID_TOKEN, text)
        })
    }
}

impl Entry {
    fn read(self, client: usize) -> Result<Client, ClientsError> {
        if !is_name(&self.name) {
            return Err(ClientsError::Name { client });
        }
        let roles = self.roles.iter().map(|role| Role::parse(role));
        let roles: Option<Vec<_>> = roles.collect();
        let all = self.programmes.len() == 1 && self.programmes.iter().all(|one| one == "*");
        let programmes = if all {
            Programmes::All
        } else if self.programmes.iter().all(|id| is_name(id)) {
            Programmes::Only(self.programmes)
        } else {
            return Err(ClientsError::Programmes { client });
        };
        Ok(Client {
            name: self.name,
            roles: roles.ok_or(ClientsError::Role { client })?,
            programmes,
            token_sha256: hash(&self.token_sha256).ok_or(ClientsError::Hash { client })?,
        })
    }
}

/// Whether a text can be a name: 1 to [`LONGEST_NAME`] characters of a-z, 0-9 and -.
pub fn is_name(text: &str) -> bool {
    (1..=LONGEST_NAME).contains(&text.len())
        && text
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

fn hash(text: &str) -> Option<[u8; 32]> {
    let digit = |byte| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut hash = [0; 32];
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != hash.len() || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in hash.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(hash)
}

/// The challenge to a request without a bearer token. RFC 6750, section 3.1, wants no error code here.
const NO_TOKEN: &str = r#"Bearer realm="accredit""#;
const INVALID_TOKEN: &str = r#"Bearer realm="accredit", error="invalid_token""#;
const INSUFFICIENT_SCOPE: &str = r#"Bearer realm="accredit", error="insufficient_scope""#;

/// The token of a request: `Bearer`, spaces, a `b64token` (RFC 6750, section 2.1).
fn bearer_token(headers: &HeaderMap) -> Result<&str, Problem> {
    let malformed = || {
        let text = Text::new(
            "请求头 Authorization 应恰好出现一次，写作 Bearer <令牌>；令牌由字母、数字和 -._~+/ 组成，末尾可有 =。",
            "The header Authorization stands once, as Bearer <token>. A token is letters, digits and -._~+/, \
             with = at its end only.",
        );
        unauthorized(INVALID_TOKEN, text)
    };
    let missing = || {
        let text = Text::new(
            "需要令牌，写作 Authorization: Bearer <令牌>。",
            "A token is needed, as Authorization: Bearer <token>.",
        );
        unauthorized(NO_TOKEN, text)
    };
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next().ok_or_else(missing)?;
    if values.next().is_some() {
        return Err(malformed());
    }
    let value = value.to_str().map_err(|_| malformed())?;
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(missing());
    }
    let token = token.trim_start_matches(' ');
    let characters = token.trim_end_matches('=');
    let fits = !characters.is_empty()
        && characters
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte));
    fits.then_some(token).ok_or_else(malformed)
}

fn unauthorized(challenge: &'static str, detail: Text) -> Problem {
    let status = StatusCode::UNAUTHORIZED;
    Problem::new(status, "unauthorized", "Unauthorized", detail).with_header(
        header::WWW_AUTHENTICATE,
        HeaderValue::from_static(challenge),
    )
}

impl Problem {
    /// A 403: the client does not act for the programme. The answer repeats `programme`. Pass the id of an
    /// existing programme, never text from the request.
    pub fn not_for_programme(programme: &str) -> Self {
        forbidden(Text::new(
            format!("此令牌不得为项目 {programme} 办理。"),
            format!("The token may not act for the programme {programme}."),
        ))
    }
}

fn forbidden(detail: Text) -> Problem {
    let challenge = HeaderValue::from_static(INSUFFICIENT_SCOPE);
    Problem::new(StatusCode::FORBIDDEN, "forbidden", "Forbidden", detail)
        .with_header(header::WWW_AUTHENTICATE, challenge)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::Response;

    // Each a token and its hash, as computed by the tool sha256sum.
    const GANSU: (&str, &str) = (
        "test-token-of-gansu",
        "dcf71c3e797fdfa86b91c7022fd4eb2d0fe0fe7744e361b4ab79d227e802391c",
    );
    const REGISTRAR: (&str, &str) = (
        "Test+Token/of.the_registrar~2==",
        "f64aa59562394f9dfc60392544a6f8ce106a3264011a939aa527767b45fd96cb",
    );
    const SCHEDULER: (&str, &str) = (
        "s",
        "043a718774c572bd8a25adbeb1bfcd5c0256ae11cecf9f9c3f925d0e52beaf89",
    );
    const ALLIANCE: &str = "gansu-industry-alliance";

    fn clients() -> Clients {
        let clients = json!([
            {"name": "gansu-portal", "roles": ["portal"], "programmes": [ALLIANCE, "b"], "token_sha256": GANSU.1},
            {"name": "r", "roles": ["portal", "registrar"], "programmes": ["*"], "token_sha256": REGISTRAR.1},
            {"name": "tick-2", "roles": ["scheduler"], "programmes": [], "token_sha256": SCHEDULER.1},
        ]);
        Clients::parse(&clients.to_string()).unwrap()
    }

    fn sent(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
            headers.append(header::AUTHORIZATION, value);
        }
        headers
    }

    /// The challenge and the JSON document of a problem.
    fn shown(problem: Problem) -> (String, Value) {
        let document = serde_json::from_slice(&problem.to_json()).unwrap();
        let response = Response::from(problem);
        let challenge = &response.headers()[header::WWW_AUTHENTICATE];
        (challenge.to_str().unwrap().to_owned(), document)
    }

    #[test]
    fn a_token_names_its_client() {
        for (value, name) in [
            (format!("Bearer {}", GANSU.0), "gansu-portal"),
            (format!("bearer {}", GANSU.0), "gansu-portal"),
            (format!("BEARER   {}", GANSU.0), "gansu-portal"),
            (format!("Bearer {}", REGISTRAR.0), "r"),
            (format!("Bearer {}", SCHEDULER.0), "tick-2"),
        ] {
            let headers = sent(&[&value]);
            let clients = clients();
            let client = clients.authenticate(&headers).ok().map(Client::name);
            assert_eq!(client, Some(name), "{value}");
        }
    }

    #[test]
    fn without_a_valid_token_the_challenge_says_what_is_wrong() {
        let bare = (r#"Bearer realm="accredit""#, "A token is needed");
        let invalid_token = r#"Bearer realm="accredit", error="invalid_token""#;
        let malformed = (invalid_token, "The header Authorization stands once");
        let unknown = (invalid_token, "The token is not valid.");
        let right = "Bearer test-token-of-gansu";
        let hash = format!("Bearer {}", GANSU.1);
        for (values, (challenge, words)) in [
            // No bearer token (RFC 6750, section 3.1).
            (&[] as &[&str], bare),
            (&[""], bare),
            (&["Basic dGVzdDp0ZXN0"], bare),
            (&["test-token-of-gansu"], bare),
            (&["Bearertest-token-of-gansu"], bare),
            (&["Bearer\ttest-token-of-gansu"], bare),
            // A malformed header.
            (&[right, right], malformed),
            (&[right, "Basic dGVzdDp0ZXN0"], malformed),
            (&["Basic dGVzdDp0ZXN0", right], malformed),
            (&["Bearer"], malformed),
            (&["Bearer "], malformed),
            (&["Bearer ="], malformed),
            (&["Bearer test-token-of-gansu "], malformed),
            (&["Bearer test-token-of-gansu, Bearer s"], malformed),
            (&["Bearer test=token"], malformed),
            (&["Bearer \"test-token-of-gansu\""], malformed),
            (&["Bearer 令牌"], malformed),
            // A token that no client has.
            (&["Bearer test-token-of-gansv"], unknown),
            (&["Bearer Test-Token-Of-Gansu"], unknown),
            (&["Bearer TEST-TOKEN-OF-GANSU"], unknown),
            (&["Bearer test-token-of-gans"], unknown),
            (&["Bearer test-token-of-gansu="], unknown),
            (&["Bearer S"], unknown),
            (&[&hash], unknown),
        ] {
            let clients = clients();
            let problem = clients.authenticate(&sent(values)).err();
            let problem = problem.unwrap_or_else(|| panic!("{values:?} is accepted"));
            let (given, document) = shown(problem);
            assert_eq!(given, challenge, "{values:?}");
            assert_eq!(document["status"], 401, "{values:?}");
            assert_eq!(document["type"], "urn:problem-type:accredit:unauthorized");
            let detail = document["detail"].as_str().unwrap();
            assert!(detail.starts_with(words), "{values:?}: {detail}");
            let document = document.to_string();
            for hidden in ["gans", &GANSU.1[2..]] {
                assert!(!document.contains(hidden), "{values:?}: {document}");
            }
        }
    }

    #[test]
    fn without_clients_nobody_may_write() {
        // The SHA-256 of an empty text: even a client with this hash cannot use an empty token.
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let empty = json!([{"name": "a", "roles": [], "programmes": [], "token_sha256": empty}]);
        for text in ["", " \n", "[]", " [ ] ", &empty.to_string()] {
            let clients = Clients::parse(text).unwrap();
            for values in [
                &[] as &[&str],
                &["Bearer "],
                &["Bearer test-token-of-gansu"],
            ] {
                assert!(clients.authenticate(&sent(values)).is_err(), "{text}");
            }
        }
    }

    #[test]
    fn a_client_does_what_its_role_and_programmes_allow() {
        let role = "role";
        let programme = "programme";
        for (token, asked, about, lacks) in [
            (GANSU.0, Role::Portal, ALLIANCE, None),
            (GANSU.0, Role::Portal, "b", None),
            (GANSU.0, Role::Portal, "gansu-industry", Some(programme)),
            (
                GANSU.0,
                Role::Portal,
                "gansu-industry-alliance-2",
                Some(programme),
            ),
            (
                GANSU.0,
                Role::Portal,
                "Gansu-industry-alliance",
                Some(programme),
            ),
            (GANSU.0, Role::Portal, "*", Some(programme)),
            (GANSU.0, Role::Registrar, ALLIANCE, Some(role)),
            (GANSU.0, Role::Scheduler, ALLIANCE, Some(role)),
            (GANSU.0, Role::Registrar, "c", Some(role)),
            (REGISTRAR.0, Role::Portal, ALLIANCE, None),
            (REGISTRAR.0, Role::Registrar, "any-other", None),
            (REGISTRAR.0, Role::Scheduler, ALLIANCE, Some(role)),
            (SCHEDULER.0, Role::Scheduler, ALLIANCE, Some(programme)),
            (SCHEDULER.0, Role::Portal, ALLIANCE, Some(role)),
        ] {
            let case = format!("{token} {asked:?} {about}");
            let clients = clients();
            let headers = sent(&[&format!("Bearer {token}")]);
            let client = clients.authenticate(&headers).unwrap();
            let for_role = client.require_role(asked);
            assert_eq!(for_role.is_err(), lacks == Some(role), "{case}");
            assert_eq!(client.may(asked), for_role.is_ok(), "{case}");
            let Err(problem) = client.require(asked, about) else {
                assert_eq!(lacks, None, "{case}");
                assert!(client.acts_for(about), "{case}");
                continue;
            };
            let (challenge, document) = shown(problem);
            let scope = r#"Bearer realm="accredit", error="insufficient_scope""#;
            assert_eq!(challenge, scope, "{case}");
            assert_eq!(document["status"], 403, "{case}");
            assert_eq!(document["type"], "urn:problem-type:accredit:forbidden");
            let named = match lacks {
                Some("role") => asked.as_str(),
                Some(_) => {
                    assert!(!client.acts_for(about), "{case}");
                    about
                }
                None => panic!("{case} is refused"),
            };
            for (language, words) in [
                ("zh", format!(" {named} ")),
                ("en", format!("{} {named}.", lacks.unwrap_or_default())),
            ] {
                let text = document["message"][language].as_str().unwrap();
                assert!(text.contains(&words), "{case}: {text}");
            }
        }
    }

    /// A value of the variable with one client, after changing one member of the client.
    fn one(member: &str, value: Value) -> String {
        let mut entry = json!({
            "name": "secret-name",
            "roles": ["portal"],
            "programmes": ["secret-programme"],
            "token_sha256": GANSU.1,
        });
        entry[member] = value;
        json!([entry]).to_string()
    }

    /// Like `one`, but with a valid client before the changed client.
    fn second(member: &str, value: Value) -> String {
        let first = r#"[{"name": "a", "roles": [], "programmes": [], "token_sha256": "HASH"}, "#;
        one(member, value).replacen('[', &first.replace("HASH", SCHEDULER.1), 1)
    }

    /// The error for a value. Also checks that neither the log nor the caller is shown the value.
    fn fault(text: &str) -> ClientsError {
        let error = Clients::parse(text)
            .err()
            .unwrap_or_else(|| panic!("{text} is accepted"));
        let logged = format!("{error} {error:?}").to_lowercase();
        for hidden in ["secret", GANSU.0, &GANSU.1[2..], &SCHEDULER.1[2..]] {
            assert!(!logged.contains(hidden), "{text}: {logged}");
        }
        let problem = Clients::from_variable(Ok(text.to_owned())).unwrap_err();
        let problem: Value = serde_json::from_slice(&problem.to_json()).unwrap();
        assert_eq!(problem["status"], 500);
        assert_eq!(problem["type"], "urn:problem-type:accredit:internal");
        assert!(!problem.to_string().contains("client"), "{problem}");
        error
    }

    #[test]
    fn members_that_cannot_be_read_are_refused() {
        let name = |client| ClientsError::Name { client };
        let role = |client| ClientsError::Role { client };
        let programmes = |client| ClientsError::Programmes { client };
        let hash = |client| ClientsError::Hash { client };
        let (first, next) = (1, 2);
        for (member, value, expected) in [
            ("name", json!(""), name(first)),
            ("name", json!("n".repeat(65)), name(first)),
            ("name", json!("Secret"), name(first)),
            ("name", json!("secret_name"), name(first)),
            ("name", json!("secret name"), name(first)),
            ("name", json!("secret名"), name(first)),
            ("roles", json!(["portal", "secret-role"]), role(first)),
            ("roles", json!(["Portal"]), role(first)),
            ("roles", json!([""]), role(first)),
            ("roles", json!(["*"]), role(first)),
            ("programmes", json!(["*", "secret"]), programmes(first)),
            ("programmes", json!(["secret", "*"]), programmes(first)),
            ("programmes", json!(["*", "*"]), programmes(first)),
            ("programmes", json!(["secret-*"]), programmes(first)),
            ("programmes", json!(["Secret"]), programmes(first)),
            ("programmes", json!([""]), programmes(first)),
            ("programmes", json!(["p".repeat(65)]), programmes(first)),
            ("token_sha256", json!(""), hash(first)),
            ("token_sha256", json!("secret"), hash(first)),
            ("token_sha256", json!(GANSU.0), hash(first)),
            ("token_sha256", json!(GANSU.1[1..]), hash(first)),
            ("token_sha256", json!(GANSU.1[2..]), hash(first)),
            ("token_sha256", json!(format!("{}0", GANSU.1)), hash(first)),
            ("token_sha256", json!(format!("{}00", GANSU.1)), hash(first)),
            ("token_sha256", json!(GANSU.1.to_uppercase()), hash(first)),
            (
                "token_sha256",
                json!(format!("g{}", &GANSU.1[1..])),
                hash(first),
            ),
        ] {
            assert_eq!(fault(&one(member, value.clone())), expected, "{value}");
        }
        for (member, value, expected) in [
            ("name", json!(""), name(next)),
            ("roles", json!(["secret"]), role(next)),
            ("programmes", json!(["Secret"]), programmes(next)),
            ("token_sha256", json!("secret"), hash(next)),
            (
                "name",
                json!("a"),
                ClientsError::SameName {
                    first,
                    second: next,
                },
            ),
            (
                "token_sha256",
                json!(SCHEDULER.1),
                ClientsError::SameHash {
                    first,
                    second: next,
                },
            ),
        ] {
            assert_eq!(fault(&second(member, value.clone())), expected, "{value}");
        }
        // Values just inside the limits.
        for text in [
            one("name", json!("n".repeat(64))),
            one("name", json!("0")),
            one("programmes", json!(["*"])),
            one("programmes", json!([])),
            one("programmes", json!(["p".repeat(64), "0"])),
            one("roles", json!([])),
            second("roles", json!(["portal", "registrar", "scheduler"])),
        ] {
            assert!(Clients::parse(&text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_value_that_is_not_a_list_of_clients_is_refused() {
        for (text, line, column) in [
            ("[", 1, 1),
            ("secret", 1, 1),
            ("[\n]secret", 2, 2),
            ("[{\"secret", 1, 9),
        ] {
            assert_eq!(
                fault(text),
                ClientsError::NotJson { line, column },
                "{text}"
            );
        }
        let without = |member: &str| {
            let mut list: Value = serde_json::from_str(&one(member, json!(0))).unwrap();
            list[0].as_object_mut().unwrap().remove(member);
            list.to_string()
        };
        let as_list = format!(r#"[["secret-name", ["portal"], ["*"], "{}"]]"#, GANSU.1);
        for text in [
            "null",
            "\"secret\"",
            "{\"secret\": 1}",
            "[null]",
            "[[]]",
            &as_list,
            &one("secret-member", json!("secret")),
            &one(GANSU.1, json!("secret")),
            &one("name", json!(7)),
            &one("name", Value::Null),
            &one("roles", json!("portal")),
            &one("programmes", json!("*")),
            &one("token_sha256", json!([1])),
            &without("name"),
            &without("roles"),
            &without("programmes"),
            &without("token_sha256"),
            r#"[{"name": "secret", "name": "secret"}]"#,
        ] {
            let error = fault(text);
            assert!(
                matches!(error, ClientsError::Shape { line: 1, .. }),
                "{text}: {error:?}"
            );
        }
        let missing = r#"[{"name": "a", "roles": [], "programmes": []}]"#;
        let column = missing.len() - 1;
        assert_eq!(fault(missing), ClientsError::Shape { line: 1, column });
    }

    #[test]
    fn an_unreadable_variable_is_a_500() {
        use variables::Error;
        for error in [
            Error::InvalidName("secret".to_owned()),
            Error::Undefined("secret".to_owned()),
            Error::Provider("secret".to_owned()),
            Error::Other("secret".to_owned()),
        ] {
            let problem = Clients::from_variable(Err(error)).unwrap_err().to_json();
            let problem = String::from_utf8(problem).unwrap();
            assert!(problem.contains("\"status\":500"), "{problem}");
            assert!(!problem.contains("secret"), "{problem}");
        }
        assert!(Clients::from_variable(Ok(String::new())).is_ok());
    }

    #[test]
    fn debug_does_not_show_a_hash() {
        let shown = format!("{:#?}", clients());
        assert!(shown.contains("gansu-portal"), "{shown}");
        assert!(!shown.contains("sha256"), "{shown}");
        // The first byte of a hash, as Debug would write it.
        assert!(!shown.contains("220"), "{shown}");
    }
}
