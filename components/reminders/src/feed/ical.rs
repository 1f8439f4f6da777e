//! A feed of deadlines, written as iCalendar (RFC 5545).
//!
//! Each deadline is one all-day event:
//!
//! - Its `UID` is the identity of what is owed, so a date that moves moves the event.
//! - It stands on the last day on which one may act. Where a notice closes on a day that waits for a
//!   holiday notice, it stands, tentative, on the earliest day possible: whoever acts by then is in time.
//! - `DTSTAMP` and `LAST-MODIFIED` are when it last changed, as far as that is on record, and
//!   `SEQUENCE` rises with them (see [`revised`]). The clock is not in them: the same data give the same
//!   bytes and the same `ETag`.
//! - Its alarms are at 09:00 on the days on which the programme reminds before a deadline. They are
//!   relative to the event's day and move with it. What is overdue has none. Outlook takes one alarm of
//!   an event, and reads one after midnight as one before it ([MS-OXCICAL] 2.1.3.1.1.20.62).
//!
//! Every feed has the time zone of its deadlines. RFC 5545, section 3.6, asks for at least one component
//! in a calendar, and a feed without events must stay a feed: a 404 would end the subscription.

use calendar::{Bounds, Certainty, DayKind, WorkingCalendar};
use chrono::{DateTime, Days, NaiveDate, Utc};
use recognition::outstanding::{Outstanding, What};
use registry::agenda::BEGINNING;
use registry::check::{Checked, start_of, still_to_do};
use rules::Str;
use text::{Day, En, Text, Zh};
use web::ical::{Lines, ZONE};

/// The most deadlines of a feed. With their alarms they take some two megabytes.
pub(super) const MOST_DEADLINES: usize = 1000;

/// A calendar of deadlines.
pub(super) struct Feed<'o> {
    name: String,
    /// What it is a calendar of.
    about: Text,
    entries: Vec<DeadlineEvent<'o>>,
    extent: Extent,
}

/// Whether a feed has all it could have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    Whole,
    /// The deadlines nearest to today alone.
    Cut,
}

/// A deadline with the day it stands on.
struct DeadlineEvent<'o> {
    record: &'o Checked,
    item: &'o Outstanding,
    day: NaiveDate,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Ahead,
    Overdue,
}

impl<'o> Feed<'o> {
    /// What is still to be done by a day up to `through`; of too many deadlines, the nearest.
    pub(super) fn new(
        name: &str,
        about: Text,
        checked: &'o [Checked],
        today: NaiveDate,
        through: NaiveDate,
        extent: Extent,
    ) -> Self {
        let items = still_to_do(checked, today).into_iter();
        let mut entries: Vec<_> = items
            .filter_map(|(record, item)| DeadlineEvent::new(record, item, today))
            .filter(|entry| entry.day <= through)
            .collect();
        let cut = entries.len() > MOST_DEADLINES;
        if cut {
            entries.sort_by_key(|entry| (entry.day - today).abs());
            entries.truncate(MOST_DEADLINES);
        }
        entries.sort_by_cached_key(|entry| (entry.day, entry.id()));
        Self {
            name: format!("{name} 期限"),
            about,
            entries,
            extent: if cut { Extent::Cut } else { extent },
        }
    }

    pub(super) fn write(&self) -> String {
        let mut lines = Lines::default();
        lines.begin("VCALENDAR");
        lines.raw("VERSION", "2.0");
        lines.raw("PRODID", "-//accredit//Deadlines//ZH");
        lines.raw("CALSCALE", "GREGORIAN");
        lines.raw("METHOD", "PUBLISH");
        lines.text("X-WR-CALNAME", &self.name);
        lines.raw("X-WR-TIMEZONE", ZONE);
        let description = self.description();
        lines.text("DESCRIPTION", &description);
        lines.text("X-WR-CALDESC", &description);
        lines.raw("REFRESH-INTERVAL;VALUE=DURATION", "PT12H");
        lines.raw("X-PUBLISHED-TTL", "PT12H");
        lines.zone();
        for entry in &self.entries {
            entry.write(&mut lines);
        }
        lines.end("VCALENDAR");
        lines.into_text()
    }

    fn description(&self) -> String {
        let (mut zh, mut en) = (self.about.zh.to_string(), self.about.en.to_string());
        zh.push_str("标“暂定”的日期待放假通知公布，可能变动。");
        en.push_str(" Those marked 暂定 wait for a holiday notice and may move.");
        if self.extent == Extent::Cut {
            zh.push_str("期限较多，本日历未列全，只列较近的；全部见 /v1/reminders/upcoming。");
            en.push_str(
                " This calendar is not complete: there are too many deadlines, and it has the nearer \
                 ones. /v1/reminders/upcoming lists them all.",
            );
        }
        format!("{zh}\n{en}")
    }
}

impl<'o> DeadlineEvent<'o> {
    /// `None` where no day can be named at all.
    fn new(record: &'o Checked, item: &'o Outstanding, today: NaiveDate) -> Option<Self> {
        let bounds = item.deadline.certainty.bounds();
        let earliest = bounds.map(|bounds| bounds.earliest);
        Some(Self {
            record,
            item,
            day: item.deadline.effective.or(earliest)?,
            state: match item.is_overdue_on(today) {
                true => State::Overdue,
                false => State::Ahead,
            },
        })
    }

    fn write(&self, lines: &mut Lines) {
        let Some(end) = self.day.succ_opt() else {
            return;
        };
        let revised = self.revised();
        let stamp = revised.format("%Y%m%dT%H%M%SZ").to_string();
        let summary = self.summary();
        let (status, summary) = match self.item.deadline.certainty {
            Certainty::Settled => ("CONFIRMED", summary),
            Certainty::Provisional(_) => ("TENTATIVE", summary + "（暂定）"),
        };
        lines.begin("VEVENT");
        lines.raw("UID", &format!("{}@accredit", self.id()));
        lines.raw("DTSTAMP", &stamp);
        lines.raw("LAST-MODIFIED", &stamp);
        lines.raw("SEQUENCE", &sequence(revised).to_string());
        lines.raw("DTSTART;VALUE=DATE", &self.day.format("%Y%m%d").to_string());
        // The day after the last (RFC 5545, section 3.6.1).
        lines.raw("DTEND;VALUE=DATE", &end.format("%Y%m%d").to_string());
        lines.text("SUMMARY", &summary);
        lines.text("DESCRIPTION", &self.description());
        lines.text("CATEGORIES", category(&self.item.what));
        lines.raw("STATUS", status);
        lines.raw("TRANSP", "TRANSPARENT");
        for lead in self.alarms() {
            lines.begin("VALARM");
            lines.raw("ACTION", "DISPLAY");
            lines.text("DESCRIPTION", &summary);
            lines.raw("TRIGGER", &trigger(lead));
            lines.end("VALARM");
        }
        lines.end("VEVENT");
    }

    fn id(&self) -> String {
        self.item.id(&self.record.about.subject)
    }

    fn summary(&self) -> String {
        let label = self.item.what.label();
        let name = self.record.about.name().zh;
        match self.state {
            State::Ahead => format!("{name}：{}", label.zh),
            State::Overdue => format!("（逾期）{name}：{}", label.zh),
        }
    }

    /// How many days before the deadline there is an alarm, at 09:00: as often as the programme reminds
    /// before a deadline, from the day on which the obligation opens. The clock makes no difference: an
    /// alarm that has passed stays.
    fn alarms(&self) -> impl Iterator<Item = u32> {
        let leads = self.record.about.programme.reminders.before.iter().copied();
        leads.filter(|lead| {
            let on = self.day.checked_sub_days(Days::new(u64::from(*lead)));
            self.state == State::Ahead && on.is_some_and(|on| on >= self.item.opened)
        })
    }

    /// When what is told here last changed: the record's newest event, the newest holiday notice, or,
    /// for what is overdue, the end of its last day.
    ///
    /// By RFC 5545, section 3.8.7.2, `DTSTAMP` of what is published is the time it was written. As
    /// such it would differ in each answer and say nothing. To tell a newer event from an older, which
    /// is what it is read for, this serves as well. Some compare `SEQUENCE` instead, so it rises with it.
    ///
    /// NOT MODELLED: a rule that is mended has no time of its own here.
    fn revised(&self) -> DateTime<Utc> {
        let holidays = Day::parse(calendar::DATA_VERSION).ok();
        let holidays = holidays.map(|day| start_of(day.get()));
        let overdue =
            (self.state == State::Overdue).then(|| calendar::closes_at(self.day).to_utc());
        let later = [holidays, overdue].into_iter().flatten().max();
        later.map_or(self.record.revised, |later| later.max(self.record.revised))
    }

    fn description(&self) -> String {
        let mut lines = vec![self.headline()];
        if self.state == State::Overdue {
            lines.push(Text::new("已逾期，尚未了结。", "Overdue, and still owed."));
        }
        lines.extend(self.move_of_day());
        if let Certainty::Provisional(bounds) = &self.item.deadline.certainty {
            lines.push(self.provisional(bounds));
        }
        lines.extend(self.parties());
        if let Some(cite) = self.item.what.cite() {
            lines.push(Text::new(
                format!("依据：{}“{}”", cite.article, cite.text),
                format!("See {}.", cite.article),
            ));
        }
        lines.extend(closing(&self.item.what));
        let (zh, en): (Vec<_>, Vec<_>) = lines.into_iter().map(|line| (line.zh, line.en)).unzip();
        format!("{}\n\n{}", zh.join("\n"), en.join("\n"))
    }

    fn headline(&self) -> Text {
        let label = self.item.what.label();
        let name = self.record.about.name();
        let day = self.day;
        match self.item.deadline.effective {
            Some(_) => Text::new(
                format!("{}：{}，截止{}。", name.zh, label.zh, Zh(day)),
                format!("{}: {}, by {}.", name.en, label.en, En(day)),
            ),
            None => Text::new(
                format!("{}：{}，不早于{}。", name.zh, label.zh, Zh(day)),
                format!("{}: {}, not before {}.", name.en, label.en, En(day)),
            ),
        }
    }

    /// Why the day is not the day of the text, or why it stays although one would think it moves.
    fn move_of_day(&self) -> Option<Text> {
        let statutory = self.item.deadline.statutory?;
        let (zh, en) = (Zh(statutory), En(statutory));
        let day = WorkingCalendar::published().day(statutory).ok()?;
        if statutory == self.day {
            let DayKind::MakeUp { holiday, .. } = day else {
                return None;
            };
            return Some(Text::new(
                format!("{zh}虽为周末，但因{holiday}调休上班，不顺延。"),
                format!(
                    "{en} is a weekend day worked in exchange ({holiday}), so it does not move."
                ),
            ));
        }
        let (because_zh, because_en) = match day {
            DayKind::DayOff { holiday, .. } => (
                format!("为{holiday}放假"),
                format!("is a day off ({holiday})"),
            ),
            _ => ("为周末".to_owned(), "is a weekend day".to_owned()),
        };
        Some(Text::new(
            format!("文本所定之日{zh}{because_zh}，依《民法典》第二百零三条顺延。"),
            format!(
                "By the text it is {en}, which {because_en}; it moves (Civil Code, article 203)."
            ),
        ))
    }

    fn provisional(&self, bounds: &Bounds) -> Text {
        let years = bounds.missing_years.clone().map(|year| year.to_string());
        let years: Vec<_> = years.collect();
        let (earliest, latest) = (bounds.earliest, bounds.latest);
        Text::new(
            format!(
                "暂定：待{}年放假通知公布后确定，在{}至{}之间。",
                years.join("、"),
                Zh(earliest),
                Zh(latest)
            ),
            format!(
                "Provisional: it waits for the holiday notice for {} and lies between {} and {}.",
                years.join(", "),
                En(earliest),
                En(latest)
            ),
        )
    }

    /// By whom and to whom, as far as the programme says.
    fn parties(&self) -> Option<Text> {
        let programme = self.record.about.programme;
        let named = |id: Str| programme.party(&id).map(|party| &party.name);
        let parties = self.item.what.parties();
        let (mut zh, mut en) = (Vec::new(), Vec::new());
        let mut say = |(word_zh, word_en): (&str, &str), name: &Text| {
            zh.push(format!("{word_zh}：{}", name.zh));
            en.push(format!("{word_en} {}", name.en));
        };
        if let Some(name) = parties.by.and_then(named) {
            say(("责任方", "by"), name);
        }
        if let Some(name) = parties.to.and_then(named) {
            say(("对象", "to"), name);
        }
        for name in parties.through.iter().filter_map(|id| named(*id)) {
            say(("经由", "through"), name);
        }
        (!zh.is_empty()).then(|| {
            Text::new(
                format!("{}。", zh.join("；")),
                format!("Owed {}.", en.join(" ")),
            )
        })
    }
}

/// The event by which it is closed, in words and as it is recorded.
fn closing(what: &What) -> Option<Text> {
    let kind = what.closed_by()?.kind;
    let (zh, en) = match kind {
        "report_received" => ("收到报告", "that the report came in"),
        "assessed" => ("考核评估结果", "the outcome of the assessment"),
        "rectification_passed" => ("整改通过", "that the rectification was passed"),
        _ => ("备案", "the filing"),
    };
    Some(Text::new(
        format!("登记{zh}（{kind}）后了结。"),
        format!("Closed by recording {en} ({kind})."),
    ))
}

fn category(what: &What) -> &'static str {
    match what.kind() {
        "report" => "报告",
        "assessment" => "考核评估",
        "application" => "申报",
        "rectification" => "整改",
        "filing" => "报备",
        _ => "公示",
    }
}

/// 09:00 of the day so many days before the event's, from that day's beginning: where the event has a
/// date and no time, RFC 5545, section 3.8.6.3, counts from its midnight. A duration has weeks or days,
/// never both (section 3.3.6).
pub(super) fn trigger(lead: u32) -> String {
    match lead {
        0 => "PT9H".to_owned(),
        1 => "-PT15H".to_owned(),
        lead => format!("-P{}DT15H", lead - 1),
    }
}

/// The seconds since the first day that a holiday notice covers: an integer of 31 bits until 2081.
fn sequence(revised: DateTime<Utc>) -> i64 {
    (revised - start_of(BEGINNING)).num_seconds().max(0)
}
