//! `GET /v1/reminders/calendar.ics`: deadlines as iCalendar (RFC 5545), to be subscribed to.
//!
//! Of a certificate, everything that is still owed, however long overdue, and what falls due within two
//! years. Of a programme, its application deadlines and what is owed on its records within a year, read
//! from the agenda. What is done is in no feed.
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

use calendar::{Bounds, Certainty, Day, WorkingCalendar};
use chrono::{DateTime, Days, NaiveDate, Utc};
use http::request::Parts;
use registry::agenda::BEGINNING;
use registry::certificate::CertificateNumber;
use registry::duty::{Duty, What};
use registry::{KeyValue, RecordError};
use rules::{Programme, Str};
use web::date::{En, Zh};
use web::ical::{Lines, ZONE};
use web::{Caching, Problem, Query, Response, Text};

use crate::Desk;
use crate::outbox::read_programme;
use crate::owing::{HORIZON, Owing, start_of};
use crate::upcoming::{ahead, one_of_two, read_number, still_owed};
use crate::wire::{cite, closed_by, kind, label};

/// A subscription asks twice a day by itself, and whoever reloads waits no longer than this for what is
/// new.
const CACHING: Caching = Caching::Seconds(3600);

/// The most records of a programme whose deadlines are looked for.
const MOST_RECORDS: usize = 1000;

/// The most parts in which the agenda is read for them.
const MOST_PARTS: usize = 10;

/// The most deadlines of a feed. With their alarms they take some two megabytes.
const MOST_DEADLINES: usize = 1000;

/// A calendar of deadlines.
struct Feed<'o> {
    name: String,
    /// What it is a calendar of.
    about: Text,
    entries: Vec<Entry<'o>>,
    extent: Extent,
}

/// Whether a feed has all it could have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    Whole,
    /// The deadlines nearest to today alone.
    Cut,
}

/// A deadline with the day it stands on.
struct Entry<'o> {
    owing: &'o Owing,
    duty: &'o Duty,
    day: NaiveDate,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Ahead,
    Overdue,
}

impl<S: KeyValue> Desk<'_, S> {
    /// The deadlines of a certificate, or of a programme.
    pub(crate) async fn feed(&self, parts: &Parts) -> Result<Response, Problem> {
        web::allow(&parts.method, "GET, HEAD")?;
        let mut query = Query::of(&parts.uri);
        let certificate = query.optional("certificate", read_number);
        let programme = query.optional("programme", read_programme);
        query.finish()?;
        let body = match (certificate, programme) {
            (Some(number), None) => self.feed_of_certificate(number).await?,
            (None, Some(programme)) => {
                let programme = rules::programme(programme)
                    .ok_or_else(|| Problem::internal(&"a programme that is not known"))?;
                let feed = self.feed_of_programme(programme.programme).await;
                feed.map_err(|e| Problem::internal(&e))?
            }
            _ => return Err(one_of_two()),
        };
        let response = web::text("text/calendar; charset=utf-8", body);
        Ok(web::matched(response, &parts.headers, CACHING))
    }

    async fn feed_of_certificate(&self, number: CertificateNumber) -> Result<String, Problem> {
        let through = ahead(self.today(), 2 * HORIZON);
        let about = Text::new(
            format!("证书{number}尚未了结事项的截止日。"),
            format!("Deadlines of what is owed on certificate {number}."),
        );
        let owing = [self.of_certificate(number, through).await?];
        let [of] = &owing;
        let name = of.name.clone().unwrap_or_default();
        let feed = Feed::new(&name, about, &owing, self.today(), through, Extent::Whole);
        Ok(feed.write())
    }

    async fn feed_of_programme(
        &self,
        programme: &'static Programme,
    ) -> Result<String, RecordError> {
        let through = ahead(self.today(), HORIZON);
        let mut owing = Vec::new();
        let mut next = None;
        for _ in 0..MOST_PARTS {
            let left = MOST_RECORDS.saturating_sub(owing.len());
            let part = self.walk(programme, next, through, left).await?;
            owing.extend(part.owing);
            next = part.next;
            if next.is_none() || owing.len() >= MOST_RECORDS {
                break;
            }
        }
        let extent = match next {
            None => Extent::Whole,
            Some(_) => Extent::Cut,
        };
        let name = &programme.name;
        let about = Text::new(
            format!("{}尚未了结事项的截止日。", name.zh),
            format!("Deadlines of what is owed: {}.", name.en),
        );
        let feed = Feed::new(&name.zh, about, &owing, self.today(), through, extent);
        Ok(feed.write())
    }
}

impl<'o> Feed<'o> {
    /// What is still owed by a day up to `through`; of too many deadlines, the nearest.
    fn new(
        name: &str,
        about: Text,
        owing: &'o [Owing],
        today: NaiveDate,
        through: NaiveDate,
        extent: Extent,
    ) -> Self {
        let owed = still_owed(owing, today).into_iter();
        let mut entries: Vec<_> = owed
            .filter_map(|(owing, duty)| Entry::new(owing, duty, today))
            .filter(|entry| entry.day <= through)
            .collect();
        let cut = entries.len() > MOST_DEADLINES;
        if cut {
            entries.sort_by_key(|entry| (entry.day - today).abs());
            entries.truncate(MOST_DEADLINES);
        }
        entries.sort_by_cached_key(|entry| (entry.day, entry.duty.id(&entry.owing.subject)));
        Self {
            name: format!("{name} 期限"),
            about,
            entries,
            extent: if cut { Extent::Cut } else { extent },
        }
    }

    fn write(&self) -> String {
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

impl<'o> Entry<'o> {
    /// `None` where no day can be named at all.
    fn new(owing: &'o Owing, duty: &'o Duty, today: NaiveDate) -> Option<Self> {
        let bounds = duty.deadline.certainty.bounds();
        let earliest = bounds.map(|bounds| bounds.earliest);
        Some(Self {
            owing,
            duty,
            day: duty.deadline.effective.or(earliest)?,
            state: match duty.is_overdue_on(today) {
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
        let (status, summary) = match self.duty.deadline.certainty {
            Certainty::Settled => ("CONFIRMED", summary),
            Certainty::Provisional(_) => ("TENTATIVE", summary + "（暂定）"),
        };
        lines.begin("VEVENT");
        let id = self.duty.id(&self.owing.subject);
        lines.raw("UID", &format!("{id}@accredit"));
        lines.raw("DTSTAMP", &stamp);
        lines.raw("LAST-MODIFIED", &stamp);
        lines.raw("SEQUENCE", &sequence(revised).to_string());
        lines.raw("DTSTART;VALUE=DATE", &self.day.format("%Y%m%d").to_string());
        // The day after the last (RFC 5545, section 3.6.1).
        lines.raw("DTEND;VALUE=DATE", &end.format("%Y%m%d").to_string());
        lines.text("SUMMARY", &summary);
        lines.text("DESCRIPTION", &self.description());
        lines.text("CATEGORIES", category(&self.duty.what));
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

    fn summary(&self) -> String {
        let label = label(&self.duty.what);
        let name = self.name().zh;
        match self.state {
            State::Ahead => format!("{name}：{}", label.zh),
            State::Overdue => format!("（逾期）{name}：{}", label.zh),
        }
    }

    /// The full official name, or the programme's in both languages.
    fn name(&self) -> Text {
        match &self.owing.name {
            Some(name) => Text::new(name.clone(), name.clone()),
            None => {
                let name = &self.owing.programme.name;
                Text::new(name.zh.to_string(), name.en.to_string())
            }
        }
    }

    /// So many days before the deadline, at 09:00: as often as the programme reminds before it, from
    /// the day on which it is first owed. Whether the clock has passed one makes no difference.
    fn alarms(&self) -> impl Iterator<Item = u32> {
        let leads = self.owing.programme.reminders.before.iter().copied();
        leads.filter(|lead| {
            let on = self.day.checked_sub_days(Days::new(u64::from(*lead)));
            self.state == State::Ahead && on.is_some_and(|on| on >= self.duty.opened)
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
        let holidays = web::date::parse(calendar::DATA_VERSION).ok().map(start_of);
        let overdue =
            (self.state == State::Overdue).then(|| calendar::closes_at(self.day).to_utc());
        let later = [holidays, overdue].into_iter().flatten().max();
        later.map_or(self.owing.revised, |later| later.max(self.owing.revised))
    }

    fn description(&self) -> String {
        let mut lines = vec![self.headline()];
        if self.state == State::Overdue {
            lines.push(Text::new("已逾期，尚未了结。", "Overdue, and still owed."));
        }
        lines.extend(self.move_of_day());
        if let Certainty::Provisional(bounds) = &self.duty.deadline.certainty {
            lines.push(self.provisional(bounds));
        }
        lines.extend(self.parties());
        if let Some(cite) = cite(&self.duty.what) {
            lines.push(Text::new(
                format!("依据：{}“{}”", cite.article, cite.text),
                format!("See {}.", cite.article),
            ));
        }
        lines.extend(closing(&self.duty.what));
        let (zh, en): (Vec<_>, Vec<_>) = lines.into_iter().map(|line| (line.zh, line.en)).unzip();
        format!("{}\n\n{}", zh.join("\n"), en.join("\n"))
    }

    fn headline(&self) -> Text {
        let label = label(&self.duty.what);
        let name = self.name();
        let day = self.day;
        match self.duty.deadline.effective {
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

    /// Why the day is not the one that the text comes to, or stays where one would think it moves.
    fn move_of_day(&self) -> Option<Text> {
        let statutory = self.duty.deadline.statutory?;
        let (zh, en) = (Zh(statutory), En(statutory));
        let day = WorkingCalendar::published().day(statutory).ok()?;
        if statutory == self.day {
            let Day::MakeUp { holiday, .. } = day else {
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
            Day::DayOff { holiday, .. } => (
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
        let programme = self.owing.programme;
        let party = |id: Str| programme.party(&id).map(|party| &party.name);
        let (by, to, through) = match &self.duty.what {
            What::Obligation { rule, .. } => (party(rule.by), party(rule.to), &rule.through),
            What::Filing { change, .. } => (None, None, &change.through),
            What::Rectification { .. } | What::NoticeCloses { .. } => return None,
        };
        let (mut zh, mut en) = (Vec::new(), Vec::new());
        let mut say = |(word_zh, word_en): (&str, &str), name: &rules::Text| {
            zh.push(format!("{word_zh}：{}", name.zh));
            en.push(format!("{word_en} {}", name.en));
        };
        if let Some(name) = by {
            say(("责任方", "by"), name);
        }
        if let Some(name) = to {
            say(("对象", "to"), name);
        }
        for name in through.iter().filter_map(|id| party(*id)) {
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
    let kind = closed_by(what)?.kind;
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
    match kind(what) {
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
fn trigger(lead: u32) -> String {
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

#[cfg(test)]
mod tests;
