//! The format of `holidays/YYYY.toml`, and the checks that a file must pass before it is compiled in.

use chrono::{Datelike, Duration, NaiveDate, Weekday};
use serde::Deserialize;
use toml::value::Datetime;

/// The next year's notice may still change the days of December from this day on. The notices for 2012, 2019 and 2023
/// did so.
pub(crate) const FIRST_OPEN_DAY_OF_DECEMBER: u32 = 16;

/// The notice for one year, and its amendments.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Year {
    pub(crate) year: i32,
    pub(crate) number: String,
    pub(crate) issuer: String,
    pub(crate) title: String,
    pub(crate) dated: Date,
    pub(crate) published: Date,
    pub(crate) source_url: String,
    #[serde(rename = "holiday")]
    pub(crate) holidays: Vec<Arrangement>,
    #[serde(default, rename = "amendment")]
    pub(crate) amendments: Vec<Amendment>,
}

/// The days off for one holiday, and the make-up days: weekend days worked in exchange.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Arrangement {
    pub(crate) name: String,
    pub(crate) off: Vec<Date>,
    pub(crate) work: Vec<Date>,
    text: String,
    explained: Option<String>,
}

/// A later notice. It adds a holiday, or `replaces` the arrangement of a holiday.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Amendment {
    pub(crate) number: String,
    pub(crate) issuer: String,
    pub(crate) title: String,
    pub(crate) dated: Date,
    pub(crate) published: Date,
    pub(crate) source_url: String,
    #[serde(default)]
    text_sources: Vec<String>,
    pub(crate) replaces: Option<String>,
    pub(crate) name: String,
    pub(crate) off: Vec<Date>,
    pub(crate) work: Vec<Date>,
    text: String,
    explained: Option<String>,
}

/// A TOML date that exists in the calendar.
#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(try_from = "Datetime")]
pub(crate) struct Date(pub(crate) NaiveDate);

impl TryFrom<Datetime> for Date {
    type Error = String;

    fn try_from(written: Datetime) -> Result<Self, String> {
        match (written.date, written.time, written.offset) {
            (Some(date), None, None) => {
                NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
                    .map(Self)
            }
            _ => None,
        }
        .ok_or_else(|| format!("{written} is no day of the calendar"))
    }
}

/// Reads and checks the files, given as name and content in order of name. The error lists all problems.
pub(crate) fn read(files: &[(String, String)]) -> Result<Vec<Year>, Vec<String>> {
    let mut years: Vec<Year> = Vec::new();
    let mut problems = Vec::new();
    if files.is_empty() {
        problems.push("holidays/ has no file".to_owned());
    }
    for (name, content) in files {
        match toml::from_str::<Year>(content) {
            Err(error) => problems.push(format!("holidays/{name}: {error}")),
            Ok(year) => {
                let mut check = Check {
                    file: name,
                    problems: &mut problems,
                };
                check.year(&year, years.last());
                years.push(year);
            }
        }
    }
    if problems.is_empty() {
        Ok(years)
    } else {
        Err(problems)
    }
}

/// Collects the problems of one file.
struct Check<'a> {
    file: &'a str,
    problems: &'a mut Vec<String>,
}

impl Check<'_> {
    fn wrong(&mut self, field: &str, what: &str) {
        self.problems
            .push(format!("holidays/{}: {field}: {what}", self.file));
    }

    fn year(&mut self, year: &Year, before: Option<&Year>) {
        if self.file != format!("{}.toml", year.year) {
            self.wrong(
                "year",
                &format!("{} does not fit the file's name", year.year),
            );
        }
        if !(2000..=9998).contains(&year.year) {
            self.wrong("year", "must have four digits and lie after 1999");
            return;
        }
        if let Some(before) = before {
            if year.year != before.year + 1 {
                self.wrong(
                    "year",
                    &format!("must follow {} without a gap", before.year),
                );
            }
            let last = before
                .amendments
                .last()
                .map_or(before.published, |last| last.published);
            if year.published.0 <= last.0 {
                self.wrong(
                    "published",
                    "must be later than every notice of the year before",
                );
            }
        }
        if year.published.0.year() >= year.year {
            self.wrong("published", "must be before the year begins");
        }
        self.notice(
            "",
            [&year.number, &year.issuer, &year.title],
            &year.source_url,
            year.dated,
            year.published,
        );

        if year.holidays.is_empty() {
            self.wrong("holiday", "is missing");
        }
        let mut names: Vec<&str> = Vec::new();
        let mut all: Vec<Date> = Vec::new();
        for holiday in &year.holidays {
            let place = format!("holiday {}", holiday.name);
            if names.contains(&holiday.name.as_str()) {
                self.wrong(&place, "appears twice");
            }
            names.push(&holiday.name);
            self.days(
                &place,
                year.year,
                &holiday.off,
                &holiday.work,
                holiday.explained.as_deref(),
            );
            self.words(&place, &holiday.name, &holiday.text);
            all.extend(holiday.off.iter().chain(&holiday.work));
        }
        for (index, day) in all.iter().enumerate() {
            if all[..index].contains(day) {
                self.wrong("holiday", &format!("{} is named twice", day.0));
            }
        }

        let mut published = year.published;
        for amendment in &year.amendments {
            let place = format!("amendment {}", amendment.number);
            if amendment.published.0 < published.0 {
                self.wrong(
                    &format!("{place}: published"),
                    "must not be before the notices above it",
                );
            }
            published = amendment.published;
            self.notice(
                &format!("{place}: "),
                [&amendment.number, &amendment.issuer, &amendment.title],
                &amendment.source_url,
                amendment.dated,
                amendment.published,
            );
            if amendment
                .text_sources
                .iter()
                .any(|source| !source.starts_with("http"))
            {
                self.wrong(&format!("{place}: text_sources"), "must be addresses");
            }
            match &amendment.replaces {
                Some(replaced) if !names.contains(&replaced.as_str()) => {
                    let what = format!("{replaced} is no holiday named above it");
                    self.wrong(&format!("{place}: replaces"), &what);
                }
                None if names.contains(&amendment.name.as_str()) => {
                    self.wrong(
                        &format!("{place}: replaces"),
                        "is missing though the holiday has an arrangement",
                    );
                }
                _ => {}
            }
            names.push(&amendment.name);
            self.days(
                &place,
                year.year,
                &amendment.off,
                &amendment.work,
                amendment.explained.as_deref(),
            );
            self.words(&place, &amendment.name, &amendment.text);
        }
    }

    fn notice(
        &mut self,
        place: &str,
        [number, issuer, title]: [&str; 3],
        source_url: &str,
        dated: Date,
        published: Date,
    ) {
        for (field, value) in [("number", number), ("issuer", issuer), ("title", title)] {
            if value.trim().is_empty() {
                self.wrong(&format!("{place}{field}"), "is empty");
            }
        }
        if !source_url.starts_with("http") {
            self.wrong(&format!("{place}source_url"), "must be an address");
        }
        if dated.0 > published.0 {
            self.wrong(&format!("{place}dated"), "must not be after `published`");
        }
    }

    fn words(&mut self, place: &str, name: &str, text: &str) {
        for (field, value) in [("name", name), ("text", text)] {
            if value.trim().is_empty() {
                self.wrong(&format!("{place}: {field}"), "is empty");
            }
        }
    }

    /// Checks the days of one holiday. They lie in the year or on 16–31 December before it, are in order, and appear
    /// once. Unless `explained` is given, make-up days lie on weekends, and no working day lies between two days off.
    fn days(
        &mut self,
        place: &str,
        year: i32,
        off: &[Date],
        work: &[Date],
        explained: Option<&str>,
    ) {
        if explained.is_some_and(|words| words.trim().is_empty()) {
            self.wrong(&format!("{place}: explained"), "is empty");
        }
        for (field, days) in [("off", off), ("work", work)] {
            let place = format!("{place}: {field}");
            for Date(day) in days {
                let december_before = day.year() == year - 1
                    && day.month() == 12
                    && day.day() >= FIRST_OPEN_DAY_OF_DECEMBER;
                if day.year() != year && !december_before {
                    self.wrong(
                        &place,
                        &format!(
                            "{day} is neither in {year} nor after 15 December of the year before"
                        ),
                    );
                }
            }
            for pair in days.windows(2) {
                if pair[0].0 >= pair[1].0 {
                    self.wrong(
                        &place,
                        &format!("{} must come after {}", pair[1].0, pair[0].0),
                    );
                }
            }
        }
        if off.is_empty() && work.is_empty() {
            self.wrong(place, "names no day");
        }
        for day in off.iter().filter(|day| work.contains(day)) {
            self.wrong(
                &format!("{place}: work"),
                &format!("{} is also a day off", day.0),
            );
        }
        if explained.is_some() {
            return;
        }
        for Date(day) in work.iter().filter(|day| !is_weekend(day.0)) {
            self.wrong(
                &format!("{place}: work"),
                &format!("{day} is no weekend day; say why in `explained`"),
            );
        }
        for pair in off.windows(2) {
            let mut between = pair[0].0 + Duration::days(1);
            while between < pair[1].0 {
                if !is_weekend(between) || work.contains(&Date(between)) {
                    self.wrong(
                        &format!("{place}: off"),
                        &format!("{between} is left out of the run; say why in `explained`"),
                    );
                }
                between += Duration::days(1);
            }
        }
    }
}

pub(crate) fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}
