//! Compares one test with an application.

use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;

use crate::{
    Amount, Criteria, Document, FactType, List, MemberRule, Str, Test, Text, Unit,
    application::{Application, Fact, Member, Opinion},
};

/// Whether an application meets a condition. Unknown is not false.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The condition is met.
    Met,
    /// The condition is not met.
    NotMet,
    /// Facts that decide it are missing.
    Unknown,
    /// Experts have not yet given their opinion on it.
    ForReview,
}

/// By how much a condition is missed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shortfall {
    /// How far the application is below a minimum, or above a maximum.
    pub amount: Amount,
    /// The unit of `amount`.
    pub unit: Unit,
    /// Amount and unit, as people write them.
    pub text: Text,
}

/// One change to an application that helps to meet a condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Remedy {
    /// A number becomes another.
    SetNumber {
        /// The fact.
        fact: &'static str,
        /// The year, for a yearly fact.
        #[serde(skip_serializing_if = "Option::is_none")]
        year: Option<i32>,
        /// The number that the application gives.
        from: Amount,
        /// The nearest number that suffices.
        to: Amount,
        /// The unit of both.
        unit: Unit,
    },
    /// A statement becomes true or false.
    SetBoolean {
        /// The fact.
        fact: &'static str,
        /// What the statement must be.
        to: bool,
    },
    /// An answer becomes one of these.
    Choose {
        /// The fact.
        fact: &'static str,
        /// The answers that suffice.
        one_of: List<Str>,
    },
    /// A set of answers grows by these.
    Include {
        /// The fact.
        fact: &'static str,
        /// The answers that are missing.
        add: Vec<&'static str>,
    },
    /// A place moves into a division.
    Locate {
        /// The fact.
        fact: &'static str,
        /// The first digits of the division's code.
        division: &'static str,
    },
    /// Members join.
    AddMembers {
        /// The fact.
        fact: &'static str,
        /// How many.
        count: u32,
        /// Of which kinds; empty: any.
        kinds: List<Str>,
    },
    /// Another member leads.
    ChangeLead {
        /// The fact.
        fact: &'static str,
        /// The kinds that may lead.
        kinds: List<Str>,
    },
    /// A statement becomes true of members.
    EachMember {
        /// The fact.
        fact: &'static str,
        /// The statement.
        attribute: &'static str,
        /// The members for whom the statement is false.
        members: Vec<String>,
    },
    /// A document is handed in.
    HandIn {
        /// The document.
        document: &'static str,
    },
    /// Experts find the condition met.
    Attest {
        /// The condition.
        condition: &'static str,
    },
}

/// The result of comparing a test with an application.
pub(crate) struct TestResult {
    pub(crate) status: Status,
    pub(crate) shortfall: Option<Shortfall>,
    pub(crate) missing_facts: Vec<&'static str>,
    pub(crate) missing_documents: Vec<&'static str>,
    pub(crate) remedies: Vec<Remedy>,
}

impl TestResult {
    fn met() -> Self {
        Self {
            status: Status::Met,
            shortfall: None,
            missing_facts: Vec::new(),
            missing_documents: Vec::new(),
            remedies: Vec::new(),
        }
    }

    fn unknown(mut self, fact: &'static str) -> Self {
        self.status = Status::Unknown;
        self.lacks(vec![fact]);
        self
    }

    /// Adds facts to those that are missing, each only once.
    fn lacks(&mut self, facts: Vec<&'static str>) {
        for fact in facts {
            if !self.missing_facts.contains(&fact) {
                self.missing_facts.push(fact);
            }
        }
    }

    /// Becomes “not met”, with a remedy, where `met` is false.
    fn decided(mut self, met: bool, remedy: impl FnOnce() -> Remedy) -> Self {
        if !met {
            self.status = Status::NotMet;
            self.remedies.push(remedy());
        }
        self
    }

    fn short_by(mut self, amount: Decimal, unit: Unit) -> Self {
        if self.status == Status::NotMet {
            let amount = Amount::from(amount);
            self.shortfall = Some(Shortfall {
                amount,
                unit,
                text: unit.show(amount),
            });
        }
        self
    }
}

/// Compares `test` with `application`. `condition` is the id of the condition that the test belongs
/// to: attestations are found by it.
pub(crate) fn judge(
    test: &'static Test,
    condition: &'static str,
    application: &Application,
) -> TestResult {
    let judge = Judge {
        application,
        criteria: application.rulebook.criteria,
    };
    match test {
        Test::AtLeast { fact, value, unit } => judge.range(fact, Some(*value), None, *unit),
        Test::AtMost { fact, value, unit } => judge.range(fact, None, Some(*value), *unit),
        Test::WithinRange {
            fact,
            min,
            max,
            unit,
        } => judge.range(fact, Some(*min), Some(*max), *unit),
        Test::AtLeastOther { fact, other } => judge.at_least_other(fact, other),
        Test::ShareAtLeast {
            fact,
            of,
            numerator,
            denominator,
        } => judge.share(fact, of, (*numerator, *denominator), Bound::Least),
        Test::ShareAtMost {
            fact,
            of,
            numerator,
            denominator,
        } => judge.share(fact, of, (*numerator, *denominator), Bound::Most),
        Test::EachOfLastYears {
            fact,
            years,
            value,
            unit,
        } => judge.each_year(fact, *years, *value, *unit),
        Test::SumOfLastYears {
            fact,
            years,
            value,
            unit,
        } => judge.sum_of_years(fact, *years, *value, *unit),
        Test::RisingEachYear { fact, years } => judge.rising(fact, *years),
        Test::IsTrue { fact } => judge.boolean(fact, true),
        Test::IsFalse { fact } => judge.boolean(fact, false),
        Test::OneOf { fact, values } => judge.one_of(fact, *values),
        Test::IncludesAll { fact, values } => judge.includes_all(fact, *values),
        Test::LocatedIn { fact, division, .. } => judge.located_in(fact, division),
        Test::Members { fact, rules } => judge.members(fact, *rules),
        Test::Documents { of } => judge.documents(*of),
        Test::Judgement { .. } => judge.judgement(condition),
        Test::All { of } => judge.all(*of, condition),
        Test::Any { of } => judge.any(*of, condition),
        Test::Repealed {} => TestResult::met(),
    }
}

#[derive(Clone, Copy)]
enum Bound {
    Least,
    Most,
}

struct Judge<'a> {
    application: &'a Application,
    criteria: &'static Criteria,
}

impl Judge<'_> {
    fn number(&self, fact: &str) -> Option<Amount> {
        match self.application.fact(fact) {
            Some(Fact::Number(amount)) => Some(*amount),
            _ => None,
        }
    }

    /// Unknown, because some of `facts` are not given.
    fn without_number(&self, facts: [&'static str; 2]) -> TestResult {
        let missing = facts.into_iter().filter(|fact| self.number(fact).is_none());
        missing.fold(TestResult::met(), TestResult::unknown)
    }

    fn unit(&self, fact: &str) -> Unit {
        match self.criteria.fact(fact).map(|declared| &declared.answer) {
            Some(FactType::Number { unit, .. } | FactType::Yearly { unit, .. }) => *unit,
            _ => Unit::Items,
        }
    }

    /// The smallest step between two values of a number: 1, or 0.01 where it has two decimals.
    fn smallest_step(&self, fact: &str) -> Decimal {
        match self.criteria.fact(fact).map(|declared| &declared.answer) {
            Some(FactType::Number { decimals, .. } | FactType::Yearly { decimals, .. }) => {
                Decimal::new(1, *decimals)
            }
            _ => Decimal::ONE,
        }
    }

    fn range(
        &self,
        fact: &'static str,
        min: Option<Amount>,
        max: Option<Amount>,
        unit: Unit,
    ) -> TestResult {
        let result = TestResult::met();
        let Some(given) = self.number(fact) else {
            return result.unknown(fact);
        };
        let nearest = match (min, max) {
            (Some(min), _) if given < min => min,
            (_, Some(max)) if given > max => max,
            _ => given,
        };
        result
            .decided(nearest == given, || Remedy::SetNumber {
                fact,
                year: None,
                from: given,
                to: nearest,
                unit,
            })
            .short_by((nearest.decimal() - given.decimal()).abs(), unit)
    }

    fn at_least_other(&self, fact: &'static str, other: &'static str) -> TestResult {
        let (Some(given), Some(least)) = (self.number(fact), self.number(other)) else {
            return self.without_number([fact, other]);
        };
        let unit = self.unit(fact);
        TestResult::met()
            .decided(given >= least, || Remedy::SetNumber {
                fact,
                year: None,
                from: given,
                to: least,
                unit,
            })
            .short_by(least.decimal() - given.decimal(), unit)
    }

    fn share(
        &self,
        fact: &'static str,
        of: &'static str,
        (numerator, denominator): (u32, u32),
        bound: Bound,
    ) -> TestResult {
        let (Some(part), Some(whole)) = (self.number(fact), self.number(of)) else {
            return self.without_number([fact, of]);
        };
        let unit = self.unit(fact);
        let threshold = whole.decimal() * Decimal::from(numerator);
        let scaled = part.decimal() * Decimal::from(denominator);
        let exact = threshold / Decimal::from(denominator);
        let (met, to) = match bound {
            Bound::Least => (scaled >= threshold, self.round(fact, exact, bound)),
            Bound::Most => (scaled <= threshold, self.round(fact, exact, bound)),
        };
        TestResult::met()
            .decided(met, || Remedy::SetNumber {
                fact,
                year: None,
                from: part,
                to: to.into(),
                unit,
            })
            .short_by((to - part.decimal()).abs(), unit)
    }

    /// The nearest value a fact can take: for a least bound not below `exact`, for a most bound not
    /// above it.
    fn round(&self, fact: &str, exact: Decimal, bound: Bound) -> Decimal {
        let decimals = self.smallest_step(fact).scale();
        let strategy = match bound {
            Bound::Least => RoundingStrategy::ToPositiveInfinity,
            Bound::Most => RoundingStrategy::ToNegativeInfinity,
        };
        exact.round_dp_with_strategy(decimals, strategy)
    }

    fn each_year(&self, fact: &'static str, years: u8, least: Amount, unit: Unit) -> TestResult {
        let all = self.application.last_years(fact, years);
        let mut result = TestResult::met();
        if all.iter().any(|(_, amount)| amount.is_none()) {
            result = result.unknown(fact);
        }
        let mut short = Decimal::ZERO;
        for (year, amount) in all {
            if let Some(amount) = amount.filter(|amount| *amount < least) {
                short += least.decimal() - amount.decimal();
                result = result.decided(false, || Remedy::SetNumber {
                    fact,
                    year: Some(year),
                    from: amount,
                    to: least,
                    unit,
                });
            }
        }
        result.short_by(short, unit)
    }

    fn sum_of_years(&self, fact: &'static str, years: u8, least: Amount, unit: Unit) -> TestResult {
        let all = self.application.last_years(fact, years);
        let mut result = TestResult::met();
        let sum: Decimal = all
            .iter()
            .filter_map(|(_, amount)| *amount)
            .map(Amount::decimal)
            .sum();
        if sum >= least.decimal() {
            return result;
        }
        if all.iter().any(|(_, amount)| amount.is_none()) {
            return result.unknown(fact);
        }
        let short = least.decimal() - sum;
        if let Some((year, Some(last))) = all.last() {
            result = result.decided(false, || Remedy::SetNumber {
                fact,
                year: Some(*year),
                from: *last,
                to: (last.decimal() + short).into(),
                unit,
            });
        }
        result.short_by(short, unit)
    }

    fn rising(&self, fact: &'static str, years: u8) -> TestResult {
        let all = self.application.last_years(fact, years);
        let unit = self.unit(fact);
        let mut result = TestResult::met();
        if all.iter().any(|(_, amount)| amount.is_none()) {
            result = result.unknown(fact);
        }
        let mut before: Option<Decimal> = None;
        for (year, amount) in all {
            let Some(amount) = amount else {
                before = None;
                continue;
            };
            let mut rises_to = amount.decimal();
            if let Some(before) = before.filter(|before| *before >= rises_to) {
                rises_to = before + self.smallest_step(fact);
                result = result.decided(false, || Remedy::SetNumber {
                    fact,
                    year: Some(year),
                    from: amount,
                    to: rises_to.into(),
                    unit,
                });
            }
            before = Some(rises_to);
        }
        result
    }

    fn boolean(&self, fact: &'static str, wanted: bool) -> TestResult {
        let result = TestResult::met();
        match self.application.fact(fact) {
            Some(Fact::Boolean(given)) => {
                result.decided(*given == wanted, || Remedy::SetBoolean { fact, to: wanted })
            }
            _ => result.unknown(fact),
        }
    }

    fn one_of(&self, fact: &'static str, values: List<Str>) -> TestResult {
        let result = TestResult::met();
        match self.application.fact(fact) {
            Some(Fact::Choice(given)) => {
                result.decided(values.contains(given), || Remedy::Choose {
                    fact,
                    one_of: values,
                })
            }
            _ => result.unknown(fact),
        }
    }

    fn includes_all(&self, fact: &'static str, values: List<Str>) -> TestResult {
        let result = TestResult::met();
        match self.application.fact(fact) {
            Some(Fact::Choices(given)) => {
                let missing = values.into_iter().filter(|value| !given.contains(value));
                let add: Vec<_> = missing.map(|value| value.as_str()).collect();
                result.decided(add.is_empty(), || Remedy::Include { fact, add })
            }
            _ => result.unknown(fact),
        }
    }

    fn located_in(&self, fact: &'static str, division: &'static str) -> TestResult {
        let result = TestResult::met();
        let Some(Fact::Division(code)) = self.application.fact(fact) else {
            return result.unknown(fact);
        };
        // 140000 is Shanxi, 140900 Xinzhou: zeros at the end name a larger division.
        let mut named = code.as_str();
        while let Some(larger) = named.strip_suffix("00") {
            named = larger;
        }
        if division.starts_with(named) && named.len() < division.len() {
            return result.unknown(fact);
        }
        result.decided(named.starts_with(division), || Remedy::Locate {
            fact,
            division,
        })
    }

    fn members(&self, fact: &'static str, rules: List<MemberRule>) -> TestResult {
        let mut result = TestResult::met();
        let Some(Fact::Members(members)) = self.application.fact(fact) else {
            return result.unknown(fact);
        };
        let mut unknown = false;
        for rule in rules {
            match member_rule(fact, rule, members) {
                MemberFinding::Met => {}
                MemberFinding::Unknown => unknown = true,
                MemberFinding::NotMet(remedy) => result = result.decided(false, || remedy),
            }
        }
        if unknown {
            let status = result.status;
            result = result.unknown(fact);
            if status == Status::NotMet {
                result.status = status;
            }
        }
        result
    }

    fn documents(&self, of: List<Str>) -> TestResult {
        let mut needed: Vec<&'static Document> = Vec::new();
        let mut deciding = Vec::new();
        for id in of {
            let Some(document) = self.criteria.documents.iter().find(|d| d.id == *id) else {
                continue;
            };
            match document
                .when
                .as_ref()
                .map(|when| judge(when, "", self.application))
            {
                None => needed.push(document),
                Some(result) => match result.status {
                    Status::Met => needed.push(document),
                    Status::NotMet => {}
                    Status::Unknown | Status::ForReview => deciding.extend(result.missing_facts),
                },
            }
        }
        let mut result = TestResult::met();
        for fact in deciding {
            result = result.unknown(fact);
        }
        let Some(handed_in) = &self.application.documents else {
            result.status = Status::Unknown;
            result.missing_documents = needed.iter().map(|document| document.id.as_str()).collect();
            return result;
        };
        for document in needed {
            if !handed_in.contains(&document.id) {
                result.missing_documents.push(&document.id);
                result = result.decided(false, || Remedy::HandIn {
                    document: &document.id,
                });
            }
        }
        result
    }

    fn judgement(&self, condition: &'static str) -> TestResult {
        let mut result = TestResult::met();
        match self.application.attestation(condition) {
            None => {
                result.status = Status::ForReview;
                result
            }
            Some(attestation) => result.decided(attestation.opinion == Opinion::Met, || {
                Remedy::Attest { condition }
            }),
        }
    }

    fn all(&self, of: List<Test>, condition: &'static str) -> TestResult {
        let parts: Vec<_> = of
            .into_iter()
            .map(|test| judge(test, condition, self.application))
            .collect();
        let status = if parts.iter().any(|part| part.status == Status::NotMet) {
            Status::NotMet
        } else if parts.iter().any(|part| part.status == Status::Unknown) {
            Status::Unknown
        } else {
            Status::Met
        };
        let mut result = TestResult::met();
        result.status = status;
        for part in parts {
            result.lacks(part.missing_facts);
            result.remedies.extend(part.remedies);
        }
        result
    }

    fn any(&self, of: List<Test>, condition: &'static str) -> TestResult {
        let parts: Vec<_> = of
            .into_iter()
            .map(|test| judge(test, condition, self.application))
            .collect();
        let mut result = TestResult::met();
        if parts.iter().any(|part| part.status == Status::Met) {
            return result;
        }
        if parts.iter().any(|part| part.status == Status::Unknown) {
            result.status = Status::Unknown;
            for part in parts
                .into_iter()
                .filter(|part| part.status == Status::Unknown)
            {
                result.lacks(part.missing_facts);
            }
            return result;
        }
        result.status = Status::NotMet;
        // Where a part also lacks facts, more may be needed than its remedies say. So prefer a part
        // that lacks none.
        let nearest = parts
            .into_iter()
            .min_by_key(|part| (part.missing_facts.len(), part.remedies.len()));
        if let Some(nearest) = nearest {
            result.shortfall = nearest.shortfall;
            result.remedies = nearest.remedies;
        }
        result
    }
}

enum MemberFinding {
    Met,
    NotMet(Remedy),
    Unknown,
}

fn member_rule(fact: &'static str, rule: &'static MemberRule, members: &[Member]) -> MemberFinding {
    let of_kind = |member: &Member, kinds: List<Str>| {
        kinds.is_empty()
            || member
                .kind
                .as_ref()
                .is_some_and(|kind| kinds.iter().any(|known| *known == kind.as_str()))
    };
    match rule {
        MemberRule::AtLeast { count, kinds } => {
            let wanted = usize::try_from(*count).unwrap_or(usize::MAX);
            let sure = members
                .iter()
                .filter(|member| of_kind(member, *kinds))
                .count();
            let open = members
                .iter()
                .filter(|m| m.kind.is_none() && !of_kind(m, *kinds))
                .count();
            if sure >= wanted {
                MemberFinding::Met
            } else if sure + open >= wanted {
                MemberFinding::Unknown
            } else {
                let short = u32::try_from(wanted - sure).unwrap_or(*count);
                MemberFinding::NotMet(Remedy::AddMembers {
                    fact,
                    count: short,
                    kinds: *kinds,
                })
            }
        }
        MemberRule::LeadIs { kinds } => {
            let lead = members.iter().find(|member| member.leads == Some(true));
            match lead {
                Some(lead) if lead.kind.is_none() => MemberFinding::Unknown,
                Some(lead) if of_kind(lead, *kinds) => MemberFinding::Met,
                Some(_) => MemberFinding::NotMet(Remedy::ChangeLead {
                    fact,
                    kinds: *kinds,
                }),
                // No member is said to lead. That nobody leads is known only when every member is
                // said not to lead.
                None if members.iter().any(|member| member.leads.is_none()) => {
                    MemberFinding::Unknown
                }
                None => MemberFinding::NotMet(Remedy::ChangeLead {
                    fact,
                    kinds: *kinds,
                }),
            }
        }
        MemberRule::Each { attribute } => {
            let stated = |member: &Member| {
                let mut all = member.attributes.0.iter();
                all.find(|(name, _)| *attribute == name.as_str())
                    .map(|(_, holds)| *holds)
            };
            let failing = members
                .iter()
                .filter(|member| stated(member) == Some(false));
            let failing: Vec<_> = failing.map(|member| member.name.clone()).collect();
            if !failing.is_empty() {
                return MemberFinding::NotMet(Remedy::EachMember {
                    fact,
                    attribute,
                    members: failing,
                });
            }
            if members.iter().any(|member| stated(member).is_none()) {
                return MemberFinding::Unknown;
            }
            MemberFinding::Met
        }
    }
}
