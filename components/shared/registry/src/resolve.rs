//! Recording the authority's decision on an objection.

use chrono::NaiveDate;
use recognition::certificate::LONGEST_REFERENCE;
use recognition::notice::{Notice, NoticeEvent, Resolved};
use text::Faults;

use crate::declined::Declined;
use crate::notice::OpenedNotice;
use crate::writer::Writer;

/// Records the decision on an objection. Recording it again changes nothing.
///
/// # Errors
/// The request has faults, there is no such objection, it was already decided, the client does not act for the
/// programme, or the store failed.
pub async fn resolve(
    writer: &Writer<'_>,
    notice: &str,
    resolved: Resolved,
) -> Result<(), Declined> {
    let mut opened = OpenedNotice::load(writer, notice).await?;
    let event = NoticeEvent::Resolved(resolved.clone());
    let id = event.id(notice);
    let already_recorded = opened.journal.contains(&id);
    decide(&opened.notice, &resolved, already_recorded, writer.today())?;
    let after = opened.commit(writer, &id, event).await?;
    if after.void.contains(&id) {
        return Err(Declined::ObjectionDecided);
    }
    Ok(())
}

/// Decides whether this decision on the objection can be recorded.
fn decide(
    notice: &Notice,
    resolved: &Resolved,
    already_recorded: bool,
    today: NaiveDate,
) -> Result<(), Declined> {
    let objection = notice.objection(&resolved.objection);
    let objection = objection.ok_or(Declined::NoSuchObjection)?;
    let mut faults = Faults::default();
    faults.text("/reference", &resolved.reference, LONGEST_REFERENCE);
    faults.not_before("/on", resolved.on, objection.objected.received_on);
    faults.not_after_today("/on", resolved.on, today);
    faults.finish()?;
    if !already_recorded && objection.resolved.is_some() {
        return Err(Declined::ObjectionDecided);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use recognition::notice::Outcome;

    use super::*;
    use crate::samples::{LATER, around, day, notice, objection, places, resolution, texts};

    /// A notice with an objection of 21 April 2026.
    fn with_objection() -> Notice {
        notice(&[NoticeEvent::Objected(objection())])
    }

    fn told(on: NaiveDate, today: &str) -> Result<(), Declined> {
        let resolved = Resolved {
            on,
            ..resolution(Outcome::Upheld)
        };
        decide(&with_objection(), &resolved, false, day(today))
    }

    #[test]
    fn a_decision_is_of_a_day_from_the_receipt_up_to_today() {
        let found = around("2026-04-21").map(|on| places(told(on, LATER)));
        assert_eq!(found, [vec!["/on".to_owned()], vec![], vec![]]);
        let found = around("2026-04-22").map(|on| places(told(on, "2026-04-22")));
        assert_eq!(found, [vec![], vec![], vec!["/on".to_owned()]]);
        // It may come long after the notice has closed.
        assert_eq!(told(day("2026-06-30"), LATER), Ok(()));
    }

    #[test]
    fn a_decision_has_a_reference() {
        for (reference, good) in texts(100) {
            let resolved = Resolved {
                reference,
                ..resolution(Outcome::Upheld)
            };
            let found = places(decide(&with_objection(), &resolved, false, day(LATER)));
            assert_eq!(found.is_empty(), good, "{resolved:?}");
            assert!(found.iter().all(|place| place == "/reference"));
        }
    }

    #[test]
    fn an_objection_is_decided_on_once() {
        let (upheld, dismissed) = (resolution(Outcome::Upheld), resolution(Outcome::Dismissed));
        let decided = notice(&[
            NoticeEvent::Objected(objection()),
            NoticeEvent::Resolved(upheld.clone()),
        ]);
        for (notice, resolved, stood, expected) in [
            (&with_objection(), &upheld, false, Ok(())),
            (&with_objection(), &dismissed, false, Ok(())),
            (&decided, &upheld, true, Ok(())),
            (&decided, &upheld, false, Err(Declined::ObjectionDecided)),
            (&decided, &dismissed, false, Err(Declined::ObjectionDecided)),
            (&notice(&[]), &upheld, false, Err(Declined::NoSuchObjection)),
        ] {
            let told = decide(notice, resolved, stood, day(LATER));
            assert_eq!(told, expected, "{resolved:?}");
        }
    }
}
