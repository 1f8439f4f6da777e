use databake::Bake;
use serde::{Deserialize, Serialize};

use super::{Cite, Condition, FactDeclaration, List, Str, Test, Text};

/// What applications to a programme are judged by. Only a component that judges needs the criteria.
#[derive(Debug, Clone, PartialEq, Bake)]
#[databake(path = crate::model)]
pub struct Criteria {
    /// The kinds of application; none: the programme has only one.
    pub kinds: List<ApplicationKind>,
    /// What an application states.
    pub facts: List<FactDeclaration>,
    /// What an application hands in.
    pub documents: List<Document>,
    /// What is tested.
    pub conditions: List<Condition>,
    /// Where the text can be read two ways. Conditions rest on these readings, and so do rules of the
    /// [`Programme`](super::Programme).
    pub readings: List<Reading>,
}

impl Criteria {
    /// The declaration of a fact.
    pub fn fact(&self, id: &str) -> Option<&'static FactDeclaration> {
        self.facts.into_iter().find(|fact| fact.id == id)
    }

    /// The declaration of a document.
    pub fn document(&self, id: &str) -> Option<&'static Document> {
        self.documents
            .into_iter()
            .find(|document| document.id == id)
    }
}

/// A kind of application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Bake)]
#[databake(path = crate::model)]
#[serde(deny_unknown_fields)]
pub struct ApplicationKind {
    /// Names the kind in applications.
    pub id: Str,
    /// What it is called.
    pub name: Text,
    /// Where the regulation sets it.
    pub cite: Cite,
}

/// Something handed in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Bake)]
#[databake(path = crate::model)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Names the document in applications.
    pub id: Str,
    /// What it is called.
    pub label: Text,
    /// Copies on paper, where the regulation says how many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies: Option<u32>,
    /// Only applicants that meet this test hand it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Test>,
    /// The outline its contents follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outline: Option<Str>,
    /// Where the regulation asks for it.
    pub cite: Cite,
}

/// Where the text can be read two ways: which way was chosen, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Bake)]
#[databake(path = crate::model)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Names the reading.
    pub id: Str,
    /// The reading chosen.
    pub chosen: Text,
    /// The other reading.
    pub alternative: Text,
    /// Why the first was chosen.
    pub reason: Text,
}
