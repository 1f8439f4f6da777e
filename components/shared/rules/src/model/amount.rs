use std::fmt;

use databake::{Bake, BakeSize, CrateEnv, TokenStream, quote};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::Error as _};
use serde_json::value::RawValue;

use super::Text;

/// An exact decimal number: a count, an area, a sum of money in yuan. Never a binary float, so that
/// 499.99 m² is not 500 m².
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(Decimal);

impl Amount {
    /// Nothing at all.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// The largest amount a fact or a rule may have: 10¹⁵ − 1. Products and sums of such amounts
    /// stay exact.
    pub const MAX: Self = Self(Decimal::from_parts(0xA4C6_7FFF, 0x0003_8D7E, 0, false, 0));

    /// A whole number.
    pub const fn whole(number: u64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "the low and the high half")]
        let (low, high) = (number as u32, (number >> 32) as u32);
        Self(Decimal::from_parts(low, high, 0, false, 0))
    }

    /// Reads a number without an exponent (`500`, `512.5`) exactly. `None` when the text is not
    /// such a number, or has more than the 28 digits that can be kept exactly.
    pub fn parse(text: &str) -> Option<Self> {
        Some(Self(Decimal::from_str_exact(text).ok()?.normalize()))
    }

    /// The number itself.
    pub fn decimal(self) -> Decimal {
        self.0
    }

    /// Digits after the decimal point, without trailing zeros.
    pub fn decimals(self) -> u32 {
        self.0.normalize().scale()
    }
}

impl From<Decimal> for Amount {
    fn from(value: Decimal) -> Self {
        Self(value.normalize())
    }
}

impl From<u32> for Amount {
    fn from(value: u32) -> Self {
        Self(value.into())
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Written as a JSON number, digit by digit: it never passes through a binary float.
impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let number = RawValue::from_string(self.to_string());
        number.map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u64::deserialize(deserializer)
            .map(Self::whole)
            .map_err(|_| D::Error::custom("an amount in a programme file is a whole number"))
    }
}

impl Bake for Amount {
    fn bake(&self, _: &CrateEnv) -> TokenStream {
        // A programme file has whole numbers only: see `deserialize`.
        let number = u64::try_from(self.0).unwrap_or_default();
        quote!(crate::model::Amount::whole(#number))
    }
}

impl BakeSize for Amount {
    fn borrows_size(&self) -> usize {
        0
    }
}

/// The unit of an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Bake)]
#[databake(path = crate::model)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Square metres.
    M2,
    /// Yuan of the People's Republic of China; shown in 万元 (ten thousand yuan) in Chinese.
    Cny,
    /// Persons.
    People,
    /// Results, patents, projects, specialised units: things counted.
    Items,
    /// Times an activity took place.
    Times,
    /// Calendar months.
    Months,
    /// Years.
    Years,
}

impl Unit {
    /// The unit's name, as it follows a number.
    pub fn name(self) -> Text {
        let (zh, en) = match self {
            Self::M2 => ("平方米", "m²"),
            Self::Cny => ("元", "yuan"),
            Self::People => ("人", "people"),
            Self::Items => ("项", "items"),
            Self::Times => ("次", "times"),
            Self::Months => ("个月", "months"),
            Self::Years => ("年", "years"),
        };
        Text::new(zh, en)
    }

    /// An amount of this unit, as people write it.
    ///
    /// Yuan are shown in 万元 in Chinese: 12345600 is "1234.56万元".
    pub fn show(self, amount: Amount) -> Text {
        let name = self.name();
        let zh = match self {
            Self::Cny => format!("{}万元", (amount.0 / Decimal::from(10_000)).normalize()),
            _ => format!("{amount}{}", name.zh),
        };
        Text::new(zh, format!("{amount} {}", name.en))
    }
}
