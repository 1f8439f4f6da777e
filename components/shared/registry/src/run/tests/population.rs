//! A population of certificates and notices, drawn from a seed: the same each time.

use chrono::{Datelike, Days, Months, TimeDelta};
use recognition::certificate::{
    Basis, CertificateEvent, CertificateNumber, EventId, Holder, Life, Recorded,
};
use recognition::notice::{Promised, Published, Withdrawn};
use recognition::uscc::Uscc;
use rules::Verdict;

use super::oracle::{GSIA, GSITC, GSTTZ, NMTIC, XZTIC, statutory};
use super::world::{Half, Posting, Story, When, World};
use super::*;

/// Numbers that look random, from a linear congruential generator (Knuth's MMIX).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        let next = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = next.wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    fn days(&mut self, least: i64, most: i64) -> TimeDelta {
        let span = u64::try_from(most - least + 1).unwrap();
        TimeDelta::days(least + i64::try_from(self.below(span)).unwrap())
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        let count = u64::try_from(of.len()).unwrap();
        of[usize::try_from(self.below(count)).unwrap()]
    }

    /// When something of that day comes on record: then, or some days later.
    fn recorded(&mut self, on: NaiveDate) -> When {
        let half = self.pick(&[Half::Morning, Half::Evening]);
        let delay = self.pick(&[0, 0, 0, 0, 1, 3, 9]);
        When(on + Days::new(delay), half)
    }
}

const LAST_DAY: &str = "2025-12-31";

pub(super) fn holder() -> Holder {
    Holder {
        name: "某某材料有限公司".to_owned(),
        uscc: Uscc::parse("91140900MA0ABCD123").unwrap(),
    }
}

/// So many certificates of all programmes, and notices beside them.
pub(super) fn population(seed: u64, certificates: usize, notices: usize) -> World {
    let mut dice = Dice(seed);
    let stories = (0..certificates).map(|n| story(&mut dice, n)).collect();
    let postings = (0..notices).map(|n| posting(&mut dice, n)).collect();
    World { stories, postings }
}

pub(super) fn number(programme: &str, source: &str) -> CertificateNumber {
    let rules = rules::programme(programme).unwrap();
    CertificateNumber::derive(&rules.programme.certificate.prefix, 2025, source, 0)
}

pub(super) fn issued(
    programme: &'static str,
    source: &str,
    on: NaiveDate,
    until: Option<NaiveDate>,
) -> CertificateEvent {
    let rules = rules::programme(programme).unwrap();
    let notice = Basis::Notice(source.to_owned());
    let evaluation = Basis::Evaluation(source.to_owned());
    CertificateEvent::Issued {
        programme: programme.to_owned(),
        basis: if rules.programme.notices.is_empty() {
            evaluation
        } else {
            notice
        },
        name: rules.programme.certificate.full_name(source),
        holder: holder(),
        on,
        until,
        reference: None,
    }
}

pub(super) fn report(obligation: &str, year: i32, on: NaiveDate) -> CertificateEvent {
    CertificateEvent::ReportReceived {
        obligation: obligation.to_owned(),
        year,
        on,
        reference: None,
    }
}

pub(super) fn assessed(
    obligation: &str,
    year: i32,
    outcome: &str,
    on: NaiveDate,
) -> CertificateEvent {
    CertificateEvent::Assessed {
        obligation: obligation.to_owned(),
        year,
        outcome: outcome.to_owned(),
        on,
        reference: None,
    }
}

pub(super) fn changed(change: &str, on: NaiveDate) -> CertificateEvent {
    CertificateEvent::Changed {
        change: change.to_owned(),
        on,
        reference: None,
    }
}

fn story(dice: &mut Dice, n: usize) -> Story {
    let (programme, from) = [
        (GSITC, "2016-01-01"),
        (XZTIC, "2020-12-01"),
        (GSIA, "2020-02-25"),
        (NMTIC, "2020-09-09"),
        (GSTTZ, "2018-04-08"),
    ][n % 5];
    let source = format!("{n}号");
    let number = number(programme, &source);
    let all_days = (day(LAST_DAY) - day(from)).num_days();
    let mut on = day(from) + dice.days(0, all_days);
    // Every third assessment of a three-year cycle would be too few.
    if [XZTIC, NMTIC].contains(&programme) && dice.percent(50) {
        on = day("2022-01-01") + dice.days(0, 364);
    }
    let until = (programme == GSTTZ).then(|| on + dice.days(2 * 365, 3 * 365 + 1));
    let entered = match (on.year(), dice.percent(20)) {
        (2025, _) => dice.recorded(on),
        // One that is entered late in the register.
        (_, true) => {
            let late = day("2025-01-01") + dice.days(0, 364);
            dice.recorded(late)
        }
        _ => When(on, Half::Morning),
    };
    let mut told = vec![(entered, issued(programme, &source, on, until))];
    let mut push = |when: When, event: CertificateEvent| told.push((when.max(entered), event));
    for (obligation, statutory) in statutory(programme, on, until) {
        done(dice, programme, &number, (obligation, statutory), &mut push);
    }
    match programme {
        GSIA => changes(dice, on, &mut push),
        NMTIC => {
            rectified_since_2024(dice, &number, on, &mut push);
            found_out(dice, &number, on, &mut push);
        }
        _ => {}
    }
    told.sort_by_key(|(when, _)| *when);
    let told = acceptable(programme, &number, told);
    Story {
        programme,
        number,
        told,
    }
}

/// What comes of an obligation: it is done early or late, found missed, or nothing is heard.
fn done(
    dice: &mut Dice,
    programme: &'static str,
    number: &CertificateNumber,
    (obligation, statutory): (&'static str, NaiveDate),
    push: &mut impl FnMut(When, CertificateEvent),
) {
    let year = statutory.year();
    let on = statutory + dice.days(-45, 35);
    let outcomes: &[&str] = match (programme, obligation) {
        (GSITC, "yearly-assessment") | (GSIA, "assessment") => &["passed", "failed"],
        (XZTIC, _) => &["keep", "rectify", "revoke"],
        (NMTIC, "evaluation") => &["good", "fail"],
        (GSTTZ, "summary-evaluation") => &["held"],
        _ => &[],
    };
    match (outcomes, dice.below(10)) {
        (&[], 0..4) => {
            let report = report(obligation, year, on);
            let when = dice.recorded(on);
            push(when, report.clone());
            if dice.percent(25) {
                let later = when.0 + dice.days(1, 25);
                push(dice.recorded(later), annulled(number, &report, later));
            }
        }
        (&[], 4) => {
            let on = statutory + dice.days(3, 30);
            let missed = CertificateEvent::ReportMissed {
                obligation: obligation.to_owned(),
                year,
                on,
                reference: None,
            };
            push(dice.recorded(on), missed);
        }
        (&[], _) => {}
        (_, 0..6) => {
            // A finding of the year before its own is refused.
            let on = on.max(NaiveDate::from_ymd_opt(year, 1, 1).unwrap());
            let outcome = dice.pick(outcomes);
            let event = assessed(obligation, year, outcome, on);
            let when = dice.recorded(on);
            push(when, event.clone());
            follow(dice, programme, number, &event, outcome, when.0, push);
        }
        _ => {}
    }
}

/// What follows from an assessment.
fn follow(
    dice: &mut Dice,
    programme: &'static str,
    number: &CertificateNumber,
    event: &CertificateEvent,
    outcome: &str,
    heard: NaiveDate,
    push: &mut impl FnMut(When, CertificateEvent),
) {
    let because = event.id(number);
    let on = heard + dice.days(0, 10);
    match outcome {
        "rectify" | "fail" => {
            // 忻州's text sets no time, so some orders name no end.
            let named = dice.percent(if programme == XZTIC { 80 } else { 50 });
            let until = named.then(|| on + dice.days(20, 120));
            ordered(dice, because, on, until, push);
        }
        "revoke" => {
            let ground = "evaluation-revoke".to_owned();
            let reference = "撤1号".to_owned();
            let revoked = CertificateEvent::Revoked {
                because,
                ground,
                on,
                reference,
            };
            revoke(dice, number, revoked, push);
        }
        _ => {}
    }
}

fn ordered(
    dice: &mut Dice,
    because: EventId,
    on: NaiveDate,
    until: Option<NaiveDate>,
    push: &mut impl FnMut(When, CertificateEvent),
) {
    let reference = "改1号".to_owned();
    let order = CertificateEvent::RectificationOrdered {
        because,
        on,
        reference,
        until,
    };
    let when = dice.recorded(on);
    push(when, order);
    if dice.percent(50) {
        let end = until.unwrap_or(on + Months::new(12));
        let on = (end + dice.days(-20, 15)).max(when.0);
        push(
            dice.recorded(on),
            CertificateEvent::RectificationPassed {
                on,
                reference: None,
            },
        );
    }
}

/// A revocation, of which some are found to be in error.
fn revoke(
    dice: &mut Dice,
    number: &CertificateNumber,
    revoked: CertificateEvent,
    push: &mut impl FnMut(When, CertificateEvent),
) {
    let when = dice.recorded(revoked.on());
    push(when, revoked.clone());
    if dice.percent(40) {
        let on = when.0 + dice.days(1, 20);
        push(dice.recorded(on), annulled(number, &revoked, on));
    }
}

pub(super) fn annulled(
    number: &CertificateNumber,
    event: &CertificateEvent,
    on: NaiveDate,
) -> CertificateEvent {
    CertificateEvent::Annulled {
        event: event.id(number),
        on,
        reference: "误1号".to_owned(),
        reason: "误录".to_owned(),
    }
}

/// Changes of an alliance, of which some are filed within the year, and some after.
fn changes(dice: &mut Dice, issued: NaiveDate, push: &mut impl FnMut(When, CertificateEvent)) {
    for change in ["members-changed", "other-major-adjustment", "lead-renamed"] {
        let on = issued.max(day("2024-10-01")) + dice.days(0, 440);
        push(dice.recorded(on), changed(change, on));
        if dice.percent(50) {
            let on = on + dice.days(0, 150);
            let filed = CertificateEvent::Filed {
                change: change.to_owned(),
                on,
                reference: None,
                name: None,
                holder: (change == "lead-renamed").then(holder),
            };
            push(dice.recorded(on), filed);
        }
    }
}

/// 内蒙古: 不合格 → 整改一年, which ends in 2025.
fn rectified_since_2024(
    dice: &mut Dice,
    number: &CertificateNumber,
    issued: NaiveDate,
    push: &mut impl FnMut(When, CertificateEvent),
) {
    if issued.year() < 2024 && dice.percent(30) {
        let on = day("2024-01-02") + dice.days(0, 360);
        let failed = assessed("evaluation", 2024, "fail", on);
        let because = failed.id(number);
        push(When(on, Half::Morning), failed);
        ordered(dice, because, on + Days::new(3), None, push);
    }
}

fn found_out(
    dice: &mut Dice,
    number: &CertificateNumber,
    issued: NaiveDate,
    push: &mut impl FnMut(When, CertificateEvent),
) {
    if !dice.percent(20) {
        return;
    }
    let on = issued.max(day("2025-01-01")) + dice.days(5, 300);
    let found = CertificateEvent::GroundFound {
        ground: "fraud".to_owned(),
        on,
        reference: "查1号".to_owned(),
    };
    let because = found.id(number);
    push(When(on, Half::Morning), found);
    let (ground, on) = ("fraud".to_owned(), on + dice.days(0, 10));
    let reference = "撤2号".to_owned();
    revoke(
        dice,
        number,
        CertificateEvent::Revoked {
            because,
            ground,
            on,
            reference,
        },
        push,
    );
}

/// What the component would record: the rest it refuses.
fn acceptable(
    programme: &str,
    number: &CertificateNumber,
    told: Vec<(When, CertificateEvent)>,
) -> Vec<(When, CertificateEvent)> {
    let programme = rules::programme(programme).unwrap().programme;
    let mut recorded: Vec<Recorded> = Vec::new();
    let mut accepted = Vec::new();
    for (n, (when, event)) in (1..).zip(told) {
        if Life::refusal(programme, &recorded, &event, when.0).is_none() {
            recorded.push(Recorded {
                id: event.id(number),
                n,
                recorded_at: DateTime::UNIX_EPOCH.fixed_offset(),
                by: String::new(),
                event: event.clone(),
            });
            accepted.push((when, event));
        }
    }
    accepted
}

fn posting(dice: &mut Dice, n: usize) -> Posting {
    let programme = [XZTIC, NMTIC][n % 2];
    // Every fifth spans 国庆.
    let published = match n % 5 {
        0 => day("2025-09-22") + dice.days(0, 14),
        _ => day("2024-12-20") + dice.days(0, 370),
    };
    let days = u64::try_from(n % 3 * 5 + 5).unwrap().try_into().unwrap();
    let rules = rules::programme(programme).unwrap();
    let promised = Promised::by(published, days, calendar::Counting::DayAfter).unwrap();
    // Some are put up ahead of their day, some entered after it.
    let half = dice.pick(&[Half::Morning, Half::Evening]);
    let recorded = When(published + dice.days(-12, 3), half);
    let withdrawn = dice.percent(30).then(|| {
        let on = recorded.0 + dice.days(0, 9);
        let half = dice.pick(&[Half::Morning, Half::Evening]);
        let withdrawn = Withdrawn {
            on,
            reference: "撤1号".to_owned(),
            reason: "材料有误".to_owned(),
        };
        (When(on, half).max(recorded), withdrawn)
    });
    Posting {
        recorded,
        published: Published {
            evaluation: format!("evaluation {n}"),
            programme: programme.to_owned(),
            kind: None,
            applicant: holder(),
            name: rules.programme.certificate.full_name(&format!("{n}号")),
            verdict: Verdict::Eligible,
            published,
            promised,
        },
        withdrawn,
    }
}
