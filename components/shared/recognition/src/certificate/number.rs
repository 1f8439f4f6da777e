//! Certificate numbers.

use std::fmt;
use text::Text;

use serde::{Deserialize, Serialize};

use super::check;
use crate::id;

/// The number of characters in the third group: 40 bits.
const SOURCE_LENGTH: usize = 8;

/// The most characters a prefix may have.
const LONGEST_PREFIX: usize = 32;

/// The number of a certificate: `{PREFIX}-{YEAR}-{8 characters}-{check}`.
///
/// The eight characters are upper-case Crockford base32 of the SHA-256 of the record on which the
/// certificate is based. So a repeated request gives the same number. The check character is computed by
/// ISO 7064 MOD 37,36 from the letters and digits before it.
///
/// ```
/// use recognition::certificate::{CertificateNumber, NumberError};
///
/// let number = CertificateNumber::derive("XZTIC", 2026, "the notice", 0);
/// assert_eq!(number.to_string(), "XZTIC-2026-Z56XBX7S-4");
/// // People may write the number in lower case.
/// assert_eq!(CertificateNumber::parse(" xztic-2026-z56xbx7s-4\n"), Ok(number));
/// // A typo is reported as a typo.
/// assert_eq!(CertificateNumber::parse("XZTIC-2026-Z56XBX75-4"), Err(NumberError::Mistyped));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CertificateNumber {
    prefix: String,
    year: i32,
    source: String,
}

/// Why a text is not a certificate number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// The text has another form.
    #[error("A certificate number is written PREFIX-YEAR-8 characters-check character")]
    Malformed,
    /// The text has the form, but the check character is wrong: a character was mistyped.
    #[error("The check character does not fit: a character of the number is mistyped")]
    Mistyped,
}

impl NumberError {
    /// The error as a text for people.
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::Malformed => "证书编号的格式为：前缀-年份-8位字符-校验码。",
            Self::Mistyped => "校验码不符：编号中有字符输入错误。",
        };
        Text::new(zh, format!("{self}."))
    }
}

impl CertificateNumber {
    /// The number of the certificate that is based on the record with the id `source`.
    ///
    /// `prefix` is the programme's prefix, which the build has checked. `year` has four digits. `attempt` is 0;
    /// it is higher only if the numbers of lower attempts belong to other certificates.
    pub fn derive(prefix: &str, year: i32, source: &str, attempt: u32) -> Self {
        let attempt = attempt.to_string();
        let mut source = id::derive("certificate", &[source, &attempt]);
        source.truncate(SOURCE_LENGTH);
        Self {
            prefix: prefix.to_owned(),
            year,
            source: source.to_ascii_uppercase(),
        }
    }

    /// Reads a number.
    ///
    /// Accepts lower case and white space around the number. In the third group, O is read as 0, and I and L
    /// as 1, because Crockford's base32 does not have these letters.
    ///
    /// # Errors
    /// [`NumberError::Mistyped`] if only the check character is wrong, otherwise [`NumberError::Malformed`].
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let text = text.trim().to_ascii_uppercase();
        let groups: Vec<&str> = text.split('-').collect();
        let &[prefix, year, source, given] = groups.as_slice() else {
            return Err(NumberError::Malformed);
        };
        let source: String = source.chars().map(meant).collect();
        let plain = |text: &str| {
            text.bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        };
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let mut given = given.chars();
        let (Some(given), None) = (given.next(), given.next()) else {
            return Err(NumberError::Malformed);
        };
        let well_formed = (1..=LONGEST_PREFIX).contains(&prefix.len())
            && plain(prefix)
            && year.len() == 4
            && digits(year)
            && source.len() == SOURCE_LENGTH
            && plain(&source)
            && !source.contains('U')
            && given.is_ascii_alphanumeric();
        let (Ok(year), true) = (year.parse(), well_formed) else {
            return Err(NumberError::Malformed);
        };
        let number = Self {
            prefix: prefix.to_owned(),
            year,
            source,
        };
        if number.check() == given {
            Ok(number)
        } else {
            Err(NumberError::Mistyped)
        }
    }

    /// The programme's prefix.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The year.
    pub const fn year(&self) -> i32 {
        self.year
    }

    fn check(&self) -> char {
        check::character(&self.covered())
    }

    /// The text from which the check character is computed.
    fn covered(&self) -> String {
        format!("{}-{:04}-{}", self.prefix, self.year, self.source)
    }
}

/// Replaces a letter that Crockford's base32 does not have by the digit that looks like it.
fn meant(character: char) -> char {
    match character {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    }
}

impl fmt::Display for CertificateNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.covered(), self.check())
    }
}

impl TryFrom<String> for CertificateNumber {
    type Error = NumberError;

    fn try_from(text: String) -> Result<Self, NumberError> {
        Self::parse(&text)
    }
}

impl From<CertificateNumber> for String {
    fn from(number: CertificateNumber) -> Self {
        number.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_read_in_what_cannot_be_meant_otherwise() {
        // The check character over XZTIC202610AB10CD, by the standard's rule.
        let canonical = "XZTIC-2026-10AB10CD-O";
        let number = CertificateNumber::parse(canonical).unwrap();
        assert_eq!((number.prefix(), number.year()), ("XZTIC", 2026));
        for text in [
            "xztic-2026-10ab10cd-o",
            "  XZTIC-2026-10AB10CD-O\r\n",
            "XZTIC-2026-1OABIoCD-O",
            "XZTIC-2026-LOABl0CD-O",
        ] {
            let read = CertificateNumber::parse(text).unwrap();
            assert_eq!(read.to_string(), canonical, "{text}");
        }
        for (text, error) in [
            ("", NumberError::Malformed),
            ("XZTIC", NumberError::Malformed),
            ("XZTIC202610AB10CDO", NumberError::Malformed),
            ("XZTIC-2026-10AB10CD", NumberError::Malformed),
            ("XZTIC-2026-10AB10CD-", NumberError::Malformed),
            ("XZTIC-2026-10AB10CD-OZ", NumberError::Malformed),
            ("XZTIC-2026-10AB10CD-*", NumberError::Malformed),
            ("XZTIC-2026-10AB10C-O", NumberError::Malformed),
            ("XZTIC-2026-10AB10CDE-O", NumberError::Malformed),
            ("XZTIC-2026-10AB10CU-O", NumberError::Malformed),
            ("XZTIC-226-10AB10CD-O", NumberError::Malformed),
            ("XZTIC-2O26-10AB10CD-O", NumberError::Malformed),
            ("XZTIC-+226-10AB10CD-O", NumberError::Malformed),
            ("-2026-10AB10CD-O", NumberError::Malformed),
            ("XZ TIC-2026-10AB10CD-O", NumberError::Malformed),
            ("XZTIC-2026-10AB10CD-O-1", NumberError::Malformed),
            ("ＸZTIC-2026-10AB10CD-O", NumberError::Malformed),
            ("XZTIC-2027-10AB10CD-O", NumberError::Mistyped),
            ("XZTIC-2026-10AB10DC-O", NumberError::Mistyped),
            ("XZTIC-2026-10AB10CD-0", NumberError::Mistyped),
            // Outside the third group, O and I are ordinary letters.
            ("XZTLC-2026-10AB10CD-O", NumberError::Mistyped),
        ] {
            assert_eq!(CertificateNumber::parse(text), Err(error), "{text}");
        }
        let long = format!("{}-2026-10AB10CD-O", "X".repeat(33));
        assert_eq!(CertificateNumber::parse(&long), Err(NumberError::Malformed));
    }

    #[test]
    fn a_number_is_derived_from_its_source() {
        let of = |source, attempt| CertificateNumber::derive("INV", 2026, source, attempt);
        assert_eq!(of("a", 0), of("a", 0));
        assert_ne!(of("a", 0), of("b", 0));
        assert_ne!(of("a", 0), of("a", 1));
        let json = serde_json::to_string(&of("a", 0)).unwrap();
        assert_eq!(json, format!("\"{}\"", of("a", 0)));
        let read: CertificateNumber = serde_json::from_str(&json).unwrap();
        assert_eq!(read, of("a", 0));
        assert!(serde_json::from_str::<CertificateNumber>("\"INV-2026\"").is_err());
    }

    proptest! {
        #[test]
        fn what_is_derived_is_read(
            prefix in "[A-Z0-9]{1,32}", year in 1900..=9999, source in ".{0,40}", attempt: u32,
        ) {
            let number = CertificateNumber::derive(&prefix, year, &source, attempt);
            prop_assert_eq!(CertificateNumber::parse(&number.to_string()), Ok(number));
        }

        #[test]
        fn every_substitution_of_a_character_is_told(
            prefix in "[A-Z0-9]{1,8}", year in 1900..=9999, source: String,
        ) {
            let number = CertificateNumber::derive(&prefix, year, &source, 0);
            let text = number.to_string();
            let third = text.len() - 10..text.len() - 2;
            for (at, of) in text.char_indices().filter(|(_, c)| *c != '-') {
                for by in ('0'..='9').chain('A'..='Z').filter(|by| *by != of) {
                    let mut wrong = text.clone();
                    wrong.replace_range(at..=at, &by.to_string());
                    let read = CertificateNumber::parse(&wrong);
                    if third.contains(&at) && meant(by) == of {
                        prop_assert_eq!(read, Ok(number.clone()));
                    } else {
                        prop_assert!(read.is_err(), "{} for {}", wrong, text);
                    }
                }
            }
        }
    }
}
