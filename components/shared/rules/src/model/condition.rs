use std::collections::BTreeMap;

use databake::Bake;
use serde::{Deserialize, Serialize};

use super::{Amount, Day, List, Str, Text, Unit};

/// The words of a regulation that something rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Bake)]
#[databake(path = crate::model)]
#[serde(deny_unknown_fields)]
pub struct Cite {
    /// The article, as the regulation numbers it: `第八条（三）`.
    pub article: Str,
    /// The words of the article, unchanged.
    pub text: Str,
}

/// One condition of a programme, in the version that holds from `from` until the next version of
/// the same `id` starts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Bake)]
#[databake(path = crate::model)]
#[serde(try_from = "ConditionRecord")]
pub struct Condition {
    /// Names the condition; every version of it has the same.
    pub id: Str,
    /// The first day this version holds.
    pub from: Day,
    /// What the condition is called.
    pub label: Text,
    /// Where the regulation sets it.
    pub cite: Cite,
    /// The kinds of application it applies to; empty: all.
    #[serde(rename = "for", skip_serializing_if = "<[_]>::is_empty")]
    pub kinds: List<Str>,
    /// It applies only where this test is met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<Test>,
    /// The reading of the law it rests on, where the text can be read two ways.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reading: Option<Str>,
    /// What is tested.
    #[serde(flatten)]
    pub test: Test,
}

/// A condition as a file writes it: fields that not every condition has belong to its test. serde
/// cannot refuse unknown fields beside a flattened enum, so those fields are read in a second step.
#[derive(Deserialize)]
struct ConditionRecord {
    id: Str,
    from: Day,
    label: Text,
    cite: Cite,
    #[serde(rename = "for", default)]
    kinds: List<Str>,
    when: Option<Test>,
    reading: Option<Str>,
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Bake)]
#[databake(path = crate::model)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Test {
    /// A number is at least `value`.
    AtLeast {
        /// The number.
        fact: Str,
        /// The least that suffices.
        value: Amount,
        /// Unit of `value`; the fact's own.
        unit: Unit,
    },
    /// A number is at most `value`.
    AtMost {
        /// The number.
        fact: Str,
        /// The most that is allowed.
        value: Amount,
        /// Unit of `value`; the fact's own.
        unit: Unit,
    },
    /// A number lies between two others, both included.
    WithinRange {
        /// The number.
        fact: Str,
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
        fact: Str,
        /// What it is compared with.
        other: Str,
    },
    /// A part is at least a share of a whole: `part × denominator ≥ whole × numerator`.
    ShareAtLeast {
        /// The part.
        fact: Str,
        /// The whole.
        of: Str,
        /// Share above the line.
        numerator: u32,
        /// Share below the line.
        denominator: u32,
    },
    /// A part is at most a share of a whole: `part × denominator ≤ whole × numerator`.
    ShareAtMost {
        /// The part.
        fact: Str,
        /// The whole.
        of: Str,
        /// Share above the line.
        numerator: u32,
        /// Share below the line.
        denominator: u32,
    },
    /// In each of the last calendar years before the year of application, a yearly number is at
    /// least `value`.
    EachOfLastYears {
        /// The yearly number.
        fact: Str,
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
        fact: Str,
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
        fact: Str,
        /// How many years are compared. The first of them is compared with none before it.
        years: u8,
    },
    /// A statement is true.
    IsTrue {
        /// The statement.
        fact: Str,
    },
    /// A statement is false.
    IsFalse {
        /// The statement.
        fact: Str,
    },
    /// An answer is one of several.
    OneOf {
        /// The answer.
        fact: Str,
        /// The answers that suffice.
        values: List<Str>,
    },
    /// A set of answers includes every one of several.
    IncludesAll {
        /// The set of answers.
        fact: Str,
        /// The answers that the set must include.
        values: List<Str>,
    },
    /// A place lies in an administrative division.
    LocatedIn {
        /// The place.
        fact: Str,
        /// The first digits of the division's code (GB/T 2260): `62` Gansu, `1409` Xinzhou.
        division: Str,
        /// The division's name.
        name: Text,
    },
    /// An alliance has the members it needs.
    Members {
        /// The members.
        fact: Str,
        /// What they must fulfil, each rule by itself.
        rules: List<MemberRule>,
    },
    /// Documents are handed in. Each document says which applicants need it.
    Documents {
        /// The documents.
        of: List<Str>,
    },
    /// Only experts can decide the condition. The application carries their attestation.
    Judgement {
        /// What the experts are asked.
        question: Text,
    },
    /// Every one of several tests is met.
    All {
        /// The tests.
        of: List<Test>,
    },
    /// At least one of several tests is met.
    Any {
        /// The tests.
        of: List<Test>,
    },
    /// From this version on the condition no longer applies.
    Repealed {},
}

/// What the members of an alliance must fulfil.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Bake)]
#[databake(path = crate::model)]
#[serde(tag = "rule", rename_all = "kebab-case", deny_unknown_fields)]
pub enum MemberRule {
    /// At least so many members are of one of these kinds; no kinds: members of any kind.
    AtLeast {
        /// How many.
        count: u32,
        /// Of which kinds.
        #[serde(default)]
        kinds: List<Str>,
    },
    /// The member that leads is of one of these kinds.
    LeadIs {
        /// Which kinds.
        kinds: List<Str>,
    },
    /// A statement is true of every member.
    Each {
        /// The statement.
        attribute: Str,
    },
}

impl Test {
    /// Calls `see` with this test and every test inside it.
    pub fn visit<'a>(&'a self, see: &mut impl FnMut(&'a Test)) {
        see(self);
        if let Self::All { of } | Self::Any { of } = self {
            for test in of.iter() {
                test.visit(see);
            }
        }
    }

    /// The facts that this test itself reads, without those that tests inside it read.
    pub fn facts(&self) -> Vec<Str> {
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
            | Self::Members { fact, .. } => vec![*fact],
            Self::AtLeastOther { fact, other } => vec![*fact, *other],
            Self::ShareAtLeast { fact, of, .. } | Self::ShareAtMost { fact, of, .. } => {
                vec![*fact, *of]
            }
            Self::Documents { .. }
            | Self::Judgement { .. }
            | Self::All { .. }
            | Self::Any { .. }
            | Self::Repealed {} => Vec::new(),
        }
    }
}
