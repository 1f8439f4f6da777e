//! Turns checked files into the source of the static tables in `src/data.rs`.

use std::fmt::Write;

use chrono::{Datelike, Duration, NaiveDate};

use super::holidays::{Date, FIRST_OPEN_DAY_OF_DECEMBER, Year, is_weekend};

/// A notice in the generated table.
struct Notice<'a> {
    year: i32,
    kind: &'static str,
    number: &'a str,
    issuer: &'a str,
    title: &'a str,
    dated: NaiveDate,
    published: NaiveDate,
    source_url: &'a str,
}

/// What one notice says about one day.
struct Special<'a> {
    date: NaiveDate,
    is_off: bool,
    holiday: &'a str,
    notice: usize,
    superseded_by: Option<usize>,
}

/// The tables as Rust source.
///
/// # Errors
/// Two notices say something about one day, and neither replaces the other.
pub(crate) fn render(years: &[Year], sha256: &str) -> Result<String, Vec<String>> {
    let (notices, specials) = entries(years);
    let conflicts = conflicts(&notices, &specials);
    if !conflicts.is_empty() {
        return Err(conflicts);
    }
    let (Some(first), Some(last)) = (years.first(), years.last()) else {
        return Err(vec!["holidays/ has no file".to_owned()]);
    };
    let newest = notices.iter().map(|notice| notice.published).max();
    let longest = longest_run_of_rest(&specials, first.year, last.year);
    let source = write(&notices, &specials, first.year, newest, longest, sha256);
    source.map_err(|error| vec![error.to_string()])
}

fn entries(years: &[Year]) -> (Vec<Notice<'_>>, Vec<Special<'_>>) {
    let mut notices = Vec::new();
    let mut specials: Vec<Special> = Vec::new();
    for year in years {
        let start_of_year = specials.len();
        let yearly = notices.len();
        notices.push(Notice {
            year: year.year,
            kind: "Yearly",
            number: &year.number,
            issuer: &year.issuer,
            title: &year.title,
            dated: year.dated.0,
            published: year.published.0,
            source_url: &year.source_url,
        });
        for holiday in &year.holidays {
            push(
                &mut specials,
                &holiday.name,
                yearly,
                &holiday.off,
                &holiday.work,
            );
        }
        for amendment in &year.amendments {
            let later = notices.len();
            notices.push(Notice {
                year: year.year,
                kind: "Amendment",
                number: &amendment.number,
                issuer: &amendment.issuer,
                title: &amendment.title,
                dated: amendment.dated.0,
                published: amendment.published.0,
                source_url: &amendment.source_url,
            });
            if let Some(replaced) = &amendment.replaces {
                for special in &mut specials[start_of_year..] {
                    if special.holiday == replaced && special.superseded_by.is_none() {
                        special.superseded_by = Some(later);
                    }
                }
            }
            push(
                &mut specials,
                &amendment.name,
                later,
                &amendment.off,
                &amendment.work,
            );
        }
    }
    specials.sort_by_key(|special| (special.date, special.notice));
    (notices, specials)
}

fn push<'a>(
    specials: &mut Vec<Special<'a>>,
    holiday: &'a str,
    notice: usize,
    off: &[Date],
    work: &[Date],
) {
    for (days, is_off) in [(off, true), (work, false)] {
        specials.extend(days.iter().map(|day| Special {
            date: day.0,
            is_off,
            holiday,
            notice,
            superseded_by: None,
        }));
    }
}

fn conflicts(notices: &[Notice], specials: &[Special]) -> Vec<String> {
    let mut conflicts = Vec::new();
    for pair in specials.chunk_by(|a, b| a.date == b.date) {
        for (index, earlier) in pair.iter().enumerate() {
            for later in &pair[index + 1..] {
                let ended = earlier
                    .superseded_by
                    .is_some_and(|by| notices[by].published <= notices[later.notice].published);
                if !ended {
                    conflicts.push(format!(
                        "holidays/{}.toml: {} stands both in {} and in {}",
                        notices[later.notice].year,
                        later.date,
                        notices[earlier.notice].number,
                        notices[later.notice].number,
                    ));
                }
            }
        }
    }
    conflicts
}

/// The largest number of consecutive rest days in the settled part of the published years, with all amendments applied.
fn longest_run_of_rest(specials: &[Special], first_year: i32, last_year: i32) -> u32 {
    let mut longest = 0;
    let mut run = 0;
    let start = NaiveDate::from_ymd_opt(first_year, 1, 1);
    let end = NaiveDate::from_ymd_opt(last_year, 12, FIRST_OPEN_DAY_OF_DECEMBER);
    let (Some(mut day), Some(end)) = (start, end) else {
        return 0;
    };
    while day < end {
        let special = specials
            .iter()
            .find(|s| s.date == day && s.superseded_by.is_none());
        let rests = special.map_or_else(|| is_weekend(day), |special| special.is_off);
        run = if rests { run + 1 } else { 0 };
        longest = longest.max(run);
        day += Duration::days(1);
    }
    longest
}

fn write(
    notices: &[Notice],
    specials: &[Special],
    first_year: i32,
    newest: Option<NaiveDate>,
    longest_run_of_rest: u32,
    sha256: &str,
) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    writeln!(out, "pub(crate) const FIRST_YEAR: i32 = {first_year};")?;
    writeln!(
        out,
        "pub(crate) const FIRST_OPEN_DAY_OF_DECEMBER: u32 = {FIRST_OPEN_DAY_OF_DECEMBER};"
    )?;
    writeln!(
        out,
        "pub(crate) const LONGEST_RUN_OF_REST: u32 = {longest_run_of_rest};"
    )?;
    writeln!(
        out,
        "pub(crate) const NEWEST: &str = {:?};",
        newest.unwrap_or_default().to_string()
    )?;
    writeln!(out, "pub(crate) const SHA256: &str = {sha256:?};")?;
    writeln!(
        out,
        "pub(crate) static NOTICES: [Notice; {}] = [",
        notices.len()
    )?;
    for notice in notices {
        writeln!(
            out,
            "Notice {{ year: {}, kind: NoticeKind::{}, number: {:?}, issuer: {:?}, title: {:?}, dated: {}, \
             published: {}, source_url: {:?} }},",
            notice.year,
            notice.kind,
            notice.number,
            notice.issuer,
            notice.title,
            date(notice.dated),
            date(notice.published),
            notice.source_url,
        )?;
    }
    writeln!(out, "];")?;
    writeln!(
        out,
        "pub(crate) static SPECIALS: [Special; {}] = [",
        specials.len()
    )?;
    for special in specials {
        let superseded_by = special
            .superseded_by
            .map_or_else(|| "None".to_owned(), |by| format!("Some(&NOTICES[{by}])"));
        writeln!(
            out,
            "Special {{ date: {}, kind: SpecialKind::{}, holiday: {:?}, notice: &NOTICES[{}], superseded_by: {} }},",
            date(special.date),
            if special.is_off { "DayOff" } else { "MakeUp" },
            special.holiday,
            special.notice,
            superseded_by,
        )?;
    }
    writeln!(out, "];")?;
    Ok(out)
}

fn date(date: NaiveDate) -> String {
    format!("date({}, {}, {})", date.year(), date.month(), date.day())
}
