//! Publishing a notice (公示) for the application of a stored evaluation.

use calendar::{CalendarError, Counting, FIRST_YEAR, WorkingDays};
use chrono::NaiveDate;
use recognition::notice::{NoticeEvent, Promised, Published};
use recognition::outstanding::Subject;
use rules::{NoticeRule, Programme, Verdict};
use store::envelope::unreadable;
use store::journal::Journal;
use store::listing::Listing;
use text::{Fault, Faults, Text};

use crate::declined::{Declined, RecordKind};
use crate::evaluation::{self, Evaluation};
use crate::lists;
use crate::records::{Notices, programme_of};
use crate::writer::{Commit, DueCheck, Writer};

/// How many working days a public notice runs if neither the request nor the regulation says so.
pub const NOTICE_DAYS: u64 = 5;

/// How far ahead a notice may be scheduled, in days.
const MOST_DAYS_AHEAD: i64 = 366;

/// A request to publish a notice.
pub struct Publication {
    /// The id of the evaluation.
    pub evaluation: String,
    /// The day of publication.
    pub published: NaiveDate,
    /// How many working days the notice runs, if the request says so.
    pub days: Option<u64>,
    /// How the working days are counted.
    pub counting: Counting,
}

/// A notice that was published or scheduled.
pub struct PutOnNotice {
    /// The id of the notice.
    pub id: String,
    /// The content of the notice.
    pub published: Published,
}

/// Publishes a notice for the application of an evaluation. Repeating the request changes nothing.
///
/// # Errors
/// The request has faults, the application cannot have a notice or already has one, the client does not act
/// for the programme, or the store failed.
pub async fn publish(writer: &Writer<'_>, asked: &Publication) -> Result<PutOnNotice, Declined> {
    let evaluation = evaluation::look_up(writer.store, &asked.evaluation).await?;
    let evaluation = evaluation.ok_or_else(|| {
        let (zh, en) = ("没有这份评价记录。", "No such evaluation is kept.");
        Declined::fault("/evaluation", zh, en)
    })?;
    writer.may_act_for(&evaluation.programme)?;
    writer.check_key().await?;
    let programme = programme_of(&asked.evaluation, &evaluation.programme)?;
    let published = decide(programme, asked, &evaluation, writer.today())?;

    let id = published.notice_id();
    let mut journal = Journal::<Notices>::load(writer.store, &id).await?;
    let event = NoticeEvent::Published(published);
    let event_id = event.id(&id);
    let of_evaluation = lists::notices_of_evaluation(&asked.evaluation);
    if !journal.contains(&event_id) {
        let list = Listing::of(writer.store, of_evaluation.clone());
        let running = list.all::<Notices, _>(|other| other.withdrawn.is_none().then_some(other.id));
        if let Some(notice) = running.await?.into_iter().next() {
            return Err(Declined::OnNoticeAlready { notice });
        }
    }
    writer.tie_key().await?;
    let commit = Commit {
        id: event_id,
        event,
        lists: vec![
            of_evaluation,
            lists::notices_of_programme(&evaluation.programme),
            lists::NOTICES.to_owned(),
        ],
        // The run of reminders reports when the notice closes.
        check: Some(DueCheck {
            subject: Subject::Notice(id.clone()),
            on: asked.published,
            awaits: id.clone(),
        }),
    };
    let notice = writer.commit(&mut journal, commit).await;
    let notice = notice.map_err(Declined::writing(RecordKind::Notice))?;
    Ok(PutOnNotice {
        id,
        published: notice.published,
    })
}

/// The content of the notice to publish.
fn decide(
    programme: &'static Programme,
    asked: &Publication,
    evaluation: &Evaluation,
    today: NaiveDate,
) -> Result<Published, Declined> {
    if evaluation.verdict == Verdict::NotEligible {
        return Err(Declined::NotEligibleForNotice);
    }
    let rule = rule_on(programme, asked.published);
    let mut faults = Faults::default();
    faults.not_before("/published", asked.published, evaluation.applied_on);
    if (asked.published - today).num_days() > MOST_DAYS_AHEAD {
        let text = Text::new(
            "公示日期不得晚于今日之后一年。",
            "The day of publication is at most a year ahead.",
        );
        faults.add("/published", text);
    }
    if rule.is_none() && programme.notices.is_empty() {
        return Err(Declined::NoNoticeInProgramme);
    }
    let days = match length(rule, asked.days) {
        Ok(days) => days,
        Err(text) => {
            faults.add("/days", text);
            return Err(Declined::Faults(faults.into_vec()));
        }
    };
    faults.finish()?;
    let promised = Promised::by(asked.published, days, asked.counting);
    let promised = promised.map_err(|error| match error {
        CalendarError::BeforeFirstNotice { .. } | CalendarError::AfterLastDate => {
            Declined::Faults(vec![Fault::at(&["published"], outside_calendar())])
        }
        error => unreadable(&asked.evaluation, &error).into(),
    })?;
    Ok(Published {
        evaluation: asked.evaluation.clone(),
        programme: evaluation.programme.clone(),
        kind: evaluation.kind.clone(),
        applicant: evaluation.applicant.clone(),
        name: programme.certificate.full_name(&evaluation.platform),
        verdict: evaluation.verdict,
        published: asked.published,
        promised,
    })
}

/// The programme's rule on public notices that is in force on that day.
fn rule_on(programme: &'static Programme, published: NaiveDate) -> Option<&'static NoticeRule> {
    let rules = programme.notices.into_iter();
    rules
        .filter(|rule| rule.from.get() <= published)
        .max_by_key(|rule| rule.from.get())
}

/// How many working days a notice runs: as the regulation says or, if the regulation leaves it open, as the
/// portal says.
fn length(rule: Option<&NoticeRule>, asked: Option<u64>) -> Result<WorkingDays, Text> {
    let days = match rule {
        Some(rule) => rule.length(asked).ok_or_else(|| {
            let days = rule.working_days;
            Text::new(
                format!("办法规定公示{days}个工作日。"),
                format!("The regulation sets {days} working days."),
            )
        })?,
        None => asked.unwrap_or(NOTICE_DAYS),
    };
    WorkingDays::try_from(days).map_err(|_| wrong_days())
}

/// The text for a number of working days that no notice can have.
pub fn wrong_days() -> Text {
    let most = WorkingDays::MAX;
    Text::new(
        format!("工作日天数应为1至{most}的整数。"),
        format!("The number of working days is a whole number from 1 to {most}."),
    )
}

/// The text for a date that the calendar refuses.
pub fn outside_calendar() -> Text {
    Text::new(
        format!(
            "可计算{FIRST_YEAR}年1月1日至9999年12月31日之间的公示期：已收录的放假通知自{FIRST_YEAR}年起。"
        ),
        format!(
            "Windows are computed between {FIRST_YEAR}-01-01 and 9999-12-31: the first holiday notice known \
             covers {FIRST_YEAR}."
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{
        ALLIANCE, INNER_MONGOLIA, XINZHOU, around, day, evaluation, places, programme,
    };

    fn asked(published: NaiveDate, days: Option<u64>) -> Publication {
        Publication {
            evaluation: "an evaluation".to_owned(),
            published,
            days,
            counting: Counting::DayAfter,
        }
    }

    fn told(published: NaiveDate, days: Option<u64>, today: &str) -> Result<Published, Declined> {
        let asked = asked(published, days);
        decide(programme(XINZHOU), &asked, &evaluation(XINZHOU), day(today))
    }

    #[test]
    fn a_notice_is_published_from_the_application_to_a_year_ahead() {
        let before = vec!["/published".to_owned()];
        // The day of the application.
        let found = around("2026-03-02").map(|on| places(told(on, None, "2026-03-10")));
        assert_eq!(found, [before.clone(), vec![], vec![]]);
        // 366 days after 10 March 2026.
        let found = around("2027-03-11").map(|on| places(told(on, None, "2026-03-10")));
        assert_eq!(found, [vec![], vec![], before]);
    }

    /// 第九条（三） of Xinzhou: five working days, from 1 December 2020 on. Before, the regulation leaves it open.
    #[test]
    fn the_number_of_days_is_the_regulations_or_the_portals() {
        let mut early = evaluation(XINZHOU);
        early.applied_on = day("2020-11-02");
        for (published, days, expected) in [
            ("2020-12-01", None, Some(5)),
            ("2020-12-01", Some(4), None),
            ("2020-12-01", Some(5), Some(5)),
            ("2020-12-01", Some(6), None),
            ("2020-11-30", None, Some(5)),
            ("2020-11-30", Some(0), None),
            ("2020-11-30", Some(1), Some(1)),
            ("2020-11-30", Some(6), Some(6)),
            ("2020-11-30", Some(u64::MAX), None),
        ] {
            let asked = asked(day(published), days);
            let told = decide(programme(XINZHOU), &asked, &early, day("2026-03-10"));
            let found = told.as_ref().ok().map(|published| published.promised.days);
            assert_eq!(found, expected, "{published} {days:?}");
            if expected.is_none() {
                assert_eq!(places(told), ["/days"]);
            }
        }
        // 三（四）5 of Inner Mongolia sets no length.
        let rule = rule_on(programme(INNER_MONGOLIA), day("2026-03-10"));
        let lengths = [None, Some(4), Some(6)].map(|asked| length(rule, asked));
        let lengths = lengths.map(|days| days.unwrap().get());
        assert_eq!(lengths, [5, 4, 6]);
        let most = WorkingDays::MAX.get();
        for (days, good) in [(most - 1, true), (most, true), (most + 1, false)] {
            assert_eq!(length(None, Some(days.into())).is_ok(), good, "{days}");
        }
        // Every fault is told at once.
        let both = told(day("2026-03-01"), Some(6), "2026-03-10");
        assert_eq!(places(both), ["/published", "/days"]);
    }

    #[test]
    fn days_that_the_calendar_does_not_know_are_refused() {
        let mut early = evaluation(XINZHOU);
        early.applied_on = day("2012-01-04");
        for (published, good) in [("2012-12-28", false), ("2013-01-04", true)] {
            let asked = asked(day(published), None);
            let told = decide(programme(XINZHOU), &asked, &early, day("2026-03-10"));
            let expected: &[&str] = if good { &[] } else { &["/published"] };
            assert_eq!(places(told), expected, "{published}");
        }
        let last = told(day("9999-12-31"), None, "9999-12-31");
        assert_eq!(places(last), ["/published"]);
    }

    #[test]
    fn whoever_may_still_be_eligible_is_put_on_notice() {
        for verdict in [
            Verdict::NotEligible,
            Verdict::Undetermined,
            Verdict::NeedsReview,
            Verdict::Eligible,
        ] {
            let evaluation = Evaluation {
                verdict,
                ..evaluation(XINZHOU)
            };
            let asked = asked(day("2026-04-20"), None);
            let told = decide(programme(XINZHOU), &asked, &evaluation, day("2026-04-20"));
            match told {
                Ok(published) => {
                    assert_eq!(published.verdict, verdict);
                    assert_eq!(published.name, "忻州市云杉技术创新中心");
                    assert_eq!(published.promised.last_day, Some(day("2026-04-27")));
                }
                Err(error) => {
                    assert_eq!(verdict, Verdict::NotEligible);
                    assert_eq!(error, Declined::NotEligibleForNotice);
                }
            }
        }
    }

    #[test]
    fn a_programme_without_a_notice_has_none() {
        let asked = asked(day("2026-04-20"), None);
        let evaluation = evaluation(ALLIANCE);
        let told = decide(programme(ALLIANCE), &asked, &evaluation, day("2026-04-20"));
        assert_eq!(told, Err(Declined::NoNoticeInProgramme));
    }
}
