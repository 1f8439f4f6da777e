use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Amount, Text, Unit};

/// The words of a regulation that something rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cite {
    /// The article, as the regulation numbers it: `第八条（三）`.
    pub article: String,
    /// Its words, to the letter.
    pub text: String,
}

/// One condition of a programme, in the version that holds from `from` until the next version of
/// the same `id` starts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "ConditionRecord")]
pub struct Condition {
    /// Names the condition; every version of it has the same.
    pub id: String,
    /// The first day this version holds.
    pub from: NaiveDate,
    /// What the condition is called.
    pub label: Text,
    /// Where the regulation sets it.
    pub cite: Cite,
    /// The kinds of application it applies to; empty: all.
    #[serde(rename = "for", skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// It applies only where this test is met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<Test>,
    /// The reading of the law it rests on, where the text can be read two ways.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reading: Option<String>,
    /// What is tested.
    #[serde(flatten)]
    pub test: Test,
}

/// A condition as it stands in a file: what is not a field of every condition belongs to its test.
/// serde cannot refuse unknown fields beside a flattened enum, so the rest is read in a second step.
#[derive(Deserialize)]
struct ConditionRecord {
    id: String,
    from: NaiveDate,
    label: Text,
    cite: Cite,
    #[serde(rename = "for", default)]
    kinds: Vec<String>,
    when: Option<Test>,
    reading: Option<String>,
    #[serde(flatten)]
    test: BTreeMap<String, serde_json::Value>,
}

impl TryFrom<ConditionRecord> for Condition {
    type Error = String;

    fn try_from(record: ConditionRecord) -> Result<Self, Self::Error> {
        let test = record.test.into_iter().collect();
        let test = Test::deserialize(serde_json::Value::Object(test))
            .map_err(|e| format!("condition `{}`: {e}", record.id))?;
        Ok(Self {
            id: record.id,
            from: record.from,
            label: record.label,
            cite: record.cite,
            kinds: record.kinds,
            when: record.when,
            reading: record.reading,
            test,
        })
    }
}

/// What a condition tests. "以上" and "不少于" include the number itself (民法典 §1259).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Test {
    /// A number is at least `value`.
    AtLeast {
        /// The number.
        fact: String,
        /// The least that suffices.
        value: Amount,
        /// Unit of `value`; the fact's own.
        unit: Unit,
    },
    /// A number is at most `value`.
    AtMost {
        /// The number.
        fact: String,
        /// The most that is allowed.
        value: Amount,
        /// Unit of `value`; the fact's own.
        unit: Unit,
    },
    /// A number lies between two others, both included.
    WithinRange {
        /// The number.
        fact: String,
        /// The least.
        min: Amount,
        /// The most.
        max: Amount,
        /// Unit of both; the fact's own.
        unit: Unit,
    },
    /// A number is at least as large as another one the applicant gives.
    AtLeastOther {
        /// The number.
        fact: String,
        /// What it is compared with.
        other: String,
    },
    /// A part is at least a share of a whole: `part × denominator ≥ whole × numerator`.
    ShareAtLeast {
        /// The part.
        fact: String,
        /// The whole.
        of: String,
        /// Share above the line.
        numerator: u32,
        /// Share below the line.
        denominator: u32,
    },
    /// A part is at most a share of a whole: `part × denominator ≤ whole × numerator`.
    ShareAtMost {
        /// The part.
        fact: String,
        /// The whole.
        of: String,
        /// Share above the line.
        numerator: u32,
        /// Share below the line.
        denominator: u32,
    },
    /// In each of the last calendar years before the year of application, a yearly number is at
    /// least `value`.
    EachOfLastYears {
        /// The yearly number.
        fact: String,
        /// How many years.
        years: u8,
        /// The least of each year.
        value: Amount,
        /// Unit of `value`; the fact's own.
        unit: Unit,
    },
    /// Over the last calendar years before the year of application, a yearly number adds up to at
    /// least `value`.
    SumOfLastYears {
        /// The yearly number.
        fact: String,
        /// How many years.
        years: u8,
        /// The least of the sum.
        value: Amount,
        /// Unit of `value`; the fact's own.
        unit: Unit,
    },
    /// In each of the last calendar years a yearly number is higher than in the year before.
    RisingEachYear {
        /// The yearly number.
        fact: String,
        /// How many years are compared; one comparison fewer.
        years: u8,
    },
    /// A statement holds.
    IsTrue {
        /// The statement.
        fact: String,
    },
    /// A statement does not hold.
    IsFalse {
        /// The statement.
        fact: String,
    },
    /// An answer is one of several.
    OneOf {
        /// The answer.
        fact: String,
        /// Those that suffice.
        values: Vec<String>,
    },
    /// A set of answers holds every one of several.
    IncludesAll {
        /// The set of answers.
        fact: String,
        /// Those it must hold.
        values: Vec<String>,
    },
    /// A place lies in an administrative division.
    LocatedIn {
        /// The place.
        fact: String,
        /// The first digits of the division's code (GB/T 2260): `62` Gansu, `1409` Xinzhou.
        division: String,
        /// The division's name.
        name: Text,
    },
    /// An alliance has the members it needs.
    Members {
        /// The members.
        fact: String,
        /// What they must fulfil, each rule by itself.
        rules: Vec<MemberRule>,
    },
    /// Documents are handed in. Which of them an applicant needs, each document says itself.
    Documents {
        /// The documents.
        of: Vec<String>,
    },
    /// Only experts can decide it: carried as an attestation.
    Judgement {
        /// What the experts are asked.
        question: Text,
    },
    /// Every one of several tests is met.
    All {
        /// The tests.
        of: Vec<Test>,
    },
    /// At least one of several tests is met.
    Any {
        /// The tests.
        of: Vec<Test>,
    },
    /// From this version on the condition is no longer asked.
    Repealed {},
}

/// What the members of an alliance must fulfil.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "kebab-case", deny_unknown_fields)]
pub enum MemberRule {
    /// At least so many members are of one of these kinds; no kinds: members of any kind.
    AtLeast {
        /// How many.
        count: u32,
        /// Of which kinds.
        #[serde(default)]
        kinds: Vec<String>,
    },
    /// The member that leads is of one of these kinds.
    LeadIs {
        /// Which kinds.
        kinds: Vec<String>,
    },
    /// A statement holds for every member.
    Each {
        /// The statement.
        attribute: String,
    },
}

impl Test {
    /// Calls `see` with this test and every test inside it.
    pub fn visit<'a>(&'a self, see: &mut impl FnMut(&'a Test)) {
        see(self);
        if let Self::All { of } | Self::Any { of } = self {
            for test in of {
                test.visit(see);
            }
        }
    }

    /// The facts this test itself reads, not those of tests inside it.
    pub fn facts(&self) -> Vec<&str> {
        match self {
            Self::AtLeast { fact, .. }
            | Self::AtMost { fact, .. }
            | Self::WithinRange { fact, .. }
            | Self::EachOfLastYears { fact, .. }
            | Self::SumOfLastYears { fact, .. }
            | Self::RisingEachYear { fact, .. }
            | Self::IsTrue { fact }
            | Self::IsFalse { fact }
            | Self::OneOf { fact, .. }
            | Self::IncludesAll { fact, .. }
            | Self::LocatedIn { fact, .. }
            | Self::Members { fact, .. } => vec![fact],
            Self::AtLeastOther { fact, other } => vec![fact, other],
            Self::ShareAtLeast { fact, of, .. } | Self::ShareAtMost { fact, of, .. } => {
                vec![fact, of]
            }
            Self::Documents { .. }
            | Self::Judgement { .. }
            | Self::All { .. }
            | Self::Any { .. }
            | Self::Repealed {} => Vec::new(),
        }
    }
}
