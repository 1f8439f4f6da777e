use serde::{Deserialize, Serialize};

use super::{Cite, List, Str, Text};

/// What a programme's file says for people to read, and what no component computes with. Guidance is
/// shown on the programme's page, and compiled in only there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guidance {
    /// The procedure, in order.
    pub steps: List<Step>,
    /// Named headings: an outline, a form, a set of indicators.
    pub outlines: List<Outline>,
    /// Sentences that state aims, tasks and support: shown, not judged.
    pub provisions: List<Provision>,
    /// Sentences left out, with the reason.
    pub not_modelled: List<NotModelled>,
}

/// A step of the procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Names the step.
    pub id: Str,
    /// What is done.
    pub label: Text,
    /// The party that does it.
    pub by: Str,
    /// Where the regulation sets it.
    pub cite: Cite,
}

/// Named headings that a document follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outline {
    /// Names the outline in this file.
    pub id: Str,
    /// What it is called.
    pub label: Text,
    /// The headings, in order.
    #[serde(rename = "heading")]
    pub headings: List<Heading>,
    /// Where the regulation sets it out.
    pub cite: Cite,
}

/// One heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heading {
    /// The heading above it, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under: Option<Text>,
    /// The heading.
    pub label: Text,
}

/// A sentence that states an aim, a task or support.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provision {
    /// Names the provision.
    pub id: Str,
    /// What it says, in short.
    pub label: Text,
    /// Its words.
    pub cite: Cite,
    /// The reading of the law by which it is not a condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Str>,
}

/// A sentence left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotModelled {
    /// The sentence.
    pub cite: Cite,
    /// Why it is left out.
    pub reason: Text,
}
