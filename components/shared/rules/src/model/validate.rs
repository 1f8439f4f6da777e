use std::collections::BTreeSet;

use super::{
    Condition, Due, Effect, FactDeclaration, FactType, Ground, MemberRule, ProgrammeFile, Str,
    Test, Trigger,
};

/// The most working days a public notice can last. The crate `calendar` has the same limit.
const LONGEST_NOTICE: u32 = 250;

/// The most days between a deadline and a reminder of it.
const LONGEST_LEAD: u32 = 366;

/// An error in a programme file that is well formed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    /// The record: `condition `floor-area``.
    pub place: String,
    /// What is wrong with it.
    pub message: String,
}

/// Everything wrong with a programme's file: names that no record declares, quotes that the regulation
/// does not contain, versions that clash. `regulation` is the text of `source.file`.
pub fn validate(file: &ProgrammeFile, regulation: &str) -> Vec<Defect> {
    let mut check = Check {
        file,
        defects: Vec::new(),
    };
    check.names();
    check.quotes(regulation);
    check.readings();
    check.conditions();
    check.records();
    check.defects
}

struct Check<'f> {
    file: &'f ProgrammeFile,
    defects: Vec<Defect>,
}

impl Check<'_> {
    fn defect(&mut self, place: impl Into<String>, message: impl Into<String>) {
        self.defects.push(Defect {
            place: place.into(),
            message: message.into(),
        });
    }

    fn unique(&mut self, record: &str, ids: impl Iterator<Item = Str>) {
        let mut seen = BTreeSet::new();
        for id in ids {
            if !is_name(&id) {
                self.defect(
                    format!("{record} `{id}`"),
                    "an `id` is made of a-z, 0-9, `-` and `_`",
                );
            }
            if !seen.insert(id) {
                self.defect(format!("{record} `{id}`"), "the `id` stands twice");
            }
        }
    }

    fn known(&mut self, place: &str, what: &str, id: &str, mut ids: impl Iterator<Item = Str>) {
        if !ids.any(|known| known == id) {
            self.defect(place, format!("there is no {what} `{id}`"));
        }
    }

    fn names(&mut self) {
        let ProgrammeFile {
            programme,
            criteria,
            guidance,
        } = self.file;
        if !is_name(&programme.id) {
            self.defect("programme", "`id` is made of a-z, 0-9, `-` and `_`");
        }
        if !programme.certificate.name_template.contains("{name}") {
            self.defect("certificate", "`name_template` has no `{name}`");
        }
        if programme.certificate.prefix.is_empty()
            || !programme
                .certificate
                .prefix
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        {
            self.defect("certificate", "`prefix` is made of A-Z and 0-9");
        }
        self.unique("party", programme.parties.iter().map(|x| x.id));
        self.unique("kind", criteria.kinds.iter().map(|x| x.id));
        self.unique("fact", criteria.facts.iter().map(|x| x.id));
        self.unique("document", criteria.documents.iter().map(|x| x.id));
        self.unique("step", guidance.steps.iter().map(|x| x.id));
        self.unique("change", programme.changes.iter().map(|x| x.id));
        self.unique("ground", programme.grounds.iter().map(|x| x.id));
        self.unique("outline", guidance.outlines.iter().map(|x| x.id));
        self.unique("provision", guidance.provisions.iter().map(|x| x.id));
        self.unique("reading", criteria.readings.iter().map(|x| x.id));
        for fact in criteria.facts {
            let place = format!("fact `{}`", fact.id);
            if let FactType::Choice { choices }
            | FactType::Choices { choices }
            | FactType::Members { choices, .. } = &fact.answer
            {
                self.unique(&place, choices.iter().map(|c| c.id));
                if choices.is_empty() {
                    self.defect(&place, "there is nothing to choose");
                }
            }
            if let FactType::Number { decimals, .. } | FactType::Yearly { decimals, .. } =
                fact.answer
                && decimals > 2
            {
                self.defect(&place, "at most two decimals are carried");
            }
        }
        self.known(
            "party",
            "party",
            "authority",
            programme.parties.iter().map(|x| x.id),
        );
    }

    /// Every quote is in the regulation, unchanged but for white space.
    fn quotes(&mut self, regulation: &str) {
        let regulation = without_space(regulation);
        for cite in self.file.cites() {
            let quote = without_space(&cite.text);
            if quote.is_empty() || !regulation.contains(&quote) {
                let message = format!("the regulation does not say: {}", cite.text);
                self.defect(format!("cite of {}", cite.article), message);
            }
        }
    }

    fn readings(&mut self) {
        let criteria = &self.file.criteria;
        let uses = self.file.reading_uses();
        for reading in &uses {
            self.known(
                "reading",
                "reading",
                reading,
                criteria.readings.iter().map(|x| x.id),
            );
        }
        for reading in criteria.readings {
            if !uses.contains(&reading.id) {
                self.defect(format!("reading `{}`", reading.id), "nothing rests on it");
            }
        }
    }

    fn conditions(&mut self) {
        let ProgrammeFile {
            programme,
            criteria,
            ..
        } = self.file;
        let mut versions = BTreeSet::new();
        for condition in criteria.conditions {
            let place = format!("condition `{}`", condition.id);
            if !is_name(&condition.id) {
                self.defect(&place, "an `id` is made of a-z, 0-9, `-` and `_`");
            }
            if !versions.insert((&condition.id, condition.from)) {
                self.defect(&place, format!("two versions start on {}", condition.from));
            }
            if condition.from < programme.from {
                self.defect(
                    &place,
                    format!("`from` is before the programme's, {}", programme.from),
                );
            }
            for kind in condition.kinds {
                self.known(&place, "kind", kind, criteria.kinds.iter().map(|x| x.id));
            }
            self.tests(&place, condition);
        }
        let asked: BTreeSet<Str> = self.facts_asked().into_iter().collect();
        for fact in criteria.facts {
            if !asked.contains(&fact.id) {
                self.defect(format!("fact `{}`", fact.id), "no condition asks for it");
            }
        }
        let handed_in: BTreeSet<Str> = criteria
            .conditions
            .iter()
            .filter_map(|c| match &c.test {
                Test::Documents { of } => Some(*of),
                _ => None,
            })
            .flatten()
            .copied()
            .collect();
        for document in criteria.documents {
            if !handed_in.contains(&document.id) {
                let place = format!("document `{}`", document.id);
                self.defect(place, "no condition asks for it");
            }
        }
    }

    fn facts_asked(&self) -> Vec<Str> {
        let mut facts = Vec::new();
        let conditions = self.file.criteria.conditions.iter();
        let tests = conditions.flat_map(|c| c.when.iter().chain([&c.test]));
        for test in tests.chain(
            self.file
                .criteria
                .documents
                .iter()
                .filter_map(|d| d.when.as_ref()),
        ) {
            test.visit(&mut |test| facts.extend(test.facts()));
        }
        facts
    }

    fn tests(&mut self, place: &str, condition: &'static Condition) {
        let mut tests = Vec::new();
        condition.test.visit(&mut |test| tests.push((test, false)));
        if let Some(when) = &condition.when {
            when.visit(&mut |test| tests.push((test, true)));
        }
        for (index, (test, guards)) in tests.into_iter().enumerate() {
            let inside = guards || index > 0;
            if inside
                && matches!(
                    test,
                    Test::Documents { .. } | Test::Judgement { .. } | Test::Repealed {}
                )
            {
                self.defect(place, "documents, judgements and repeals stand alone");
            }
            self.test(place, test);
        }
    }

    fn test(&mut self, place: &str, test: &'static Test) {
        let criteria = &self.file.criteria;
        let mut declared = Vec::new();
        for id in test.facts() {
            match criteria.facts.iter().find(|fact| fact.id == id) {
                Some(fact) => declared.push(fact),
                None => self.defect(place, format!("there is no fact `{id}`")),
            }
        }
        for fact in declared {
            if let Some(expected) = mismatch(test, fact) {
                self.defect(place, format!("fact `{}` is not {expected}", fact.id));
            }
            self.values(place, test, fact);
        }
        match test {
            Test::Documents { of } => {
                for id in of {
                    self.known(
                        place,
                        "document",
                        id,
                        criteria.documents.iter().map(|x| x.id),
                    );
                }
            }
            Test::ShareAtLeast {
                numerator,
                denominator,
                ..
            }
            | Test::ShareAtMost {
                numerator,
                denominator,
                ..
            } if *denominator == 0 || numerator > denominator => {
                self.defect(place, "a share is a fraction of one");
            }
            Test::EachOfLastYears { years: 0, .. } | Test::SumOfLastYears { years: 0, .. } => {
                self.defect(place, "`years` is at least 1");
            }
            Test::RisingEachYear { years: 0 | 1, .. } => {
                self.defect(place, "`years` is at least 2");
            }
            Test::WithinRange { min, max, .. } if min > max => {
                self.defect(place, "`min` is above `max`");
            }
            Test::LocatedIn { division, .. }
                if ![2, 4, 6].contains(&division.len())
                    || !division.bytes().all(|b| b.is_ascii_digit()) =>
            {
                self.defect(place, "`division` is two, four or six digits");
            }
            Test::All { of } | Test::Any { of } if of.len() < 2 => {
                self.defect(place, "`of` has at least two tests");
            }
            _ => {}
        }
    }

    fn values(&mut self, place: &str, test: &'static Test, fact: &FactDeclaration) {
        match (test, &fact.answer) {
            (
                Test::OneOf { values, .. } | Test::IncludesAll { values, .. },
                FactType::Choice { choices } | FactType::Choices { choices },
            ) => {
                for value in values {
                    let ids = choices.iter().map(|c| c.id);
                    self.known(place, &format!("answer to `{}`", fact.id), value, ids);
                }
            }
            (
                Test::Members { rules, .. },
                FactType::Members {
                    choices,
                    attributes,
                },
            ) => {
                for rule in rules {
                    match rule {
                        MemberRule::AtLeast { kinds, .. } | MemberRule::LeadIs { kinds } => {
                            for kind in kinds {
                                let ids = choices.iter().map(|c| c.id);
                                self.known(place, "kind of member", kind, ids);
                            }
                        }
                        MemberRule::Each { attribute } => {
                            let ids = attributes.iter().map(|c| c.id);
                            self.known(place, "attribute of members", attribute, ids);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    fn records(&mut self) {
        let ProgrammeFile {
            programme,
            criteria,
            guidance,
        } = self.file;
        let parties = || programme.parties.iter().map(|x| x.id);
        for step in guidance.steps {
            self.known(&format!("step `{}`", step.id), "party", &step.by, parties());
        }
        for notice in programme.notices {
            let place = format!("notice from {}", notice.from);
            if !(1..=LONGEST_NOTICE).contains(&notice.working_days) {
                self.defect(&place, format!("`working_days` is 1 to {LONGEST_NOTICE}"));
            }
            if notice.set_by.is_some() && notice.reading.is_none() {
                self.defect(
                    &place,
                    "`set_by` is for a length that the regulation leaves open: `reading` says so",
                );
            }
        }
        for change in programme.changes {
            for party in change.through {
                self.known(
                    &format!("change `{}`", change.id),
                    "party",
                    party,
                    parties(),
                );
            }
        }
        self.reminders();
        let outlines = || guidance.outlines.iter().map(|x| x.id);
        for obligation in programme.obligations {
            let place = format!("obligation `{}`", obligation.id);
            self.known(&place, "party", &obligation.by, parties());
            self.known(&place, "party", &obligation.to, parties());
            for party in obligation.through {
                self.known(&place, "party", party, parties());
            }
            if let Some(outline) = &obligation.outline {
                self.known(&place, "outline", outline, outlines());
            }
            self.due(&place, &obligation.due);
            for outcome in obligation.outcomes {
                // A revocation is decided on a ground. Without a ground it could never be recorded.
                let decides = |ground: &&Ground| {
                    matches!(&ground.trigger, Trigger::Outcomes { obligation: of, outcomes }
                        if *of == obligation.id && outcomes.contains(&outcome.id))
                };
                let mut grounds = programme.grounds.iter();
                if outcome.effect == (Effect::Revocation {}) && !grounds.any(|g| decides(&g)) {
                    let message = format!("no ground names the outcome `{}`", outcome.id);
                    self.defect(&place, message);
                }
            }
        }
        for document in criteria.documents {
            if let Some(outline) = &document.outline {
                let place = format!("document `{}`", document.id);
                self.known(&place, "outline", outline, outlines());
            }
        }
        for ground in programme.grounds {
            let place = format!("ground `{}`", ground.id);
            let (Trigger::Outcomes { obligation, .. }
            | Trigger::FailedInARow { obligation, .. }
            | Trigger::MissedInARow { obligation, .. }) = &ground.trigger
            else {
                continue;
            };
            let ids = programme.obligations.iter().map(|x| x.id);
            self.known(&place, "obligation", obligation, ids);
            if let Trigger::Outcomes { outcomes, .. } = &ground.trigger {
                let of = programme.obligations.iter().filter(|x| &x.id == obligation);
                let ids: Vec<_> = of.flat_map(|x| &x.outcomes).map(|x| x.id).collect();
                for outcome in outcomes {
                    self.known(&place, "outcome", outcome, ids.iter().copied());
                }
            }
        }
    }

    fn reminders(&mut self) {
        let rule = &self.file.programme.reminders;
        let before = rule.before.iter();
        if !before.is_sorted_by(|a, b| a > b) {
            self.defect("reminders", "`before` has most days first, each once");
        }
        if !rule.after.iter().is_sorted_by(|a, b| a < b) {
            self.defect("reminders", "`after` has fewest days first, each once");
        }
        if rule.after.contains(&0) {
            self.defect("reminders", "the day itself, 0, stands in `before`");
        }
        let mut all = rule.before.iter().chain(rule.after.iter());
        if all.any(|days| *days > LONGEST_LEAD) {
            let message = format!("a reminder lies at most {LONGEST_LEAD} days from its deadline");
            self.defect("reminders", message);
        }
    }

    fn due(&mut self, place: &str, due: &Due) {
        let (month, day) = match *due {
            Due::Yearly { month, day, .. } => (Some(month), day),
            Due::EveryYears {
                years, month, day, ..
            } => {
                if years == 0 {
                    self.defect(place, "`due.years` is at least 1");
                }
                (month, day)
            }
            Due::BeforePeriodEnds {} => (None, None),
        };
        let longest = match month {
            None if day.is_some() => {
                self.defect(place, "`due.day` needs `due.month`");
                return;
            }
            None => return,
            Some(2) => 29,
            Some(4 | 6 | 9 | 11) => 30,
            Some(1..=12) => 31,
            Some(_) => {
                self.defect(place, "`due.month` is 1 to 12");
                return;
            }
        };
        if day.is_some_and(|day| !(1..=longest).contains(&day)) {
            self.defect(place, "`due.day` is no day of `due.month`");
        }
    }
}

/// What the fact should be for the test, if the fact is something else.
fn mismatch(test: &Test, fact: &FactDeclaration) -> Option<&'static str> {
    let (fits, expected) = match test {
        Test::AtLeast { unit, .. } | Test::AtMost { unit, .. } | Test::WithinRange { unit, .. } => {
            (
                matches!(&fact.answer, FactType::Number { unit: own, .. } if own == unit),
                "a number of that unit",
            )
        }
        Test::AtLeastOther { .. } | Test::ShareAtLeast { .. } | Test::ShareAtMost { .. } => {
            (matches!(&fact.answer, FactType::Number { .. }), "a number")
        }
        Test::EachOfLastYears { unit, .. } | Test::SumOfLastYears { unit, .. } => (
            matches!(&fact.answer, FactType::Yearly { unit: own, .. } if own == unit),
            "a yearly number of that unit",
        ),
        Test::RisingEachYear { .. } => (
            matches!(&fact.answer, FactType::Yearly { .. }),
            "a yearly number",
        ),
        Test::IsTrue { .. } | Test::IsFalse { .. } => {
            (matches!(&fact.answer, FactType::Boolean), "a yes or no")
        }
        Test::OneOf { .. } => (matches!(&fact.answer, FactType::Choice { .. }), "a choice"),
        Test::IncludesAll { .. } => (
            matches!(&fact.answer, FactType::Choices { .. }),
            "a set of choices",
        ),
        Test::LocatedIn { .. } => (matches!(&fact.answer, FactType::Division), "a division"),
        Test::Members { .. } => (
            matches!(&fact.answer, FactType::Members { .. }),
            "a list of members",
        ),
        Test::Documents { .. }
        | Test::Judgement { .. }
        | Test::All { .. }
        | Test::Any { .. }
        | Test::Repealed {} => return None,
    };
    (!fits).then_some(expected)
}

fn is_name(id: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    !id.is_empty() && id.len() <= 64 && id.bytes().all(inner)
}

fn without_space(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
