use databake::Bake;
use serde::{Deserialize, Serialize};

use super::{List, Str, Text, Unit};

/// Something a programme asks of an applicant, with the type its answer must have.
///
/// A fact has no default: what is not given is unknown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Bake)]
#[databake(path = crate::model)]
#[serde(deny_unknown_fields)]
pub struct FactDeclaration {
    /// Name of the fact in an application.
    pub id: Str,
    /// What it is called on a form.
    pub label: Text,
    /// How to find the answer, where the label does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Text>,
    /// The type of the answer.
    pub answer: FactType,
}

/// The type of a fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Bake)]
#[databake(path = crate::model)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum FactType {
    /// A number that is not negative.
    Number {
        /// Its unit.
        unit: Unit,
        /// How many decimal places it may have.
        #[serde(default)]
        decimals: u32,
    },
    /// One number for each calendar year: `{"2023": 5200000}`.
    Yearly {
        /// The unit of each year's number.
        unit: Unit,
        /// How many decimal places it may have.
        #[serde(default)]
        decimals: u32,
    },
    /// Yes or no.
    Boolean,
    /// One of several answers.
    Choice {
        /// The answers.
        choices: List<Choice>,
    },
    /// Any number of several answers.
    Choices {
        /// The answers.
        choices: List<Choice>,
    },
    /// Where something is registered: the six-digit code of an administrative division
    /// (GB/T 2260), at the level of a county or district.
    Division,
    /// The members of an alliance, each with its kind and with statements about it.
    Members {
        /// Kinds of member.
        choices: List<Choice>,
        /// Statements that are true or false of each member.
        attributes: List<Choice>,
    },
}

/// One of the answers to a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Bake)]
#[databake(path = crate::model)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What an application says.
    pub id: Str,
    /// What people read.
    pub label: Text,
}
