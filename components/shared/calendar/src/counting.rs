//! How many working days a window has, and from which day they are counted.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

/// A number of working days, from 1 to 250.
///
/// 250 is about the number of working days in a year; no public notice runs longer.
///
/// ```
/// use calendar::WorkingDays;
///
/// // 公务员法, art. 32: 公示期不少于五个工作日.
/// assert_eq!(WorkingDays::parse("5")?.get(), 5);
/// assert!(WorkingDays::parse("0").is_err());
/// # Ok::<(), calendar::WorkingDaysError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkingDays(u16);

impl WorkingDays {
    /// The most days a window may have.
    pub const MAX: Self = Self(250);

    /// Reads decimal digits.
    ///
    /// # Errors
    ///
    /// The text is not only ASCII digits, or the number is not from 1 to 250.
    pub fn parse(text: &str) -> Result<Self, WorkingDaysError> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(WorkingDaysError::NotANumber);
        }
        text.parse::<u64>()
            .map_err(|_| WorkingDaysError::OutOfRange)?
            .try_into()
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl TryFrom<u64> for WorkingDays {
    type Error = WorkingDaysError;

    fn try_from(days: u64) -> Result<Self, WorkingDaysError> {
        match u16::try_from(days) {
            Ok(days) if (1..=Self::MAX.0).contains(&days) => Ok(Self(days)),
            _ => Err(WorkingDaysError::OutOfRange),
        }
    }
}

impl FromStr for WorkingDays {
    type Err = WorkingDaysError;

    fn from_str(text: &str) -> Result<Self, WorkingDaysError> {
        Self::parse(text)
    }
}

impl fmt::Display for WorkingDays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why a value is not a number of working days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkingDaysError {
    /// The text is not written in decimal digits.
    NotANumber,
    /// The number is not from 1 to 250.
    OutOfRange,
}

impl fmt::Display for WorkingDaysError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotANumber => write!(f, "the number of working days must be a whole number"),
            Self::OutOfRange => {
                write!(
                    f,
                    "the number of working days must be from 1 to {}",
                    WorkingDays::MAX
                )
            }
        }
    }
}

impl Error for WorkingDaysError {}

/// Whether the day of publication is counted.
///
/// No national rule says how 公示 days are counted. So an answer names the rule that was used, and gives the result of the
/// other rule too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Counting {
    /// 民法典 §201: "开始的当日不计入，自下一日开始计算". The first working day after publication is the first day.
    DayAfter,
    /// Practice of some authorities: the day of publication is the first day if it is a working day, or else the first
    /// working day after it.
    ///
    /// 湖南省发改委 published a notice on 2020-12-28: "公示期限为3个工作日（2020年12月28日至12月30日）".
    PublicationDay,
}

impl Counting {
    /// `day_after` or `publication_day`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DayAfter => "day_after",
            Self::PublicationDay => "publication_day",
        }
    }

    /// The other of the two rules.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::DayAfter => Self::PublicationDay,
            Self::PublicationDay => Self::DayAfter,
        }
    }
}

impl FromStr for Counting {
    type Err = CountingError;

    fn from_str(text: &str) -> Result<Self, CountingError> {
        [Self::DayAfter, Self::PublicationDay]
            .into_iter()
            .find(|counting| counting.as_str() == text)
            .ok_or(CountingError)
    }
}

/// The text does not name a counting rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountingError;

impl fmt::Display for CountingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the counting rule must be `day_after` or `publication_day`"
        )
    }
}

impl Error for CountingError {}
