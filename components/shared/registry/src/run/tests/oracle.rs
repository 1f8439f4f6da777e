//! What is due, by brute force: every record, every day, every reminder. The programmes' obligations
//! and the days off are written out here once more, from the texts, so that the rules' data, the
//! calendar and the agenda are held to something that is not theirs.

use chrono::{Datelike, Days, Months, Weekday};
use recognition::certificate::CertificateEvent;
use recognition::id::derive;
use serde_json::Value;

use super::world::{Half, Posting, Story, When, World};
use super::*;

pub(super) const GSITC: &str = "gansu-industry-technology-centre";
pub(super) const XZTIC: &str = "xinzhou-technology-innovation-centre";
pub(super) const GSIA: &str = "gansu-industry-alliance";
pub(super) const NMTIC: &str = "inner-mongolia-technology-innovation-centre";
pub(super) const GSTTZ: &str = "gansu-technology-transfer-demonstration-zone";

/// Days before a deadline; less than zero: after it.
const LEADS: [i64; 7] = [30, 7, 1, 0, -1, -7, -30];

/// 国办发明电〔2024〕12号 and 〔2025〕7号: days off that are no Saturday or Sunday, as month and day.
const OFF_2025: [(u32, u32); 18] = [
    (1, 1),
    (1, 28),
    (1, 29),
    (1, 30),
    (1, 31),
    (2, 3),
    (2, 4),
    (4, 4),
    (5, 1),
    (5, 2),
    (5, 5),
    (6, 2),
    (10, 1),
    (10, 2),
    (10, 3),
    (10, 6),
    (10, 7),
    (10, 8),
];
const WORKED_2025: [(u32, u32); 5] = [(1, 26), (2, 8), (4, 27), (9, 28), (10, 11)];
const OFF_2026: [(u32, u32); 8] = [
    (1, 1),
    (1, 2),
    (2, 16),
    (2, 17),
    (2, 18),
    (2, 19),
    (2, 20),
    (2, 23),
];
const WORKED_2026: [(u32, u32); 3] = [(1, 4), (2, 14), (2, 28)];

/// The days that the table above is good for.
fn known() -> std::ops::RangeInclusive<NaiveDate> {
    // In November and December 2024 no notice moved a working day.
    day("2024-11-01")..=day("2026-03-31")
}

pub(super) fn rests(on: NaiveDate) -> bool {
    assert!(known().contains(&on), "{on}");
    let (off, worked): (&[_], &[_]) = match on.year() {
        2025 => (&OFF_2025, &WORKED_2025),
        2026 => (&OFF_2026, &WORKED_2026),
        _ => (&[], &[]),
    };
    let date = (on.month(), on.day());
    let weekend = matches!(on.weekday(), Weekday::Sat | Weekday::Sun);
    !worked.contains(&date) && (weekend || off.contains(&date))
}

/// 民法典 §203.
fn moved(mut last: NaiveDate) -> NaiveDate {
    while rests(last) {
        last = last + Days::new(1);
    }
    last
}

/// A reminder, as far as it is compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Told {
    pub(super) as_of: NaiveDate,
    pub(super) programme: String,
    pub(super) subject: String,
    pub(super) last: NaiveDate,
    pub(super) lead: i64,
    pub(super) due_on: NaiveDate,
    pub(super) late: bool,
    pub(super) id: String,
}

impl Told {
    /// Reads a stored reminder by its message.
    pub(super) fn read(reminder: &Reminder) -> Self {
        Self::parse(&serde_json::from_str(reminder.message.get()).unwrap())
    }

    /// Reads a message.
    pub(super) fn parse(shown: &Value) -> Self {
        let owed = &shown["obligation"];
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let date = |value: &Value| day(value.as_str().unwrap());
        let subject = [&owed["certificate"], &owed["notice"], &owed["programme"]];
        Self {
            as_of: date(&shown["as_of"]),
            programme: text(&owed["programme"]),
            subject: text(subject.into_iter().find(|value| value.is_string()).unwrap()),
            last: date(&owed["effective"]),
            lead: shown["lead"].as_i64().unwrap(),
            due_on: date(&shown["due_on"]),
            late: shown["late"].as_bool().unwrap(),
            id: text(&shown["id"]),
        }
    }
}

/// The days of runs.
struct Ticks<'t> {
    /// The day of the first run of all.
    first: NaiveDate,
    days: &'t [NaiveDate],
}

/// Something owed.
struct Owed {
    name: String,
    last: NaiveDate,
    opened: NaiveDate,
    closed: Option<NaiveDate>,
    /// Whether it can be done late.
    after: bool,
}

/// Every reminder that runs of those days make, by brute force.
pub(super) fn expected(world: &World, ticks: &[NaiveDate]) -> Vec<Told> {
    expected_since(world, ticks[0], ticks)
}

/// The same where the first run of all began on `first`, and may have come to nothing.
pub(super) fn expected_since(world: &World, first: NaiveDate, ticks: &[NaiveDate]) -> Vec<Told> {
    let ticks = &Ticks { first, days: ticks };
    let mut told = Vec::new();
    for story in &world.stories {
        let recorded = story.told.iter().map(|(when, _)| *when).collect();
        let subject = ("certificate", story.number.to_string());
        let owed = |known: usize| of_certificate(story, known);
        of_record(story.programme, subject, recorded, owed, ticks, &mut told);
    }
    for posting in &world.postings {
        let withdrawn = posting.withdrawn.iter().map(|(when, _)| *when);
        let recorded = [posting.recorded].into_iter().chain(withdrawn).collect();
        let subject = ("notice", posting.published.notice_id());
        let programme = rules::programme(&posting.published.programme).unwrap().id;
        let owed = |known: usize| of_notice(posting, known);
        of_record(programme, subject, recorded, owed, ticks, &mut told);
    }
    // 2018年起每年8月31日: in 2025 a Sunday.
    let application = |_: usize| {
        vec![Owed {
            name: "application-deadline/2025".to_owned(),
            last: day("2025-09-01"),
            opened: day("2025-01-01"),
            closed: None,
            after: false,
        }]
    };
    let always = vec![When(day("2018-04-08"), Half::Morning)];
    let subject = ("programme", GSTTZ.to_owned());
    of_record(GSTTZ, subject, always, application, ticks, &mut told);
    told.sort();
    told
}

/// The reminders of one record. `recorded` is when each thing that is known of it came on record, and
/// `owed` what is owed by the first so many of them.
fn of_record(
    programme: &'static str,
    (kind, id): (&str, String),
    recorded: Vec<When>,
    owed: impl Fn(usize) -> Vec<Owed>,
    ticks: &Ticks<'_>,
    told: &mut Vec<Told>,
) {
    let subject = format!("{kind}/{id}");
    let before_first = |tick: &&NaiveDate| When(**tick, Half::Noon) < recorded[0];
    // The day that runs had reached when the record was entered; the first run of all, if none had.
    let since = ticks.days.iter().rev().find(before_first);
    let since = since.unwrap_or(&ticks.first);
    let mut made = BTreeSet::new();
    let (mut known, mut now) = (0, Vec::new());
    for tick in ticks.days {
        let all = recorded.iter();
        let count = all.filter(|when| **when < When(*tick, Half::Noon)).count();
        if count != known {
            (known, now) = (count, owed(count));
        }
        for owed in &now {
            let open = owed.opened <= *tick && owed.closed.is_none_or(|closed| *tick < closed);
            if !open {
                continue;
            }
            let due = |lead: i64| owed.last - chrono::TimeDelta::days(lead);
            let newest = LEADS.into_iter().rev().find(|lead| {
                (*lead >= 0 || owed.after) && due(*lead) <= *tick && due(*lead) >= owed.opened
            });
            let Some(lead) = newest else { continue };
            let was_over = owed.last < *since;
            let obligation = derive("obligation", &[&subject, &owed.name]);
            if (was_over && due(lead) < *since) || !made.insert((owed.name.clone(), lead)) {
                continue;
            }
            told.push(Told {
                as_of: *tick,
                programme: programme.to_owned(),
                subject: id.clone(),
                last: owed.last,
                lead,
                due_on: due(lead),
                late: due(lead) < *tick,
                id: derive("reminder", &[&obligation, &lead.to_string()]),
            });
        }
    }
}

fn of_notice(posting: &Posting, known: usize) -> Vec<Owed> {
    let published = posting.published.published;
    let withdrawn = posting.withdrawn.as_ref().filter(|_| known == 2);
    if known == 0 {
        return Vec::new();
    }
    let mut last = published;
    for _ in 0..posting.published.promised.days {
        last = moved(last + Days::new(1));
    }
    vec![Owed {
        name: "notice-closes".to_owned(),
        last,
        opened: published,
        closed: withdrawn.map(|(_, withdrawn)| withdrawn.on),
        after: false,
    }]
}

/// What is owed on a certificate by the first so many events, as far as it is near the year 2025.
fn of_certificate(story: &Story, known: usize) -> Vec<Owed> {
    let events: Vec<&CertificateEvent> =
        story.told[..known].iter().map(|(_, event)| event).collect();
    let annulled: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            CertificateEvent::Annulled { event, .. } => Some(event),
            _ => None,
        })
        .collect();
    let events: Vec<&CertificateEvent> = events
        .into_iter()
        .filter(|event| !annulled.contains(&&event.id(&story.number)))
        .collect();
    let Some((issued, until)) = events.iter().find_map(|event| match event {
        CertificateEvent::Issued { on, until, .. } => Some((*on, *until)),
        _ => None,
    }) else {
        return Vec::new();
    };
    let first = |picked: &dyn Fn(&CertificateEvent) -> bool| {
        let days = events.iter().filter(|event| picked(event));
        days.map(|event| event.on()).min()
    };
    let revoked = first(&|event| matches!(event, CertificateEvent::Revoked { .. }));
    let mut all = Vec::new();
    let mut owe = |name: String, last, opened, closed: Option<NaiveDate>| {
        let closed = [closed, revoked].into_iter().flatten().min();
        all.push(Owed {
            name,
            last,
            opened,
            closed,
            after: true,
        });
    };

    let mut obligations = statutory(story.programme, issued, until);
    // Far ones are neither reminded of in 2025 nor are their days off in the table.
    let near = |last: &NaiveDate| (day("2024-11-20")..=day("2026-02-10")).contains(last);
    obligations.retain(|(_, last)| near(last));
    for (obligation, statutory) in obligations {
        let year = statutory.year();
        let done = first(&|event| match event {
            CertificateEvent::ReportReceived {
                obligation: of,
                year: in_year,
                ..
            }
            | CertificateEvent::ReportMissed {
                obligation: of,
                year: in_year,
                ..
            }
            | CertificateEvent::Assessed {
                obligation: of,
                year: in_year,
                ..
            } => of == obligation && *in_year == year,
            _ => false,
        });
        // 期满前: what is due before the period ends is not moved beyond it.
        let last = match obligation {
            "summary-evaluation" => statutory,
            _ => moved(statutory),
        };
        owe(format!("{obligation}/{year}"), last, issued, done);
    }
    for event in &events {
        let id = event.id(&story.number);
        match event {
            CertificateEvent::RectificationOrdered { on, until, .. } => {
                // 整改期为一年, where the authority names no day; 忻州's text sets none.
                let a_year = (story.programme == NMTIC).then(|| *on + Months::new(12));
                let Some(last) = until.or(a_year).filter(near) else {
                    continue;
                };
                // One is under way at a time: another order takes its place.
                let ended = first(&|event| match event {
                    CertificateEvent::RectificationPassed { on: day, .. } => day >= on,
                    CertificateEvent::RectificationOrdered { on: day, .. } => day > on,
                    _ => false,
                });
                owe(format!("rectification/{id}"), moved(last), *on, ended);
            }
            CertificateEvent::Changed { change, on, .. } => {
                let last = NaiveDate::from_ymd_opt(on.year(), 12, 31).unwrap();
                let filed = first(&|event| {
                    matches!(event, CertificateEvent::Filed { change: of, on: day, .. }
                        if of == change && day >= on)
                });
                owe(format!("filing/{id}"), moved(last), *on, filed);
            }
            _ => {}
        }
    }
    all
}

/// The days by the texts on which something is owed by or to the holder, near the year 2025.
pub(super) fn statutory(
    programme: &str,
    issued: NaiveDate,
    until: Option<NaiveDate>,
) -> Vec<(&'static str, NaiveDate)> {
    let date = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
    let mut all = Vec::new();
    for year in 2024..=2026 {
        let since = year - issued.year();
        // 三年为一周期, from the day of recognition.
        let third =
            (since > 0 && since % 3 == 0).then(|| issued + Months::new(12 * since.unsigned_abs()));
        match programme {
            // 每年2月底前; 每年考核, from the year after recognition.
            GSITC if since >= 1 => all.extend([
                ("annual-summary", date(year, 3, 1).pred_opt().unwrap()),
                ("assessment-form", date(year, 3, 1).pred_opt().unwrap()),
                ("yearly-assessment", date(year, 12, 31)),
            ]),
            XZTIC => all.extend(third.map(|day| ("performance-evaluation", day))),
            // 每年3月份之前; 每两年一次，从次年开始.
            GSIA if since >= 1 => {
                all.push(("annual-summary", date(year, 3, 1).pred_opt().unwrap()));
                if since % 2 == 1 {
                    all.push(("assessment", date(year, 12, 31)));
                }
            }
            // 每年3月底前, not in the year after a recognition in July or later; 满三年.
            NMTIC => {
                if since >= 2 || (since == 1 && issued.month() < 7) {
                    all.push(("annual-report", date(year, 3, 31)));
                }
                all.extend(third.map(|day| ("evaluation", day)));
            }
            // 每年12月底前, from the year of support on, within the period.
            GSTTZ if since >= 0 => all.push(("yearly-report", date(year, 12, 31))),
            _ => {}
        }
    }
    if programme == GSTTZ {
        let until = until.unwrap();
        all.retain(|(_, day)| (issued..=until).contains(day) && *day != issued);
        all.push(("summary-evaluation", until));
    }
    all
}
