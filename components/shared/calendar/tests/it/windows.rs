//! Windows checked by hand against the notices, and their edges.

use calendar::{CalendarError, Certainty, Counting, Reason, WorkingDays, WorkingDaysError};

use crate::{calendar, date, days, window};

#[test]
fn last_days_across_holidays() {
    for (published, count, last_day) in [
        // 国庆节 2026: off 1–7 October, Saturday 10 October worked.
        ("2026-09-28", 5, "2026-10-10"),
        // 春节 2026: off 15–23 February, Saturdays 14 and 28 February worked.
        ("2026-02-12", 5, "2026-02-26"),
        // 劳动节 2019 as amended: off 1–4 May, Sundays 28 April and 5 May worked.
        ("2019-04-26", 5, "2019-05-06"),
        // 春节 2025: off 28 January–4 February, Sunday 26 January worked.
        ("2025-01-24", 5, "2025-02-07"),
        // 2024: the Friday before 春节 is worked, the notice only encourages leave.
        ("2024-02-08", 1, "2024-02-09"),
        // 70th anniversary 2015, added by a notice of its own: off 3–5 September, Sunday 6 September worked.
        ("2015-09-02", 1, "2015-09-06"),
        // 元旦 2019, in the December before: Saturday 29 December worked, off from 30 December.
        ("2018-12-28", 2, "2019-01-02"),
        // 元旦 2023: 2 January is off in exchange for Saturday 31 December, which is no make-up day.
        ("2022-12-30", 1, "2023-01-03"),
    ] {
        let window = window(published, count);
        assert_eq!(
            window.last_day,
            Some(date(last_day)),
            "{published} + {count}"
        );
    }
}

/// Published practice, from `公示` notices of two authorities.
#[test]
fn authorities_that_count_the_day_of_publication() {
    for (published, count, last_day, by_the_code) in [
        // 湖南省发改委: "公示期限为3个工作日（2020年12月28日至12月30日）",
        // https://fgw.hunan.gov.cn/fgw/tslm_77952/stjs/202012/t20201228_14087041.html
        ("2020-12-28", 3, "2020-12-30", "2020-12-31"),
        // 云南省工信厅: "公示期从2024年6月3日起至2024年6月7日止(5个工作日)",
        // http://www.wsnews.com.cn/p/306154.html
        ("2024-06-03", 5, "2024-06-07", "2024-06-11"),
    ] {
        let window = calendar()
            .window(date(published), days(count), Counting::PublicationDay)
            .unwrap();
        assert_eq!(window.first_day, Some(date(published)));
        assert_eq!(window.last_day, Some(date(last_day)));
        assert_eq!(window.other_rule.counting, Counting::DayAfter);
        assert_eq!(window.other_rule.last_day, Some(date(by_the_code)));
        assert_eq!(
            crate::window(published, count).other_rule.last_day,
            Some(date(last_day))
        );
    }
}

#[test]
fn publication_on_a_rest_day_counts_from_the_first_working_day_by_either_rule() {
    let window = calendar()
        .window(date("2026-10-03"), days(2), Counting::PublicationDay)
        .unwrap();
    assert_eq!(window.first_day, Some(date("2026-10-08")));
    assert_eq!(window.last_day, Some(date("2026-10-09")));
    assert_eq!(window.other_rule.last_day, window.last_day);
    assert!(matches!(
        window.dates[0].reason,
        Reason::DayOff {
            holiday: "国庆节",
            ..
        }
    ));
}

#[test]
fn every_day_between_has_its_reason() {
    let window = window("2026-09-24", 5);
    let told: Vec<String> = window
        .dates
        .iter()
        .map(|day| {
            let holiday = day.reason.holiday().unwrap_or_default();
            format!("{} {} {holiday}", day.date, day.reason.as_str())
                .trim_end()
                .to_owned()
        })
        .collect();
    assert_eq!(
        told,
        [
            "2026-09-24 published",
            "2026-09-25 day_off 中秋节",
            "2026-09-26 day_off 中秋节",
            "2026-09-27 day_off 中秋节",
            "2026-09-28 counted",
            "2026-09-29 counted",
            "2026-09-30 counted",
            "2026-10-01 day_off 国庆节",
            "2026-10-02 day_off 国庆节",
            "2026-10-03 day_off 国庆节",
            "2026-10-04 day_off 国庆节",
            "2026-10-05 day_off 国庆节",
            "2026-10-06 day_off 国庆节",
            "2026-10-07 day_off 国庆节",
            "2026-10-08 counted",
            "2026-10-09 counted",
        ]
    );
    let window = crate::window("2026-10-09", 1);
    assert!(matches!(
        window.dates[1].reason,
        Reason::MakeUp {
            holiday: "国庆节",
            ..
        }
    ));
    let window = crate::window("2026-09-11", 1);
    assert_eq!(window.dates[1].reason, Reason::Weekend);
}

#[test]
fn closes_at_midnight_in_china() {
    let closes_at = window("2026-09-28", 5).closes_at().unwrap();
    assert_eq!(closes_at.to_rfc3339(), "2026-10-11T00:00:00+08:00");
    assert_eq!(window("2026-12-28", 5).closes_at(), None);
}

#[test]
fn notices_relied_on() {
    let numbers = |published, count| -> Vec<&str> {
        window(published, count)
            .notices()
            .iter()
            .map(|notice| notice.number)
            .collect()
    };
    assert_eq!(numbers("2026-09-28", 5), ["国办发明电〔2025〕7号"]);
    // The amendment replaced the yearly arrangement on the days touched.
    assert_eq!(
        numbers("2019-04-26", 5),
        ["国办发明电〔2018〕15号", "国办发明电〔2019〕3号"]
    );
    assert_eq!(numbers("2019-06-03", 5), ["国办发明电〔2018〕15号"]);
    // 16–31 December rest on the next year's notice too; the day before does not.
    assert_eq!(
        numbers("2025-12-15", 1),
        ["国办发明电〔2024〕12号", "国办发明电〔2025〕7号"]
    );
    assert_eq!(numbers("2025-12-12", 1), ["国办发明电〔2024〕12号"]);
}

#[test]
fn settled_up_to_15_december() {
    for (published, settled, first_day, last_day) in [
        ("2026-12-07", true, Some("2026-12-08"), Some("2026-12-14")),
        ("2026-12-08", true, Some("2026-12-09"), Some("2026-12-15")),
        // As it stands: by the notice for 2026 alone.
        ("2026-12-09", false, Some("2026-12-10"), Some("2026-12-16")),
        ("2026-12-15", false, Some("2026-12-16"), Some("2026-12-22")),
        ("2026-12-24", false, Some("2026-12-25"), Some("2026-12-31")),
        // Into 2027, of which nothing is known.
        ("2026-12-25", false, Some("2026-12-28"), None),
        ("2026-12-30", false, Some("2026-12-31"), None),
        ("2026-12-31", false, None, None),
        ("2027-03-01", false, None, None),
    ] {
        let window = window(published, 5);
        assert_eq!(window.first_day, first_day.map(date), "{published}");
        assert_eq!(window.last_day, last_day.map(date), "{published}");
        assert_eq!(
            window.certainty == Certainty::Settled,
            settled,
            "{published}"
        );
    }
}

/// Each rule has a certainty of its own.
#[test]
fn the_other_rule_may_be_settled_where_this_one_is_not() {
    for (published, settled, last_day) in [
        ("2026-12-09", true, Some("2026-12-15")),
        ("2026-12-10", false, Some("2026-12-16")),
        ("2026-12-25", false, Some("2026-12-31")),
        ("2026-12-28", false, None),
    ] {
        let other = window(published, 5).other_rule;
        assert_eq!(other.last_day, last_day.map(date), "{published}");
        assert_eq!(
            other.certainty == Certainty::Settled,
            settled,
            "{published}"
        );
    }
}

#[test]
fn provisional_windows_name_what_is_missing() {
    for (published, first_unsettled, missing_years) in [
        ("2026-12-09", "2026-12-16", 2027..=2027),
        ("2026-12-28", "2026-12-29", 2027..=2027),
        ("2027-03-01", "2027-03-02", 2027..=2027),
        ("2027-12-28", "2027-12-29", 2027..=2028),
        ("2030-06-03", "2030-06-04", 2030..=2030),
    ] {
        let window = window(published, 5);
        let bounds = window.certainty.bounds().unwrap();
        assert_eq!(bounds.first_unsettled, date(first_unsettled), "{published}");
        assert_eq!(bounds.missing_years, missing_years, "{published}");
        let unsettled = window
            .dates
            .iter()
            .find(|day| day.date == bounds.first_unsettled);
        assert!(
            matches!(unsettled.unwrap().reason, Reason::Unsettled(_)),
            "{published}"
        );
        assert_eq!(
            window.dates.last().unwrap().date,
            bounds.latest,
            "{published}"
        );
    }
}

#[test]
fn before_the_first_notice_is_refused() {
    let published = date("2012-12-31");
    let error = calendar()
        .window(published, days(5), Counting::DayAfter)
        .unwrap_err();
    assert_eq!(error, CalendarError::BeforeFirstNotice { date: published });
    assert_eq!(
        error.to_string(),
        "2012-12-31 is before 2013-01-01, the first day covered by a holiday notice"
    );
    // 元旦 2013: off until 3 January, the weekend of 5 and 6 January worked.
    assert_eq!(window("2013-01-01", 1).last_day, Some(date("2013-01-04")));
    assert_eq!(window("2013-01-01", 3).last_day, Some(date("2013-01-06")));
}

#[test]
fn after_the_last_date_is_refused() {
    for (published, refused) in [
        ("9999-12-01", false),
        ("9999-12-31", true),
        ("+10000-01-01", true),
    ] {
        let window = calendar().window(date(published), days(5), Counting::DayAfter);
        assert_eq!(
            window == Err(CalendarError::AfterLastDate),
            refused,
            "{published}"
        );
    }
}

#[test]
fn numbers_of_working_days() {
    use WorkingDaysError::{NotANumber, OutOfRange};
    for (text, expected) in [
        ("0", Err(OutOfRange)),
        ("1", Ok(1)),
        ("250", Ok(250)),
        ("251", Err(OutOfRange)),
        ("65541", Err(OutOfRange)),
        ("99999999999999999999999999", Err(OutOfRange)),
        ("", Err(NotANumber)),
        ("-5", Err(NotANumber)),
        ("+5", Err(NotANumber)),
        ("5.0", Err(NotANumber)),
        (" 5", Err(NotANumber)),
        ("五", Err(NotANumber)),
        ("５", Err(NotANumber)),
    ] {
        assert_eq!(
            WorkingDays::parse(text).map(WorkingDays::get),
            expected,
            "{text:?}"
        );
    }
}

#[test]
fn counting_rules_by_name() {
    for counting in [Counting::DayAfter, Counting::PublicationDay] {
        assert_eq!(counting.as_str().parse(), Ok(counting));
    }
    assert!("DayAfter".parse::<Counting>().is_err());
}
