//! A window in one sentence that can be copied into the notice.

use std::fmt;
use std::ops::RangeInclusive;

use calendar::{Assumption, Bounds, FIRST_YEAR, NoticeWindow, WorkingCalendar};
use chrono::{Datelike, NaiveDate};
use serde::{Serialize, Serializer};

/// A sentence in Chinese and in English, in JSON `{zh, en}`.
///
/// Both are written directly into the body, without a `String` in between.
#[derive(Serialize)]
pub(crate) struct Both<Z: fmt::Display, E: fmt::Display> {
    #[serde(serialize_with = "display")]
    pub(crate) zh: Z,
    #[serde(serialize_with = "display")]
    pub(crate) en: E,
}

pub(crate) fn display<S: Serializer>(
    text: &impl fmt::Display,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(text)
}

/// The window in one sentence. With `known_on` the sentence says that it uses only the holiday notices
/// published by that day.
pub(crate) fn summary(window: &NoticeWindow, known_on: Option<NaiveDate>) -> impl Serialize {
    Both {
        zh: fmt::from_fn(move |f| zh(window, known_on, f)),
        en: fmt::from_fn(move |f| en(window, known_on, f)),
    }
}

fn zh(
    window: &NoticeWindow,
    known_on: Option<NaiveDate>,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    use text::Zh;
    let bounds = window.certainty.bounds();
    match known_on {
        Some(known_on) => write!(f, "按截至{}已公布的放假安排，", Zh(known_on))?,
        None if bounds.is_some() => f.write_str("按目前已公布的放假安排，")?,
        None => {}
    }
    let tentative = |date| bounds.is_some_and(|bounds| date >= bounds.first_unsettled);
    let days = window.days;
    match (window.first_day, window.last_day) {
        (Some(first), Some(last)) => {
            let verb = if tentative(last) { "暂定为" } else { "为" };
            write!(f, "公示期{verb}{}", Zh(first))?;
            if last > first {
                write!(f, "至{}", Zh(last))?;
            }
            write!(f, "（{days}个工作日），异议应在{}24时前提出", Zh(last))?;
        }
        (Some(first), None) => {
            let verb = if tentative(first) { "暂定自" } else { "自" };
            write!(f, "公示期{verb}{}起，共{days}个工作日", Zh(first))?;
        }
        (None, _) => write!(f, "公示期为{days}个工作日")?,
    }
    if let Some(bounds) = bounds {
        let years = &bounds.missing_years;
        write!(f, "；{}年", years.start())?;
        if years.end() > years.start() {
            write!(f, "至{}年", years.end())?;
        }
        f.write_str("的放假安排尚未公布，最后一日")?;
        f.write_str(match window.last_day {
            Some(_) => "可能变动",
            None => "尚不能确定",
        })?;
        write!(f, "，预计在{}", Zh(bounds.earliest))?;
        if bounds.latest > bounds.earliest {
            write!(f, "至{}之间", Zh(bounds.latest))?;
        }
    }
    f.write_str("。")
}

fn en(
    window: &NoticeWindow,
    known_on: Option<NaiveDate>,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    use text::En;
    let bounds = window.certainty.bounds();
    f.write_str(match (known_on, bounds) {
        (Some(_), _) => "By the holiday notices published by ",
        (None, Some(_)) => "By the holiday notices now out, the",
        (None, None) => "The",
    })?;
    if let Some(known_on) = known_on {
        write!(f, "{}, the", En(known_on))?;
    }
    f.write_str(" public notice runs ")?;
    let tentative = |date| bounds.is_some_and(|bounds| date >= bounds.first_unsettled);
    let plural = if window.days.get() == 1 { "" } else { "s" };
    let days = fmt::from_fn(|f| write!(f, "{} working day{plural}", window.days));
    match (window.first_day, window.last_day) {
        (Some(first), Some(last)) => {
            if tentative(last) {
                f.write_str("provisionally ")?;
            }
            if last > first {
                write!(f, "from {} to {}", En(first), En(last))?;
            } else {
                write!(f, "on {}", En(first))?;
            }
            write!(
                f,
                " ({days}), and objections close at 24:00 China time on {}",
                En(last)
            )?;
        }
        (Some(first), None) => {
            if tentative(first) {
                f.write_str("provisionally ")?;
            }
            write!(f, "from {} for {days}", En(first))?;
        }
        (None, _) => write!(f, "for {days}")?,
    }
    if let Some(bounds) = bounds {
        f.write_str("; the arrangement for ")?;
        let years = &bounds.missing_years;
        write!(f, "{}", years.start())?;
        if years.end() > years.start() {
            write!(f, " to {}", years.end())?;
        }
        f.write_str(match window.last_day {
            Some(_) => " is not out and may move the last day, which is expected ",
            None => " is not out, so the last day is not known yet; it is expected ",
        })?;
        if bounds.latest > bounds.earliest {
            write!(
                f,
                "between {} and {}",
                En(bounds.earliest),
                En(bounds.latest)
            )?;
        } else {
            write!(f, "on {}", En(bounds.earliest))?;
        }
    }
    f.write_str(".")
}

/// The assumption behind the bounds.
pub(crate) fn assumption(bounds: &Bounds) -> impl Serialize + use<> {
    let years = FIRST_YEAR..=WorkingCalendar::published().settled_through().year();
    let (zh, en) = match bounds.assumption {
        Assumption::SpansOfPublishedYears => spans(&years),
        Assumption::LongestRunOfRest => longest_run(&years),
    };
    Both { zh, en }
}

fn spans(years: &RangeInclusive<i32>) -> (String, String) {
    let (first, last) = (years.start(), years.end());
    (
        format!(
            "假定同样多的工作日所跨的日历天数，不短于也不长于{first}年至{last}年每年同一时节（前后各15日）的情形；\
             新的放假通知可以另作安排。"
        ),
        format!(
            "Assumes that as many working days take no fewer and no more calendar days than they did at the same \
             time of year (15 days either way) in {first} to {last}; a coming notice is free to do otherwise."
        ),
    )
}

fn longest_run(years: &RangeInclusive<i32>) -> (String, String) {
    let (first, last) = (years.start(), years.end());
    (
        format!(
            "假定连续休息的天数不超过{first}年至{last}年中最长的一次；新的放假通知可以另作安排。"
        ),
        format!(
            "Assumes no longer run of rest days than the longest of {first} to {last}; a coming notice is free to \
             do otherwise."
        ),
    )
}

#[cfg(test)]
mod tests {
    use calendar::{Counting, WorkingDays};

    use super::*;

    /// As known on a day before the notice for 2027 was published, so that the test still holds after that notice is
    /// added.
    #[test]
    fn sentences() {
        let known = "2026-09-01".parse().unwrap();
        let calendar = WorkingCalendar::published().as_known_on(known);
        for (published, days, zh, en) in [
            (
                "2026-09-28",
                "5",
                "公示期为2026年9月29日至2026年10月10日（5个工作日），异议应在2026年10月10日24时前提出。",
                "The public notice runs from 29 September 2026 to 10 October 2026 (5 working days), and objections \
                 close at 24:00 China time on 10 October 2026.",
            ),
            (
                "2026-10-09",
                "1",
                "公示期为2026年10月10日（1个工作日），异议应在2026年10月10日24时前提出。",
                "The public notice runs on 10 October 2026 (1 working day), and objections close at 24:00 China time \
                 on 10 October 2026.",
            ),
        ] {
            let window = calendar
                .window(
                    published.parse().unwrap(),
                    WorkingDays::parse(days).unwrap(),
                    Counting::DayAfter,
                )
                .unwrap();
            let written = serde_json::to_value(summary(&window, None)).unwrap();
            assert_eq!(written["zh"], zh);
            assert_eq!(written["en"], en);
        }
    }

    #[test]
    fn a_sentence_that_may_change_says_so() {
        let known: NaiveDate = "2026-09-01".parse().unwrap();
        let calendar = WorkingCalendar::published().as_known_on(known);
        for (published, zh, en) in [
            (
                "2026-12-14",
                [
                    "公示期暂定为2026年12月15日至2026年12月21日（5个工作日）",
                    "；2027年的放假安排尚未公布，最后一日可能变动，预计在",
                ],
                [
                    "runs provisionally from 15 December 2026 to 21 December 2026 (5 working days)",
                    "; the arrangement for 2027 is not out and may move the last day",
                ],
            ),
            (
                "2026-12-28",
                [
                    "公示期暂定自2026年12月29日起，共5个工作日；",
                    "最后一日尚不能确定，预计在",
                ],
                [
                    "runs provisionally from 29 December 2026 for 5 working days",
                    "the last day is not known yet",
                ],
            ),
            (
                "2027-03-01",
                [
                    "公示期为5个工作日；2027年的放假安排尚未公布",
                    "最后一日尚不能确定，预计在",
                ],
                [
                    "the public notice runs for 5 working days; the arrangement for 2027 is not out",
                    "the last day is not known yet",
                ],
            ),
        ] {
            let five = WorkingDays::parse("5").unwrap();
            let window = calendar
                .window(published.parse().unwrap(), five, Counting::DayAfter)
                .unwrap();
            let written = serde_json::to_value(summary(&window, None)).unwrap();
            for (language, parts, start) in [
                ("zh", zh, "按目前已公布的放假安排，"),
                (
                    "en",
                    en,
                    "By the holiday notices now out, the public notice",
                ),
            ] {
                let text = written[language].as_str().unwrap();
                assert!(text.starts_with(start), "{text}");
                for part in parts {
                    assert!(text.contains(part), "{text}: {part}");
                }
            }
            let written = serde_json::to_value(summary(&window, Some(known))).unwrap();
            let (zh, en) = (written["zh"].as_str(), written["en"].as_str());
            assert!(
                zh.unwrap()
                    .starts_with("按截至2026年9月1日已公布的放假安排，公示期")
            );
            assert!(
                en.unwrap().starts_with(
                    "By the holiday notices published by 1 September 2026, the public"
                )
            );
        }
    }
}
