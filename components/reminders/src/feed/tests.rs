use calcard::icalendar::{
    ICalendarComponent, ICalendarComponentType as Kind, ICalendarProperty as Name, ICalendarStatus,
    ICalendarValue as Value,
};
use calcard::{Entry as Parsed, Parser};
use calendar::WorkingCalendar;
use http::{Method, header};
use http_body_util::BodyExt;
use recognition::certificate::CertificateEvent;
use recognition::notice::{NoticeEvent, Withdrawn};
use recognition::outstanding::{self, Subject};
use registry::check::{Reading, check};
use registry::records::Certificates;
use store::Memory;
use store::journal::look_up;

use super::ical::{MOST_DEADLINES, trigger};
use super::*;
use crate::tests::records::{enter, happened, on_notice, published};
use crate::tests::{GSITC as CENTRE, GSTTZ as ZONE_PROGRAMME, XZTIC as XINZHOU, day, respond};

const NAME: &str = "甘肃省云杉,材料;行业技术中心";

fn issued(store: &Memory, programme: &str, source: &str, on: &str) -> CertificateNumber {
    crate::tests::records::issued(store, programme, (source, NAME), on, None)
}

/// An answer's status, headers and text.
struct Answer {
    status: u16,
    headers: http::HeaderMap,
    text: String,
}

fn ask(store: &dyn KeyValue, today: &str, path: &str, etag: Option<&str>) -> Answer {
    send(store, Method::GET, today, path, etag)
}

fn send(
    store: &dyn KeyValue,
    method: Method,
    today: &str,
    path: &str,
    etag: Option<&str>,
) -> Answer {
    let asked = etag.map(|etag| ("if-none-match", etag));
    let asked: Vec<_> = asked.into_iter().collect();
    let (parts, body) = respond(store, today, (method, path), &asked, "").into_parts();
    let bytes = faults::run(body.collect()).unwrap().unwrap().to_bytes();
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        text: String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

fn path(number: &CertificateNumber) -> String {
    format!("calendar.ics?certificate={number}")
}

fn of_programme(programme: &str) -> String {
    format!("calendar.ics?programme={programme}")
}

/// The feed of the certificate, checked as [`read`] does.
fn feed(store: &dyn KeyValue, today: &str, number: &CertificateNumber) -> String {
    let answer = ask(store, today, &path(number), None);
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.text
}

/// An event as another parser reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Read {
    uid: String,
    start: String,
    end: String,
    summary: String,
    description: String,
    status: ICalendarStatus,
    category: String,
    stamp: String,
    sequence: i64,
    /// In hours from the event's midnight.
    alarms: Vec<i64>,
}

/// Reads a calendar, and checks what holds of each: lines and their folding (RFC 5545, section 3.1),
/// one calendar, a component in it (section 3.6), what each component must have.
fn read(text: &str) -> (Vec<ICalendarComponent>, Vec<Read>) {
    assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"));
    for line in text.split_terminator("\r\n") {
        assert!(line.len() <= 75, "{line}");
        assert!(!line.contains(char::is_control), "{line}");
    }
    // The parser is lenient: its strict mode takes no component inside another.
    let mut open = Vec::new();
    for line in text.replace("\r\n ", "").split_terminator("\r\n") {
        match line.split_once(':').unwrap() {
            ("BEGIN", component) => open.push(component.to_owned()),
            ("END", component) => assert_eq!(open.pop().unwrap(), component),
            _ => assert!(!open.is_empty(), "{line}"),
        }
    }
    assert!(open.is_empty());
    let mut parser = Parser::new(text);
    let calendar = match parser.entry() {
        Parsed::ICalendar(calendar) => calendar,
        other => panic!("no calendar: {other:?}"),
    };
    assert!(matches!(parser.entry(), Parsed::Eof));
    let all = calendar.components;
    let kinds = all.iter().map(|component| &component.component_type);
    assert!(kinds.clone().any(|kind| *kind == Kind::VTimezone));
    assert_eq!(kinds.filter(|kind| **kind == Kind::VCalendar).count(), 1);
    let events = all.iter().filter(|c| c.component_type == Kind::VEvent);
    let events = events.map(|event| {
        let stamp = moment(event, &Name::Dtstamp);
        assert_eq!(moment(event, &Name::LastModified), stamp);
        let alarms = event.component_ids.iter().map(|id| {
            let alarm = &all[usize::try_from(*id).unwrap()];
            assert_eq!(alarm.component_type, Kind::VAlarm);
            assert_eq!(alarm.entries.len(), 3, "{alarm:?}");
            assert_eq!(
                text_of(alarm, &Name::Description),
                text_of(event, &Name::Summary)
            );
            let Value::Duration(trigger) = value(alarm, &Name::Trigger) else {
                panic!("{alarm:?}");
            };
            assert_eq!((trigger.weeks, trigger.minutes, trigger.seconds), (0, 0, 0));
            let hours = i64::from(trigger.days) * 24 + i64::from(trigger.hours);
            if trigger.neg { -hours } else { hours }
        });
        Read {
            uid: text_of(event, &Name::Uid),
            start: date(event, &Name::Dtstart),
            end: date(event, &Name::Dtend),
            summary: text_of(event, &Name::Summary),
            description: text_of(event, &Name::Description),
            status: match value(event, &Name::Status) {
                Value::Status(status) => status.clone(),
                other => panic!("{other:?}"),
            },
            category: text_of(event, &Name::Categories),
            stamp,
            sequence: match value(event, &Name::Sequence) {
                Value::Integer(n) => *n,
                other => panic!("{other:?}"),
            },
            alarms: alarms.collect(),
        }
    });
    let events = events.collect();
    (all, events)
}

fn value<'c>(component: &'c ICalendarComponent, name: &Name) -> &'c Value {
    let mut found = component.entries.iter().filter(|entry| entry.name == *name);
    let (Some(entry), None) = (found.next(), found.next()) else {
        panic!("{name:?} not once in {component:?}");
    };
    assert_eq!(entry.values.len(), 1, "{entry:?}");
    &entry.values[0]
}

fn text_of(component: &ICalendarComponent, name: &Name) -> String {
    match value(component, name) {
        Value::Text(text) => text.clone(),
        other => panic!("{other:?}"),
    }
}

fn date(component: &ICalendarComponent, name: &Name) -> String {
    let Value::PartialDateTime(date) = value(component, name) else {
        panic!("{component:?}");
    };
    assert_eq!(date.hour, None, "{date:?}");
    let (year, month, day) = (date.year.unwrap(), date.month.unwrap(), date.day.unwrap());
    format!("{year}-{month:02}-{day:02}")
}

fn moment(component: &ICalendarComponent, name: &Name) -> String {
    let Value::PartialDateTime(at) = value(component, name) else {
        panic!("{component:?}");
    };
    assert_eq!((at.tz_hour, at.tz_minute), (Some(0), Some(0)), "{at:?}");
    let (year, month, day) = (at.year.unwrap(), at.month.unwrap(), at.day.unwrap());
    let (hour, minute, second) = (at.hour.unwrap(), at.minute.unwrap(), at.second.unwrap());
    format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

fn events(text: &str) -> Vec<Read> {
    read(text).1
}

/// The event of that label, on that day.
fn on<'r>(events: &'r [Read], label: &str, start: &str) -> &'r Read {
    let mut found = events
        .iter()
        .filter(|event| event.summary.contains(label) && event.start == start);
    let (Some(event), None) = (found.next(), found.next()) else {
        panic!("{label} not once on {start}: {events:#?}");
    };
    event
}

fn report(obligation: &str, year: i32, on: &str) -> CertificateEvent {
    CertificateEvent::ReportReceived {
        obligation: obligation.to_owned(),
        year,
        on: day(on),
        reference: None,
    }
}

/// 28 February 2026 is a Saturday worked for 春节 and stays; 28 February 2027 is a Sunday of a year
/// whose notice is not out, and moves to the Monday, for the time being.
#[test]
fn the_end_of_february() {
    let store = Memory::default();
    let number = issued(&store, CENTRE, "one", "2025-06-01");
    let all = events(&feed(&store, "2026-02-01", &number));

    let settled = on(&all, "上年度工作总结", "2026-02-28");
    assert_eq!(settled.summary, format!("{NAME}：上年度工作总结"));
    assert_eq!(settled.end, "2026-03-01");
    assert_eq!(settled.status, ICalendarStatus::Confirmed);
    assert_eq!(settled.category, "报告");
    for part in [
        "截止2026年2月28日。",
        "2026年2月28日虽为周末，但因春节调休上班，不顺延。",
        "28 February 2026 is a weekend day worked in exchange (春节), so it does not move.",
        "依据：四（三）“行业技术中心要于每年2月底前将上年度工作总结和评价考核表报省工信委。”",
        "责任方：行业技术中心；对象：甘肃省工业和信息化委员会（省工信委）。",
        "Owed by Industry technology centre to Gansu Provincial Commission of Industry",
        "登记收到报告（report_received）后了结。",
        "Closed by recording that the report came in (report_received).",
    ] {
        assert!(
            settled.description.contains(part),
            "{}",
            settled.description
        );
    }

    let provisional = on(&all, "上年度工作总结", "2027-03-01");
    assert_eq!(
        provisional.summary,
        format!("{NAME}：上年度工作总结（暂定）")
    );
    assert_eq!(provisional.end, "2027-03-02");
    assert_eq!(provisional.status, ICalendarStatus::Tentative);
    for part in [
        "截止2027年3月1日。",
        "文本所定之日2027年2月28日为周末，依《民法典》第二百零三条顺延。",
        "暂定：待2027年放假通知公布后确定，在2027年2月28日至",
        "By the text it is 28 February 2027, which is a weekend day; it moves (Civil Code, article 203).",
        "Provisional: it waits for the holiday notice for 2027",
    ] {
        assert!(
            provisional.description.contains(part),
            "{}",
            provisional.description
        );
    }
    // Two years and no more.
    assert!(all.iter().all(|event| event.start.as_str() < "2028-02-04"));
    assert!(all.iter().any(|event| event.start.starts_with("2027-12")));
}

/// 09:00 on each of the days, counted from the event's midnight.
#[test]
fn alarms_ring_at_nine() {
    let store = Memory::default();
    let number = issued(&store, CENTRE, "one", "2026-02-10");
    let all = events(&feed(&store, "2026-11-23", &number));
    let hours = |days: i64| 9 - 24 * days;
    let event = on(&all, "上年度工作总结", "2027-03-01");
    assert_eq!(event.alarms, [hours(30), hours(7), hours(1), hours(0)]);
    for (lead, text) in [
        (30, "-P29DT15H"),
        (7, "-P6DT15H"),
        (1, "-PT15H"),
        (0, "PT9H"),
    ] {
        assert_eq!(trigger(lead), text);
    }
    // A filing is owed from the day of the change: of an earlier day there is no alarm.
    let number = issued(&store, "gansu-industry-alliance", "two", "2025-06-01");
    let programme = rules::programme("gansu-industry-alliance")
        .unwrap()
        .programme;
    let change = programme
        .changes
        .into_iter()
        .find(|change| change.procedure == rules::ChangeProcedure::FilingSameYear);
    let changed = CertificateEvent::Changed {
        change: change.unwrap().id.to_string(),
        on: day("2026-12-10"),
        reference: None,
    };
    happened(&store, &number, changed, "2026-12-10T10:00:00+08:00");
    let all = events(&feed(&store, "2026-12-10", &number));
    let filing = on(&all, "报备：", "2026-12-31");
    assert_eq!(filing.category, "报备");
    assert_eq!(filing.alarms, [hours(7), hours(1), hours(0)]);
}

#[test]
fn what_is_done_is_gone_and_what_is_overdue_says_so() {
    let store = Memory::default();
    let number = issued(&store, CENTRE, "one", "2025-06-01");
    let before = events(&feed(&store, "2026-02-28", &number));
    let after = events(&feed(&store, "2026-03-01", &number));
    let summary = on(&before, "上年度工作总结", "2026-02-28");
    let overdue = on(&after, "上年度工作总结", "2026-02-28");
    assert_eq!(overdue.uid, summary.uid);
    assert_eq!(overdue.summary, format!("（逾期）{NAME}：上年度工作总结"));
    assert!(overdue.description.contains("Overdue, and still owed."));
    assert!(overdue.alarms.is_empty() && !summary.alarms.is_empty());
    // Overdue from the end of the day, 24:00 in China.
    assert_eq!(overdue.stamp, "2026-02-28T16:00:00Z");
    assert!(overdue.sequence > summary.sequence);

    let event = report("annual-summary", 2026, "2026-03-02");
    happened(&store, &number, event, "2026-03-02T10:00:00+08:00");
    let done = events(&feed(&store, "2026-03-02", &number));
    assert!(done.iter().all(|event| event.uid != summary.uid));
    let form = on(&done, "上年度评价考核表", "2026-02-28");
    assert_eq!(form.stamp, "2026-03-02T02:00:00Z");
}

#[test]
fn the_same_data_give_the_same_bytes() {
    let store = Memory::default();
    let number = issued(&store, CENTRE, "one", "2025-06-01");
    let text = feed(&store, "2026-11-23", &number);
    assert_eq!(text, feed(&store, "2026-11-24", &number));
    let first = ask(&store, "2026-11-23", &path(&number), None);
    assert_eq!(
        first.headers[header::CONTENT_TYPE],
        "text/calendar; charset=utf-8"
    );
    assert_eq!(first.headers[header::CACHE_CONTROL], "public, max-age=3600");
    let etag = first.headers[header::ETAG].to_str().unwrap();
    let again = ask(&store, "2026-11-23", &path(&number), Some(etag));
    assert_eq!((again.status, again.text.as_str()), (304, ""));
}

/// Monday, 31 December 2018, became a day off by the notice of 6 December 2018 for 2019: the deadline
/// moved to 2 January, and the event with it.
#[test]
fn a_deadline_that_moves_keeps_its_event() {
    let store = Memory::default();
    let number = issued(&store, CENTRE, "one", "2017-06-01");
    let subject = Subject::Certificate(number.clone());
    let (today, through) = (day("2018-12-05"), day("2019-06-30"));
    let checked = check(&store, &subject, Reading::AsKept, today, through);
    let mut checked = faults::run(checked).unwrap().unwrap().unwrap();
    let number = number.to_string();
    let certificate = look_up::<Certificates>(&store, &number);
    let certificate = faults::run(certificate).unwrap().unwrap().unwrap();
    let mut known_on = |known: &str, start: &str| {
        let calendar = WorkingCalendar::published().as_known_on(day(known));
        let programme = checked.about.programme;
        let life = certificate.life(programme);
        checked.outstanding = outstanding::of_certificate(programme, &life, calendar, through);
        let checked = std::slice::from_ref(&checked);
        let about = Text::new("", "");
        let feed = Feed::new("", about, checked, today, through, Extent::Whole);
        on(&events(&feed.write()), "年度考核评价", start).clone()
    };
    let before = known_on("2018-12-05", "2018-12-31");
    let after = known_on("2018-12-06", "2019-01-02");
    assert_eq!(before.uid, after.uid);
    assert_eq!(before.status, ICalendarStatus::Tentative);
    assert_eq!(after.status, ICalendarStatus::Confirmed);
    assert!(
        after
            .description
            .contains("2018年12月31日为元旦放假，依《民法典》第二百零三条顺延。")
    );
    assert_eq!(before.alarms, after.alarms);
}

/// What has a meaning in iCalendar, as it stands in a name and in the lines of a description.
#[test]
fn texts_are_escaped() {
    let store = Memory::default();
    let number = issued(&store, CENTRE, "one", "2025-06-01");
    let text = feed(&store, "2026-11-23", &number).replace("\r\n ", "");
    assert!(text.contains("X-WR-CALNAME:甘肃省云杉\\,材料\\;行业技术中心 期限\r\n"));
    assert!(
        text.contains("DESCRIPTION:甘肃省云杉\\,材料\\;行业技术中心：") && text.contains("。\\n")
    );
}

/// A subscription whose feed is empty goes on, and its calendar is valid.
#[test]
fn nothing_owed_is_a_calendar_too() {
    let store = Memory::default();
    let answer = ask(&store, "2026-11-23", &of_programme(CENTRE), None);
    assert_eq!(answer.status, 200);
    let (all, none) = read(&answer.text);
    assert!(none.is_empty());
    let calendar = &all[0];
    for line in [
        "VERSION:2.0",
        "PRODID:-//accredit//Deadlines//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:甘肃省行业技术中心 期限",
        "X-WR-TIMEZONE:Asia/Shanghai",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
    ] {
        assert!(answer.text.contains(&format!("\r\n{line}\r\n")), "{line}");
    }
    assert!(text_of(calendar, &Name::Description).contains("Deadlines of what is owed"));
}

#[test]
fn a_programmes_feed_has_its_records_and_its_applications() {
    let store = Memory::default();
    let all = events(&ask(&store, "2026-11-23", &of_programme(ZONE_PROGRAMME), None).text);
    // 31 August 2027, a Tuesday of a year whose notice is not out.
    let application = on(&all, "申报截止", "2027-08-31");
    assert_eq!((all.len(), application.category.as_str()), (1, "申报"));
    assert!(application.description.contains("Deadline of application"));

    let number = issued(&store, CENTRE, "one", "2025-06-01");
    let subject = Subject::Certificate(number.clone());
    enter(&store, &subject, "2027-01-29");
    // Entered twice, and there once; what is of another programme is not there.
    enter(&store, &subject, "2026-12-01");
    let other = issued(&store, "gansu-industry-alliance", "two", "2025-06-01");
    enter(&store, &Subject::Certificate(other), "2026-12-01");
    let all = events(&ask(&store, "2026-11-23", &of_programme(CENTRE), None).text);
    on(&all, "上年度工作总结", "2027-03-01");
    let through = "2027-11-24";
    let of_certificate = events(&feed(&store, "2026-11-23", &number));
    let within = of_certificate
        .into_iter()
        .filter(|event| event.start.as_str() <= through);
    assert_eq!(all, within.collect::<Vec<_>>());
}

/// 忻州's notice of 28 December 2026: five working days of a year whose notice is not out.
#[test]
fn a_notice_that_waits_for_a_holiday_notice_stands_on_its_earliest_day() {
    let store = Memory::default();
    let id = published(&store, "2026-12-28");
    let all = events(&ask(&store, "2026-12-28", &of_programme(XINZHOU), None).text);
    let [event] = all.as_slice() else {
        panic!("{all:#?}")
    };
    let subject = Subject::Notice(id.clone());
    let (from, through) = (day("2026-12-28"), day("2027-12-28"));
    let checked = check(&store, &subject, Reading::AsKept, from, through);
    let checked = faults::run(checked).unwrap().unwrap().unwrap();
    let deadline = &checked.outstanding[0].deadline;
    assert_eq!(deadline.effective, None);
    let earliest = deadline.certainty.bounds().unwrap().earliest;
    assert_eq!(event.start, earliest.to_string());
    assert_eq!(event.status, ICalendarStatus::Tentative);
    assert_eq!(event.summary, "忻州市云杉技术创新中心：公示期满（暂定）");
    assert!(
        event.description.contains("不早于2027年"),
        "{}",
        event.description
    );
    assert_eq!(event.category, "公示");

    let withdrawn = NoticeEvent::Withdrawn(Withdrawn {
        on: day("2026-12-29"),
        reference: "撤1号".to_owned(),
        reason: "材料有误".to_owned(),
    });
    on_notice(&store, &id, withdrawn, "2026-12-29");
    let all = events(&ask(&store, "2026-12-29", &of_programme(XINZHOU), None).text);
    assert!(all.is_empty(), "{all:#?}");
}

/// What a feed says of itself, whether it is whole, and its events.
fn extent(store: &Memory, programme: &str) -> (bool, Vec<Read>) {
    let text = ask(store, "2026-11-23", &of_programme(programme), None).text;
    assert!(text.len() < 2_500_000, "{}", text.len());
    let (all, events) = read(&text);
    let about = text_of(&all[0], &Name::Description);
    let cut = about.contains("未列全");
    assert_eq!(cut, about.contains("not complete"));
    (!cut, events)
}

/// One record is the programme itself, each other has one deadline.
#[test]
fn a_feed_of_too_many_records_is_cut_and_says_so() {
    let store = Memory::default();
    let add = |n: usize| {
        let number = issued(&store, XINZHOU, &n.to_string(), "2024-06-03");
        enter(&store, &Subject::Certificate(number), "2027-05-04");
    };
    for n in 1..MOST_RECORDS {
        add(n);
    }
    let (whole, events) = extent(&store, XINZHOU);
    assert!(
        whole && events.len() == MOST_RECORDS - 1,
        "{}",
        events.len()
    );
    add(MOST_RECORDS);
    let (whole, events) = extent(&store, XINZHOU);
    assert!(
        !whole && events.len() == MOST_RECORDS - 1,
        "{}",
        events.len()
    );
}

/// Of more deadlines than a feed has room for, it has those nearest to today.
#[test]
fn a_feed_of_too_many_deadlines_is_cut_and_says_so() {
    let store = Memory::default();
    for n in 1..MOST_RECORDS {
        let number = issued(&store, CENTRE, &n.to_string(), "2025-06-01");
        enter(&store, &Subject::Certificate(number), "2027-01-29");
    }
    let (whole, events) = extent(&store, CENTRE);
    assert!(!whole && events.len() == MOST_DEADLINES);
    // The assessment is nearest; what has been overdue since February is not.
    let assessments = events.iter().filter(|event| event.start == "2026-12-31");
    assert_eq!(assessments.count(), MOST_RECORDS - 1);
    assert_eq!(events[MOST_DEADLINES - 1].start, "2027-03-01");
}

#[test]
fn what_is_asked_wrongly() {
    let store = Memory::default();
    let number = issued(&store, CENTRE, "one", "2025-06-01");
    let other = CertificateNumber::derive("GSHY", 2026, "another", 0);
    let mistyped = number.to_string();
    let mistyped = format!("{}{}", &mistyped[..mistyped.len() - 1], "*");
    for (query, status) in [
        (String::new(), 400),
        (format!("?certificate={number}&programme={CENTRE}"), 400),
        (format!("?certificate={number}&days=5"), 400),
        (format!("?certificate={mistyped}"), 400),
        ("?programme=another".to_owned(), 400),
        (format!("?certificate={other}"), 404),
    ] {
        let answer = ask(&store, "2026-11-23", &format!("calendar.ics{query}"), None);
        assert_eq!(answer.status, status, "{query}: {}", answer.text);
        assert_eq!(
            answer.headers[header::CONTENT_TYPE],
            "application/problem+json"
        );
    }
    for (method, status) in [(Method::HEAD, 200), (Method::POST, 405)] {
        let answer = send(&store, method, "2026-11-23", &path(&number), None);
        assert_eq!(answer.status, status);
    }
}
