use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use standardwebhooks::Webhook;

use super::*;

const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const OLD: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
const ALLIANCE: &str = "gansu-industry-alliance";
const ZONE: &str = "gansu-technology-transfer-demonstration-zone";

/// A receiver as it may stand in the variable, with other members in place of its own.
fn entry(other: Value) -> Value {
    let mut entry = json!({
        "name": "portal",
        "url": "https://hooks.example.cn/accredit",
        "programmes": [ALLIANCE],
        "secret": SECRET,
    });
    for (member, value) in other.as_object().unwrap() {
        entry[member] = value.clone();
    }
    entry
}

fn parse(entries: &[Value]) -> Result<Receivers, ReceiversError> {
    Receivers::parse(&json!(entries).to_string())
}

fn refused(entries: &[Value]) -> Option<ReceiversError> {
    parse(entries).err()
}

#[test]
fn an_empty_variable_names_nobody() {
    for text in ["", " \n", "[]", " [ ] "] {
        assert_eq!(Receivers::parse(text).unwrap().iter().count(), 0, "{text}");
    }
}

#[test]
fn a_receiver_is_told_of_its_programmes() {
    let all: Vec<&str> = rules::programmes().iter().map(|rules| rules.id).collect();
    for (programmes, told) in [
        (json!([ALLIANCE]), Some(vec![ALLIANCE])),
        (json!([ZONE, ALLIANCE]), Some(vec![ALLIANCE, ZONE])),
        (json!(["*"]), Some(all)),
        (json!([]), None),
        (json!(["*", ALLIANCE]), None),
        (json!([ALLIANCE, ALLIANCE]), None),
        (json!(["gansu-industry-allianc"]), None),
    ] {
        let receivers = parse(&[entry(json!({"programmes": programmes}))]);
        match told {
            Some(told) => {
                let receivers = receivers.unwrap();
                let receiver = receivers.iter().next().unwrap();
                assert_eq!(receiver.programmes(), told, "{programmes}");
            }
            None => assert_eq!(
                receivers.err(),
                Some(ReceiversError::Programmes { receiver: 1 }),
                "{programmes}"
            ),
        }
    }
}

#[test]
fn only_this_machine_is_told_in_the_clear() {
    for (url, fits) in [
        ("https://hooks.example.cn", true),
        ("https://hooks.example.cn:8443/a?b=c", true),
        ("https://10.0.0.1/", true),
        ("http://localhost:3000/a", true),
        ("http://LOCALHOST/a", true),
        ("http://127.0.0.1/a", true),
        ("http://127.8.9.1:80/a", true),
        ("http://[::1]:3000/a", true),
        ("http://hooks.example.cn/", false),
        ("http://localhost.example.cn/", false),
        ("http://128.0.0.1/", false),
        ("http://[::2]/", false),
        ("ftp://hooks.example.cn/", false),
        ("hooks.example.cn", false),
        ("/accredit", false),
        ("https://", false),
        ("https:///a", false),
        ("https://user:word@hooks.example.cn/", false),
        ("http://localhost@hooks.example.cn/", false),
        ("https://hooks.example.cn/#a", false),
        ("https://hooks.example.cn/认定", false),
        ("https://认定.cn/", false),
        ("https://hooks.example.cn/a b", false),
        ("", false),
    ] {
        let expected = (!fits).then_some(ReceiversError::Url { receiver: 1 });
        assert_eq!(refused(&[entry(json!({"url": url}))]), expected, "{url}");
    }
    let longest = format!("https://a.cn/{}", "a".repeat(LONGEST_URL - 13));
    assert_eq!(refused(&[entry(json!({"url": longest}))]), None);
    assert!(refused(&[entry(json!({"url": format!("{longest}a")}))]).is_some());
}

#[test]
fn what_is_wrong_is_said_with_its_place_and_without_its_value() {
    let secret = |field| ReceiversError::Secret { receiver: 1, field };
    for (other, error) in [
        (json!({"name": ""}), ReceiversError::Name { receiver: 1 }),
        (
            json!({"name": "Portal"}),
            ReceiversError::Name { receiver: 1 },
        ),
        (
            json!({"name": "a".repeat(65)}),
            ReceiversError::Name { receiver: 1 },
        ),
        (json!({"secret": "whsec_hidden"}), secret("secret")),
        (json!({"old_secret": "hidden"}), secret("old_secret")),
    ] {
        assert_eq!(refused(&[entry(other)]), Some(error));
    }
    let one = entry(json!({"name": "a"}));
    let other = entry(json!({"name": "b"}));
    assert_eq!(
        refused(&[one.clone(), other, one]),
        Some(ReceiversError::SameName {
            first: 1,
            second: 3
        })
    );
    let many = |count: usize| -> Vec<Value> {
        let names = (0..count).map(|n| format!("r{n}"));
        names.map(|name| entry(json!({"name": name}))).collect()
    };
    assert_eq!(refused(&many(MOST)), None);
    assert_eq!(refused(&many(MOST + 1)), Some(ReceiversError::TooMany));

    for (text, shape) in [
        ("hidden", false),
        ("[", false),
        (r#"{"hidden": 1}"#, true),
        (r#"["hidden"]"#, true),
        (r#"[["a", "hidden", [], "b", null]]"#, true),
        (&json!([entry(json!({"hidden": 1}))]).to_string(), true),
        (
            &json!([entry(json!({"url": ["hidden"]}))]).to_string(),
            true,
        ),
        (r#"[{"name": "hidden"}]"#, true),
    ] {
        let error = Receivers::parse(text).err().unwrap();
        let is_shape = matches!(error, ReceiversError::Shape { line: 1, .. });
        assert_eq!(is_shape, shape, "{text}: {error}");
        assert!(!error.to_string().contains("hidden"), "{error}");
    }
}

/// As those verify who use the crate that the projects of the standard publish. It knows no clock but the
/// machine's.
#[test]
fn others_can_verify_what_is_signed() {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let now = i64::try_from(since_1970.as_secs()).unwrap();
    let body = r#"{"id":"6k3v","data":{"zh":"年度工作总结"}}"#.as_bytes();
    let receivers = parse(&[
        entry(json!({"name": "one"})),
        entry(json!({"name": "two", "old_secret": OLD})),
    ]);
    let receivers = receivers.unwrap();
    let headers: Vec<HeaderMap> = receivers
        .iter()
        .map(|receiver| receiver.headers("6k3v", now, body).unwrap())
        .collect();
    for (headers, secret, fits) in [
        (&headers[0], SECRET, true),
        (&headers[0], OLD, false),
        (&headers[1], SECRET, true),
        (&headers[1], OLD, true),
    ] {
        let verified = Webhook::new(secret).unwrap().verify(body, headers);
        assert_eq!(verified.is_ok(), fits, "{secret}: {headers:?}");
    }
    assert_eq!(headers[0]["webhook-id"], "6k3v");
    assert_eq!(headers[0]["webhook-timestamp"], now.to_string().as_str());
    assert_eq!(
        headers[0]["content-type"],
        "application/cloudevents+json; charset=utf-8"
    );
    let forged = Webhook::new(SECRET).unwrap().verify(b"{}", &headers[0]);
    assert!(forged.is_err());
}
