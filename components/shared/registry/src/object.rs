//! Recording an objection to a public notice.

use calendar::WorkingCalendar;
use chrono::NaiveDate;
use recognition::certificate::{LONGEST_REASON, LONGEST_REFERENCE};
use recognition::notice::{Notice, NoticeEvent, Objected};
use store::envelope::unreadable;
use text::Faults;

use crate::declined::Declined;
use crate::notice::{OpenedNotice, takes_more};
use crate::writer::Writer;

/// Records an objection. Returns its id. Recording it again changes nothing.
///
/// # Errors
/// The request has faults, the notice accepts no more objections, the client does not act for the programme,
/// or the store failed. If a grant was recorded at the same moment, the objection is recorded nevertheless.
pub async fn object(
    writer: &Writer<'_>,
    notice: &str,
    objected: Objected,
) -> Result<String, Declined> {
    let mut opened = OpenedNotice::load(writer, notice).await?;
    let event = NoticeEvent::Objected(objected.clone());
    let id = event.id(notice);
    let already_recorded = opened.journal.contains(&id);
    decide(&opened.notice, &objected, already_recorded, writer.today())?;
    let after = opened.commit(writer, &id, event).await?;
    // If a grant was recorded at the same moment, the objection is recorded but too late.
    if !already_recorded {
        takes_more(&after)?;
    }
    Ok(id)
}

/// Decides whether the notice accepts the objection.
fn decide(
    notice: &Notice,
    objected: &Objected,
    already_recorded: bool,
    today: NaiveDate,
) -> Result<(), Declined> {
    let mut faults = Faults::default();
    faults.text("/reference", &objected.reference, LONGEST_REFERENCE);
    if let Some(matter) = &objected.matter {
        faults.text("/matter", matter, LONGEST_REASON);
    }
    let published = notice.published.published;
    faults.not_before("/received_on", objected.received_on, published);
    faults.not_after_today("/received_on", objected.received_on, today);
    faults.finish()?;
    if already_recorded {
        return Ok(());
    }
    takes_more(notice)?;
    let window = notice.published.window(WorkingCalendar::published());
    let window = window.map_err(|error| unreadable(&notice.id, &error))?;
    match notice.closes_on(&window) {
        Some(last) if objected.received_on > last => Err(Declined::NoticeClosed { last }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use recognition::notice::Outcome;

    use super::*;
    use crate::samples::{
        LATER, around, day, grant, notice, notice_of, objection, places, resolution, texts,
        withdrawal,
    };

    fn received(on: NaiveDate) -> Objected {
        Objected {
            received_on: on,
            ..objection()
        }
    }

    fn told(on: NaiveDate, today: NaiveDate) -> Result<(), Declined> {
        decide(&notice(&[]), &received(on), false, today)
    }

    #[test]
    fn an_objection_is_received_from_the_publication_to_the_last_day() {
        let found = around("2026-04-20").map(|on| places(told(on, day(LATER))));
        assert_eq!(found, [vec!["/received_on".to_owned()], vec![], vec![]]);
        let last = day("2026-04-27");
        let closed = Err(Declined::NoticeClosed { last });
        let found = around("2026-04-27").map(|on| told(on, day(LATER)));
        assert_eq!(found, [Ok(()), Ok(()), closed]);
        let found = around("2026-04-21").map(|on| places(told(on, day("2026-04-21"))));
        assert_eq!(found, [vec![], vec![], vec!["/received_on".to_owned()]]);
    }

    /// Of the holidays of 2027 nothing is known, so the notice stays open.
    #[test]
    fn a_notice_whose_last_day_is_not_known_takes_objections() {
        let open = notice_of("2026-12-28", &[]);
        let on = day("2027-03-01");
        assert_eq!(decide(&open, &received(on), false, on), Ok(()));
    }

    #[test]
    fn an_objection_has_a_reference_and_may_say_what_it_is_about() {
        for (reference, good) in texts(100) {
            let objected = Objected {
                reference,
                ..objection()
            };
            let found = places(decide(&notice(&[]), &objected, false, day(LATER)));
            assert_eq!(found.is_empty(), good, "{objected:?}");
            assert!(found.iter().all(|place| place == "/reference"));
        }
        for (matter, good) in texts(1000) {
            let matter = Some(matter);
            let objected = Objected {
                matter,
                ..objection()
            };
            let found = places(decide(&notice(&[]), &objected, false, day(LATER)));
            assert_eq!(found.is_empty(), good, "{objected:?}");
            assert!(found.iter().all(|place| place == "/matter"));
        }
    }

    /// What is on record already is not refused, however the notice stands.
    #[test]
    fn an_objection_comes_before_a_grant_and_a_withdrawal() {
        let objected = NoticeEvent::Objected(objection());
        let dismissed = NoticeEvent::Resolved(resolution(Outcome::Dismissed));
        let granted = NoticeEvent::Granted(grant());
        let withdrawn = NoticeEvent::Withdrawn(withdrawal());
        for (events, expected) in [
            (vec![], Ok(())),
            (vec![objected.clone()], Ok(())),
            (vec![objected, dismissed], Ok(())),
            (vec![granted], Err(Declined::NoticeGranted)),
            (vec![withdrawn], Err(Declined::NoticeWithdrawn)),
        ] {
            let notice = notice(&events);
            assert_eq!(takes_more(&notice), expected, "{events:?}");
            let new = decide(&notice, &objection(), false, day(LATER));
            assert_eq!(new, expected, "{events:?}");
            for on in ["2026-04-21", "2026-04-28"] {
                let again = decide(&notice, &received(day(on)), true, day(LATER));
                assert_eq!(again, Ok(()), "{on} {events:?}");
            }
        }
    }
}
