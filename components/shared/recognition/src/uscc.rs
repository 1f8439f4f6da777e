//! Unified social credit codes (统一社会信用代码), GB 32100-2015.

use std::fmt;
use text::Text;

use serde::{Deserialize, Serialize};

/// The characters of a code, in the order of their values. I, O, S, V and Z are left out.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The number of characters in a code.
const LENGTH: usize = 18;

/// A unified social credit code: 18 characters of the standard's alphabet.
///
/// The check character may be wrong, because some codes that are really in use have a wrong one;
/// [`check`](Self::check) checks it. In JSON the code is a string; a string of another form is refused.
///
/// ```
/// use recognition::uscc::{CheckCharacter, Uscc};
///
/// let code = Uscc::parse("91350100M000100Y43")?;
/// assert_eq!(code.check(), CheckCharacter::Fits);
/// // This code is reported to be really in use.
/// let code = Uscc::parse("91350203M0001QKT19")?;
/// assert_eq!(code.check(), CheckCharacter::Wrong { expected: 'F' });
/// # Ok::<(), recognition::uscc::UsccError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Uscc(String);

/// The result of checking the check character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "check_character", rename_all = "snake_case")]
pub enum CheckCharacter {
    /// The check character fits the characters before it.
    Fits,
    /// The check character does not fit. A character may be mistyped, or the code is really in use.
    Wrong {
        /// The check character that would fit.
        expected: char,
    },
}

/// Why a text is not a unified social credit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UsccError {
    /// The text has full-width letters or digits.
    #[error("a unified social credit code is written in half-width characters, not `{found}`")]
    FullWidth {
        /// The first full-width character.
        found: char,
    },
    /// The text has lower-case letters.
    #[error("a unified social credit code is written in upper case, not with `{found}`")]
    LowerCase {
        /// The first lower-case letter.
        found: char,
    },
    /// The text has another number of characters.
    #[error("a unified social credit code has 18 characters, not {found}")]
    Length {
        /// The number of characters.
        found: usize,
    },
    /// The text has a character that no code has.
    #[error(
        "`{found}` is in no unified social credit code: digits and letters without I, O, S, V, Z"
    )]
    Character {
        /// The first such character.
        found: char,
    },
}

impl Uscc {
    /// Reads a code. Checks only the form, not the check character.
    ///
    /// # Errors
    /// The text does not have 18 characters, or has a character outside the alphabet of GB 32100-2015. Lower
    /// case and full width have their own errors, because the sender can easily correct them.
    pub fn parse(text: &str) -> Result<Self, UsccError> {
        let first = |is: fn(&char) -> bool| text.chars().find(is);
        if let Some(found) = first(|c| matches!(c, '\u{ff01}'..='\u{ff5e}' | '\u{3000}')) {
            return Err(UsccError::FullWidth { found });
        }
        if let Some(found) = first(char::is_ascii_lowercase) {
            return Err(UsccError::LowerCase { found });
        }
        let found = text.chars().count();
        if found != LENGTH {
            return Err(UsccError::Length { found });
        }
        let mut characters = text.chars();
        let last = characters.next_back();
        // The alphabet has no Z, but a Z in the last place is reported as a wrong check character, because
        // `vectors/uscc.json` expects it. V and letters that look like digits are refused there too.
        let found = characters
            .find(|c| value(*c).is_none())
            .or(last.filter(|last| value(*last).is_none() && *last != 'Z'));
        if let Some(found) = found {
            return Err(UsccError::Character { found });
        }
        Ok(Self(text.to_owned()))
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Compares the last character with the check character by GB 32100-2015. A wrong one is not an error.
    pub fn check(&self) -> CheckCharacter {
        // Position i has the weight 3^(i-1), modulo 31.
        let mut weight = 1;
        let mut sum = 0;
        let mut values = self.0.chars().filter_map(value);
        for value in values.by_ref().take(LENGTH - 1) {
            sum = (sum + value * weight) % 31;
            weight = weight * 3 % 31;
        }
        let expected = (31 - sum) % 31;
        if values.next() == Some(expected) {
            CheckCharacter::Fits
        } else {
            let expected = char::from(ALPHABET[expected]);
            CheckCharacter::Wrong { expected }
        }
    }
}

impl Uscc {
    /// An advice to check the code, if the check character does not fit.
    pub fn advisory(&self) -> Option<Text> {
        let CheckCharacter::Wrong { expected } = self.check() else {
            return None;
        };
        Some(Text::new(
            format!(
                "统一社会信用代码的校验码按国家标准应为{expected}，请核对；个别早期代码确有不符。"
            ),
            format!(
                "By the standard the last character of the unified social credit code would be {expected}. \
                 Please check it; some real codes of early years differ."
            ),
        ))
    }
}

impl UsccError {
    /// The error as a text for people.
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::FullWidth { found } => {
                format!("统一社会信用代码应使用半角字符，不应有“{found}”。")
            }
            Self::LowerCase { found } => {
                format!("统一社会信用代码应使用大写字母，不应有“{found}”。")
            }
            Self::Length { found } => format!("统一社会信用代码应为18位，现为{found}位。"),
            Self::Character { found } => format!(
                "统一社会信用代码中没有“{found}”：由数字和除I、O、S、V、Z外的大写字母组成。"
            ),
        };
        Text::new(zh, format!("{self}."))
    }
}

fn value(character: char) -> Option<usize> {
    ALPHABET.iter().position(|of| char::from(*of) == character)
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<String> for Uscc {
    type Error = UsccError;

    fn try_from(text: String) -> Result<Self, UsccError> {
        Self::parse(&text)
    }
}

impl From<Uscc> for String {
    fn from(code: Uscc) -> Self {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes of real organisations whose check character fits.
    const FIT: [&str; 6] = [
        "91350100M000100Y43",
        "914403001922038216",
        "91110108551385082Q",
        "91330100799655058B",
        "91110000600037341L",
        "91620000MA100013X0",
    ];

    #[test]
    fn the_check_character_is_that_of_the_standard() {
        for code in FIT {
            assert_eq!(Uscc::parse(code).unwrap().check(), CheckCharacter::Fits);
        }
        for (code, expected) in [
            ("91350100M000100Y4Z", '3'),
            // The next three are reported as really in use.
            ("91350203M0001QKT19", 'F'),
            ("91350211M0000XUF46", 'R'),
            ("91350100M0001TGQXM", '1'),
            ("91350100M000100Y44", '3'),
        ] {
            let wrong = Uscc::parse(code).unwrap().check();
            assert_eq!(wrong, CheckCharacter::Wrong { expected });
        }
    }

    #[test]
    fn what_has_not_the_form_is_refused_with_the_reason() {
        for (text, error) in [
            ("", UsccError::Length { found: 0 }),
            ("9144030019220382161", UsccError::Length { found: 19 }),
            ("91440300192203821", UsccError::Length { found: 17 }),
            (" 914403001922038216", UsccError::Length { found: 19 }),
            ("914403001922O38216", UsccError::Character { found: 'O' }),
            ("91440300192203821I", UsccError::Character { found: 'I' }),
            ("91440300192203821S", UsccError::Character { found: 'S' }),
            ("91440300192203821V", UsccError::Character { found: 'V' }),
            ("91440300192203821 ", UsccError::Character { found: ' ' }),
            ("９14403001922038216", UsccError::FullWidth { found: '９' }),
            ("91350100m000100Y43", UsccError::LowerCase { found: 'm' }),
        ] {
            assert_eq!(Uscc::parse(text), Err(error), "{text}");
            let json = serde_json::to_string(text).unwrap();
            assert!(serde_json::from_str::<Uscc>(&json).is_err(), "{text}");
        }
        let message = UsccError::LowerCase { found: 'm' }.text();
        assert!(message.en.contains("upper case") && message.zh.contains("大写"));
    }

    #[test]
    fn in_json_it_is_a_string() {
        let code = Uscc::parse(FIT[0]).unwrap();
        let json = serde_json::to_string(&code).unwrap();
        assert_eq!(json, "\"91350100M000100Y43\"");
        assert_eq!(serde_json::from_str::<Uscc>(&json).unwrap(), code);
    }
}
