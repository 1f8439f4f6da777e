//! Signatures by Standard Webhooks, version 1, of the symmetric kind: base64 of HMAC-SHA256 over
//! `{id}.{timestamp}.{body}`.
//!
//! <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// What every secret begins with.
const PREFIX: &str = "whsec_";

/// How many bytes a secret has, by the standard.
const BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// A secret that a receiver and we share. Nothing shows it.
#[derive(Clone)]
pub(crate) struct Secret(Hmac<Sha256>);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    /// Reads a secret: `whsec_` and 24 to 64 bytes in base64.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64_STANDARD.decode(text.strip_prefix(PREFIX)?).ok()?;
        if !BYTES.contains(&bytes.len()) {
            return None;
        }
        Some(Self(Hmac::new_from_slice(&bytes).ok()?))
    }

    /// The signature of a message that is sent at `timestamp`, in seconds since 1970.
    pub(crate) fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let mut mac = self.0.clone();
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        let signature = BASE64_STANDARD.encode(mac.finalize().into_bytes());
        format!("v1,{signature}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vector of `vectors/standard-webhooks.json`, which the projects of the standard share.
    #[test]
    fn the_vector_of_the_standard_is_signed_alike() {
        let secret = Secret::parse("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").unwrap();
        let signature = secret.sign(
            "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
            1_649_367_553,
            br#"{"email":"test@example.com","username":"test_user"}"#,
        );
        assert_eq!(signature, "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=");
    }

    #[test]
    fn a_secret_has_its_form_and_length() {
        for (secret, fits) in [
            (23, false),
            (24, true),
            (25, true),
            (64, true),
            (65, false),
            (0, false),
        ]
        .map(|(bytes, fits)| {
            (
                format!("whsec_{}", BASE64_STANDARD.encode(vec![7; bytes])),
                fits,
            )
        })
        .into_iter()
        .chain(
            [
                "C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
                "WHSEC_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
                "whsec_C2FVsBQIhrscChlQIMV-b5sSYspob7oD",
                "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD ",
                // 25 bytes without their padding.
                "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBw",
            ]
            .map(|secret| (secret.to_owned(), false)),
        ) {
            assert_eq!(Secret::parse(&secret).is_some(), fits, "{secret}");
        }
    }
}
