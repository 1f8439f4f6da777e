//! `accredit token`: makes a token, and what the application's variable must hold so that whoever
//! shows the token may write.
//!
//! The only place of the host that knows a variable by its name. The token itself is kept nowhere.

use std::io::{self, Write as _};

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use clap::{Args, ValueEnum};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// The variable that says who may write: a JSON array of clients.
pub(crate) const CLIENTS: &str = "clients";

/// What every token begins with, so that one that has leaked is found by a search.
const PREFIX: &str = "accredit_";
/// How much of a token cannot be guessed.
const RANDOM_BYTES: usize = 32;
/// The longest name of a client or programme.
const MAX_NAME_CHARS: usize = 64;
/// Stands for all programmes.
const ALL_PROGRAMMES: &str = "*";

/// Who the token is for.
#[derive(Args)]
pub(crate) struct Arguments {
    /// What the client is called: 1 to 64 of a-z, 0-9 and '-'.
    #[arg(long, value_parser = name)]
    name: String,
    /// What it may do; may be given more than once.
    #[arg(long = "role", value_name = "ROLE", required = true)]
    roles: Vec<Role>,
    /// The id of a programme it may act for; may be given more than once. '*' is all of them.
    #[arg(long = "programme", value_name = "ID", required = true, value_parser = programme)]
    programmes: Vec<String>,
    /// Print one JSON object, {"token": …, "client": …}, and nothing else.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
enum Role {
    Portal,
    Registrar,
    Scheduler,
}

/// An entry of the variable's array.
#[derive(Debug, Serialize)]
struct Client {
    name: String,
    roles: Vec<Role>,
    programmes: Vec<String>,
    token_sha256: String,
}

#[derive(Debug, Serialize)]
struct Made {
    token: String,
    client: Client,
}

fn name(text: &str) -> Result<String, String> {
    let fits = (1..=MAX_NAME_CHARS).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if fits {
        Ok(text.to_owned())
    } else {
        Err(format!("must be 1 to {MAX_NAME_CHARS} of a-z, 0-9 and '-'"))
    }
}

fn programme(text: &str) -> Result<String, String> {
    if text == ALL_PROGRAMMES {
        return Ok(text.to_owned());
    }
    name(text).map_err(|reason| format!("{reason}, or '{ALL_PROGRAMMES}' for all programmes"))
}

/// Whether a value of the variable names no client.
pub(crate) fn is_empty(clients: &str) -> bool {
    let inside = clients.trim();
    let inside = inside
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(inside);
    inside.trim().is_empty()
}

/// Makes a token and prints it, once, with what to configure.
///
/// # Errors
///
/// When the system gives no random numbers, or standard output cannot be written to.
pub(crate) fn run(arguments: Arguments) -> Result<()> {
    let mut random = [0; RANDOM_BYTES];
    getrandom::fill(&mut random).context("the system gives no random numbers")?;
    let json = arguments.json;
    let made = make(arguments, random);
    let text = if json {
        serde_json::to_string(&made)? + "\n"
    } else {
        explain(&made)?
    };
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()?;
    Ok(())
}

fn make(arguments: Arguments, random: [u8; RANDOM_BYTES]) -> Made {
    let token = format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(random));
    let token_sha256 = Sha256::digest(&token)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Made {
        token,
        client: Client {
            name: arguments.name,
            roles: once_each(arguments.roles),
            // All programmes are all programmes, whatever else was named.
            programmes: if arguments.programmes.iter().any(|id| id == ALL_PROGRAMMES) {
                vec![ALL_PROGRAMMES.to_owned()]
            } else {
                once_each(arguments.programmes)
            },
            token_sha256,
        },
    }
}

fn once_each<T: PartialEq>(given: Vec<T>) -> Vec<T> {
    let mut kept = Vec::with_capacity(given.len());
    for item in given {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    kept
}

/// The token and what to do with it. The example's quotes hold: a client has no `'` in it.
fn explain(made: &Made) -> Result<String> {
    let client = serde_json::to_string(&made.client)?;
    Ok(format!(
        "The token of {name}. Keep it secret; it is shown only here:\n\n  {token}\n\n\
         Add this to the JSON array in the variable `{CLIENTS}`:\n\n  {client}\n\n\
         For instance, where it is the only client:\n\n  SPIN_VARIABLE_{variable}='[{client}]' cargo run\n",
        name = made.client.name,
        token = made.token,
        variable = CLIENTS.to_uppercase(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(roles: &[Role], programmes: &[&str]) -> Arguments {
        Arguments {
            name: "gansu-portal".to_owned(),
            roles: roles.to_vec(),
            programmes: programmes.iter().map(|&id| id.to_owned()).collect(),
            json: false,
        }
    }

    /// The digest was computed by `sha256sum`.
    #[test]
    fn a_token_is_its_bytes_in_base64url_and_the_client_holds_its_digest() {
        let made = make(
            arguments(&[Role::Portal], &["gansu-industry-alliance"]),
            [0xFB; 32],
        );
        assert_eq!(
            made.token,
            "accredit_-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s"
        );
        assert_eq!(
            serde_json::to_string(&made.client).unwrap(),
            "{\"name\":\"gansu-portal\",\"roles\":[\"portal\"],\
             \"programmes\":[\"gansu-industry-alliance\"],\
             \"token_sha256\":\"56e3c48b19aa97d93fe4ff0d72a3a5016303b497439c3f964c82bbb0a4ae1130\"}"
        );
        let text = explain(&made).unwrap();
        assert_eq!(text.matches(&made.token).count(), 1, "{text}");
        assert!(
            text.contains("SPIN_VARIABLE_CLIENTS='[{\"name\":\"gansu-portal\","),
            "{text}"
        );
    }

    #[test]
    fn what_is_given_twice_is_kept_once_and_all_programmes_stand_alone() {
        let made = make(
            arguments(
                &[Role::Registrar, Role::Portal, Role::Registrar],
                &["b", "a", "b"],
            ),
            [0; 32],
        );
        assert_eq!(made.client.roles, [Role::Registrar, Role::Portal]);
        assert_eq!(made.client.programmes, ["b", "a"]);
        let made = make(arguments(&[Role::Scheduler], &["a", "*"]), [0; 32]);
        assert_eq!(made.client.programmes, ["*"]);
    }

    #[test]
    fn names() {
        for good in ["a", "9", "-", "gansu-portal-2", &"a".repeat(64)] {
            assert_eq!(name(good).as_deref(), Ok(good));
            assert_eq!(programme(good).as_deref(), Ok(good));
        }
        for bad in ["", "A", "a b", "a_b", "a'", "甘肃", "**", &"a".repeat(65)] {
            assert!(name(bad).is_err(), "{bad}");
            assert!(programme(bad).is_err(), "{bad}");
        }
        assert!(name("*").is_err());
        assert_eq!(programme("*").as_deref(), Ok("*"));
    }

    #[test]
    fn which_values_name_nobody() {
        for empty in ["", " ", "[]", " [ ]\n"] {
            assert!(is_empty(empty), "{empty:?}");
        }
        for full in ["[{}]", "x", "[", "[1]"] {
            assert!(!is_empty(full), "{full:?}");
        }
    }
}
