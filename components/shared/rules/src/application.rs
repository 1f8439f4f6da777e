//! What an applicant states and hands in, read against a programme's declarations.
//!
//! All faults are found at once, each with its place in the request. What is not given stays unknown.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::{
    Amount, Choice, Condition, Criteria, Entries, FactType, Fault, Rulebook, Str, Test, Text,
};

/// The most entries a list in an application may have.
const LONGEST_LIST: usize = 200;

/// The most characters a text in an application may have.
const LONGEST_TEXT: usize = 200;

/// An application as it came in: not yet compared with the programme.
#[derive(Debug, Clone, Copy)]
pub struct Submission<'a> {
    /// The kind of application, where the programme has several.
    pub kind: Option<&'a str>,
    /// The date of application, which selects the version of the rules.
    pub applied_on: NaiveDate,
    /// The facts: name and value.
    pub facts: &'a [(String, &'a RawValue)],
    /// All documents handed in; `None`: not yet known.
    pub documents: Option<&'a [String]>,
    /// Opinions of experts, by condition.
    pub attestations: &'a [(String, Attestation)],
}

/// The opinion of experts on a condition that only they can decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attestation {
    /// What they found.
    pub opinion: Opinion,
    /// The day they found it.
    pub attested_on: NaiveDate,
    /// Number of the document that records it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// What experts found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
// Without `try_from`, serde would read `{"met": null}` as `"met"`.
#[serde(rename_all = "snake_case", try_from = "String")]
pub enum Opinion {
    /// The condition is met.
    Met,
    /// The condition is not met.
    NotMet,
}

impl TryFrom<String> for Opinion {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        match name.as_str() {
            "met" => Ok(Self::Met),
            "not_met" => Ok(Self::NotMet),
            other => Err(format!(
                "unknown variant `{other}`, expected `met` or `not_met`"
            )),
        }
    }
}

/// An application that fits a programme: every name is declared, every value of its type.
#[derive(Debug, Clone)]
pub struct Application {
    pub(crate) rulebook: Rulebook,
    pub(crate) kind: Option<&'static str>,
    pub(crate) applied_on: NaiveDate,
    facts: Vec<(Str, Fact)>,
    pub(crate) documents: Option<Vec<Str>>,
    attestations: Vec<(Str, Attestation)>,
}

/// What an application gives for a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given<'a> {
    /// Facts, each with its name.
    Facts(Vec<(Str, &'a Fact)>),
    /// The documents handed in.
    Documents(&'a [Str]),
    /// The opinion of experts.
    Attestation(&'a Attestation),
}

impl Serialize for Given<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Facts(facts) => serializer.collect_map(facts.iter().map(|(id, fact)| (id, fact))),
            Self::Documents(documents) => documents.serialize(serializer),
            Self::Attestation(attestation) => attestation.serialize(serializer),
        }
    }
}

/// The value of a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Fact {
    /// A number.
    Number(Amount),
    /// A number for each of some years.
    #[serde(serialize_with = "by_year")]
    Yearly(Vec<(i32, Amount)>),
    /// Yes or no.
    Boolean(bool),
    /// One of several answers.
    Choice(Str),
    /// Any of several answers.
    Choices(Vec<Str>),
    /// The code of an administrative division.
    Division(String),
    /// The members of an alliance.
    Members(Vec<Member>),
}

fn by_year<S: Serializer>(years: &[(i32, Amount)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(years.iter().map(|(year, amount)| (year, amount)))
}

/// A member of an alliance. What the application does not state of a member is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// What it is called.
    pub name: String,
    /// What kind of member it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Whether it leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leads: Option<bool>,
    /// Statements about the member, each true or false.
    #[serde(default)]
    pub attributes: Entries<bool>,
}

impl Application {
    /// Reads an application.
    ///
    /// # Errors
    /// Everything that does not fit the programme, at once: an unknown kind, fact, answer, document
    /// or judgement; a value of another type; a number that is negative, too long or too precise;
    /// a date before the programme's first day.
    pub fn read(rulebook: Rulebook, submission: &Submission<'_>) -> Result<Self, Vec<Fault>> {
        let criteria = rulebook.criteria;
        let mut faults = Vec::new();
        let from = rulebook.programme.from;
        if submission.applied_on < from.get() {
            let message = Text::new(
                format!("本办法自{from}起受理申请，不能按更早的日期判断。"),
                format!(
                    "The programme starts on {from}: an earlier application cannot be judged by it."
                ),
            );
            faults.push(Fault::at(&["applied_on"], message));
        }
        let kind = read_kind(criteria, submission.kind, &mut faults);
        let facts = read_facts(criteria, submission.facts, &mut faults);
        let documents = submission
            .documents
            .map(|list| read_documents(criteria, list, &mut faults));
        let mut application = Self {
            rulebook,
            kind,
            applied_on: submission.applied_on,
            facts,
            documents,
            attestations: Vec::new(),
        };
        application.read_attestations(submission.attestations, &mut faults);
        if faults.is_empty() {
            Ok(application)
        } else {
            Err(faults)
        }
    }

    /// The conditions in force on the date of application that apply to its kind, in the
    /// programme's order.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &'static Condition> {
        let all = &self.rulebook.criteria.conditions;
        let on = self.applied_on;
        let kind = self.kind;
        all.iter().filter(move |condition| {
            let superseded = all.iter().any(|other| {
                other.id == condition.id && other.from > condition.from && other.from.get() <= on
            });
            condition.from.get() <= on
                && !superseded
                && !matches!(condition.test, Test::Repealed {})
                && (condition.kinds.is_empty()
                    || kind.is_some_and(|kind| condition.kinds.iter().any(|k| k == kind)))
        })
    }

    pub(crate) fn fact(&self, id: &str) -> Option<&Fact> {
        self.facts
            .iter()
            .find(|(known, _)| *known == id)
            .map(|(_, fact)| fact)
    }

    /// The last `years` calendar years before the year of application, oldest first, each with the
    /// number that the application gives for it.
    pub(crate) fn last_years(&self, fact: &str, years: u8) -> Vec<(i32, Option<Amount>)> {
        let given = match self.fact(fact) {
            Some(Fact::Yearly(amounts)) => amounts.as_slice(),
            _ => &[],
        };
        let amount = |year| {
            given
                .iter()
                .find(|(known, _)| *known == year)
                .map(|(_, amount)| *amount)
        };
        let applied = self.applied_on.year();
        (applied - i32::from(years)..applied)
            .map(|year| (year, amount(year)))
            .collect()
    }

    /// What the application gives for a test, in the order the test reads it.
    pub(crate) fn given(&self, test: &Test, condition: &str) -> Option<Given<'_>> {
        match test {
            Test::Documents { .. } => self.documents.as_deref().map(Given::Documents),
            Test::Judgement { .. } => self.attestation(condition).map(Given::Attestation),
            _ => {
                let mut facts: Vec<(Str, &Fact)> = Vec::new();
                test.visit(&mut |test| {
                    for id in test.facts() {
                        if let Some(fact) = self.fact(&id)
                            && !facts.iter().any(|(known, _)| *known == id)
                        {
                            facts.push((id, fact));
                        }
                    }
                });
                (!facts.is_empty()).then_some(Given::Facts(facts))
            }
        }
    }

    pub(crate) fn attestation(&self, condition: &str) -> Option<&Attestation> {
        let mut all = self.attestations.iter();
        all.find(|(known, _)| *known == condition)
            .map(|(_, attestation)| attestation)
    }

    fn read_attestations(&mut self, given: &[(String, Attestation)], faults: &mut Vec<Fault>) {
        for (id, attestation) in given {
            let asked = self
                .conditions()
                .find(|c| c.id == id.as_str() && matches!(c.test, Test::Judgement { .. }));
            let Some(condition) = asked else {
                let message = Text::new(
                    "本申请没有这一项专家判断。",
                    "This application asks no expert judgement of that name.",
                );
                faults.push(Fault::at(&["attestations", id], message));
                continue;
            };
            if let Some(reference) = &attestation.reference
                && !(1..=LONGEST_TEXT).contains(&reference.chars().count())
            {
                faults.push(Fault::at(&["attestations", id, "reference"], too_long()));
            }
            self.attestations.push((condition.id, attestation.clone()));
        }
    }
}

fn read_kind(
    criteria: &'static Criteria,
    given: Option<&str>,
    faults: &mut Vec<Fault>,
) -> Option<&'static str> {
    let names: Vec<_> = criteria.kinds.iter().map(|kind| kind.id.as_str()).collect();
    let known = given.and_then(|given| names.iter().find(|name| **name == given).copied());
    if known.is_none() && (given.is_some() || !names.is_empty()) {
        let message = if names.is_empty() {
            Text::new(
                "本项目不分类别，请删去此项。",
                "The programme has no kinds: leave this out.",
            )
        } else {
            one_of(&names)
        };
        faults.push(Fault::at(&["kind"], message));
    }
    known
}

fn read_facts(
    criteria: &'static Criteria,
    given: &[(String, &RawValue)],
    faults: &mut Vec<Fault>,
) -> Vec<(Str, Fact)> {
    let mut facts = Vec::with_capacity(given.len());
    for (id, value) in given {
        let Some(declared) = criteria.facts.iter().find(|fact| fact.id == id.as_str()) else {
            let message = Text::new("本项目没有这一项事实。", "The programme asks no such fact.");
            faults.push(Fault::at(&["facts", id], message));
            continue;
        };
        let mut reader = ValueReader {
            path: vec!["facts", id],
            faults,
        };
        if let Some(fact) = reader.fact(&declared.answer, value.get()) {
            facts.push((declared.id, fact));
        }
    }
    facts
}

fn read_documents(
    criteria: &'static Criteria,
    given: &[String],
    faults: &mut Vec<Fault>,
) -> Vec<Str> {
    let mut documents = Vec::new();
    if given.len() > LONGEST_LIST {
        faults.push(Fault::at(&["documents"], too_many()));
        return documents;
    }
    for (index, id) in given.iter().enumerate() {
        let index = index.to_string();
        match criteria
            .documents
            .iter()
            .find(|document| document.id == id.as_str())
        {
            Some(document) if !documents.contains(&document.id) => documents.push(document.id),
            Some(_) => faults.push(Fault::at(&["documents", &index], given_twice())),
            None => {
                let names: Vec<_> = criteria.documents.iter().map(|d| d.id.as_str()).collect();
                faults.push(Fault::at(&["documents", &index], one_of(&names)));
            }
        }
    }
    documents
}

/// Reads one value, and notes each fault with its place.
struct ValueReader<'a, 'f> {
    path: Vec<&'a str>,
    faults: &'f mut Vec<Fault>,
}

impl ValueReader<'_, '_> {
    fn fault(&mut self, message: Text) {
        self.faults.push(Fault::at(&self.path, message));
    }

    /// Notes a fault at a place below this one.
    fn fault_below(&mut self, below: &[&str], message: Text) {
        let path: Vec<_> = self.path.iter().chain(below).copied().collect();
        self.faults.push(Fault::at(&path, message));
    }

    /// A value of a type that serde can read. `zh` and `en` name the type.
    fn value<'v, T: Deserialize<'v>>(&mut self, raw: &'v str, zh: &str, en: &str) -> Option<T> {
        match serde_json::from_str(raw) {
            Ok(value) => Some(value),
            Err(_) => {
                self.fault(expected(zh, en, raw));
                None
            }
        }
    }

    fn fact(&mut self, declared: &FactType, raw: &str) -> Option<Fact> {
        match declared {
            FactType::Number { decimals, .. } => self.amount(&[], *decimals, raw).map(Fact::Number),
            FactType::Boolean => self
                .value(raw, "true 或 false", "true or false")
                .map(Fact::Boolean),
            FactType::Choice { choices } => {
                let id: String = self.value(raw, "字符串", "a string")?;
                self.choice(&[], choices, &id).map(Fact::Choice)
            }
            FactType::Choices { choices } => self.choices(choices, raw),
            FactType::Division => self.division(raw),
            FactType::Yearly { decimals, .. } => self.yearly(*decimals, raw),
            FactType::Members {
                choices,
                attributes,
            } => self.members(choices, attributes, raw),
        }
    }

    fn amount(&mut self, below: &[&str], decimals: u32, raw: &str) -> Option<Amount> {
        let is_number = raw.starts_with(|c: char| c.is_ascii_digit() || c == '-');
        let message = match Amount::parse(raw) {
            _ if !is_number => expected("数字", "a number", raw),
            _ if raw.starts_with('-') && Amount::parse(raw) != Some(Amount::ZERO) => {
                Text::new("不得为负数。", "It must not be negative.")
            }
            Some(amount) if amount > Amount::MAX => too_large(),
            Some(amount) if amount.decimals() > decimals => Text::new(
                format!("小数位数不得超过{decimals}位。"),
                format!("It has at most {decimals} decimal places."),
            ),
            Some(amount) => return Some(amount),
            None if raw.contains(['e', 'E']) => Text::new(
                "请不用科学记数法书写数字。",
                "The number is written without an exponent.",
            ),
            None => too_large(),
        };
        self.fault_below(below, message);
        None
    }

    fn choice(&mut self, below: &[&str], choices: &[Choice], id: &str) -> Option<Str> {
        let known = choices.iter().find(|choice| choice.id == id);
        if known.is_none() {
            let names: Vec<_> = choices.iter().map(|choice| choice.id.as_str()).collect();
            self.fault_below(below, one_of(&names));
        }
        known.map(|choice| choice.id)
    }

    fn choices(&mut self, choices: &[Choice], raw: &str) -> Option<Fact> {
        let ids: Vec<String> = self.value(raw, "字符串数组", "a list of strings")?;
        if ids.len() > LONGEST_LIST {
            self.fault(too_many());
            return None;
        }
        let mut fits = true;
        let mut chosen = Vec::with_capacity(ids.len());
        for (index, id) in ids.iter().enumerate() {
            let place = index.to_string();
            match self.choice(&[&place], choices, id) {
                Some(id) if !chosen.contains(&id) => chosen.push(id),
                Some(_) => {
                    self.fault_below(&[&place], given_twice());
                    fits = false;
                }
                None => fits = false,
            }
        }
        fits.then_some(Fact::Choices(chosen))
    }

    fn division(&mut self, raw: &str) -> Option<Fact> {
        let code: String = self.value(raw, "字符串", "a string")?;
        let is_code = code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit());
        if is_code && !code.starts_with('0') {
            return Some(Fact::Division(code));
        }
        self.fault(Text::new(
            "应为六位行政区划代码（GB/T 2260），如140902。",
            "It is a six-digit code of an administrative division (GB/T 2260), such as 140902.",
        ));
        None
    }

    fn yearly(&mut self, decimals: u32, raw: &str) -> Option<Fact> {
        let years: crate::Object<'_> =
            self.value(raw, "按年份给出数字的对象", "an object of numbers by year")?;
        let mut amounts = Vec::new();
        let mut fits = true;
        for (year, value) in &years.0 {
            let number = (year.len() == 4)
                .then(|| year.parse::<i32>().ok())
                .flatten();
            let Some(number) = number.filter(|year| (1900..=2100).contains(year)) else {
                let message = Text::new(
                    "年份应为1900至2100之间的四位数。",
                    "A year is four digits, 1900 to 2100.",
                );
                self.fault_below(&[year], message);
                fits = false;
                continue;
            };
            match self.amount(&[year], decimals, value.get()) {
                Some(amount) => {
                    amounts.push((number, amount));
                }
                None => fits = false,
            }
        }
        fits.then_some(Fact::Yearly(amounts))
    }

    fn members(&mut self, kinds: &[Choice], attributes: &[Choice], raw: &str) -> Option<Fact> {
        let list: Vec<&RawValue> = self.value(raw, "成员数组", "a list of members")?;
        if list.len() > LONGEST_LIST {
            self.fault(too_many());
            return None;
        }
        let mut members = Vec::with_capacity(list.len());
        let mut fits = true;
        for (index, value) in list.iter().enumerate() {
            let index = index.to_string();
            if !value.get().starts_with('{') {
                // serde would also read a list as a member, field by field.
                self.fault_below(&[&index], expected("对象", "an object", value.get()));
                fits = false;
                continue;
            }
            let member: Member = match serde_json::from_str(value.get()) {
                Ok(member) => member,
                Err(e) => {
                    let message = Text::new(
                        format!("成员应为 {{name, kind, leads, attributes}}：{e}"),
                        format!("A member is {{name, kind, leads, attributes}}: {e}"),
                    );
                    self.fault_below(&[&index], message);
                    fits = false;
                    continue;
                }
            };
            if !(1..=LONGEST_TEXT).contains(&member.name.chars().count()) {
                self.fault_below(&[&index, "name"], too_long());
                fits = false;
            }
            if let Some(kind) = &member.kind {
                fits &= self.choice(&[&index, "kind"], kinds, kind).is_some();
            }
            for (attribute, _) in &member.attributes.0 {
                fits &= self
                    .choice(&[&index, "attributes", attribute], attributes, attribute)
                    .is_some();
            }
            members.push(member);
        }
        if members
            .iter()
            .filter(|member| member.leads == Some(true))
            .count()
            > 1
        {
            self.fault(Text::new("只能有一个牵头单位。", "Only one member leads."));
            fits = false;
        }
        fits.then_some(Fact::Members(members))
    }
}

/// A list of names in words.
fn one_of(names: &[&str]) -> Text {
    let names = names.join(", ");
    Text::new(
        format!("应为以下之一：{names}"),
        format!("It is one of: {names}"),
    )
}

fn expected(zh: &str, en: &str, raw: &str) -> Text {
    let (found_zh, found_en) = match raw.as_bytes().first() {
        Some(b'"') => ("字符串", "a string"),
        Some(b't' | b'f') => ("真假值", "true or false"),
        Some(b'n') => (
            "null；未知的事实请不要填写",
            "null; leave out what is not known",
        ),
        Some(b'[') => ("数组", "a list"),
        Some(b'{') => ("对象", "an object"),
        _ => ("数字", "a number"),
    };
    if found_en == en {
        return Text::new(
            format!("{zh}的内容不合要求。"),
            format!("Not {en} of the form asked for."),
        );
    }
    Text::new(
        format!("应为{zh}，而不是{found_zh}。"),
        format!("It is {en}, not {found_en}."),
    )
}

fn too_large() -> Text {
    Text::new(
        "数字过大：最多15位整数。",
        "The number is too large: at most 15 digits before the point.",
    )
}

fn too_many() -> Text {
    Text::new(
        format!("最多{LONGEST_LIST}项。"),
        format!("It has at most {LONGEST_LIST} entries."),
    )
}

fn too_long() -> Text {
    Text::new(
        format!("应为1至{LONGEST_TEXT}个字符。"),
        format!("It has 1 to {LONGEST_TEXT} characters."),
    )
}

fn given_twice() -> Text {
    Text::new("重复。", "It is given twice.")
}
