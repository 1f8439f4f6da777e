//! Withdrawing a public notice.

use chrono::NaiveDate;
use recognition::certificate::{LONGEST_REASON, LONGEST_REFERENCE};
use recognition::notice::{Notice, NoticeEvent, Withdrawn};
use text::Faults;

use crate::declined::Declined;
use crate::notice::{OpenedNotice, takes_more};
use crate::writer::Writer;

/// Withdraws a notice. Repeating the request changes nothing.
///
/// # Errors
/// The request has faults, the notice was already withdrawn, a certificate was granted on it, the client does
/// not act for the programme, or the store failed.
pub async fn withdraw(
    writer: &Writer<'_>,
    notice: &str,
    withdrawn: Withdrawn,
) -> Result<(), Declined> {
    let mut opened = OpenedNotice::load(writer, notice).await?;
    let event = NoticeEvent::Withdrawn(withdrawn.clone());
    let id = event.id(notice);
    let already_recorded = opened.journal.contains(&id);
    decide(&opened.notice, &withdrawn, already_recorded, writer.today())?;
    let after = opened.commit(writer, &id, event).await?;
    if after.void.contains(&id) {
        takes_more(&after)?;
    }
    Ok(())
}

/// Decides whether the notice can be withdrawn.
fn decide(
    notice: &Notice,
    withdrawn: &Withdrawn,
    already_recorded: bool,
    today: NaiveDate,
) -> Result<(), Declined> {
    let mut faults = Faults::default();
    faults.text("/reference", &withdrawn.reference, LONGEST_REFERENCE);
    faults.text("/reason", &withdrawn.reason, LONGEST_REASON);
    faults.not_after_today("/on", withdrawn.on, today);
    faults.finish()?;
    if already_recorded {
        Ok(())
    } else {
        takes_more(notice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{LATER, around, day, grant, notice, places, texts, withdrawal};

    fn told(withdrawn: Withdrawn, today: &str) -> Vec<String> {
        places(decide(&notice(&[]), &withdrawn, false, day(today)))
    }

    /// A notice that is scheduled can be taken back before it is published.
    #[test]
    fn a_withdrawal_is_of_a_day_up_to_today() {
        for today in ["2026-04-22", "2026-04-01"] {
            let found = around(today).map(|on| told(Withdrawn { on, ..withdrawal() }, today));
            assert_eq!(found, [vec![], vec![], vec!["/on".to_owned()]], "{today}");
        }
    }

    #[test]
    fn a_withdrawal_has_a_reference_and_a_reason() {
        for (reference, good) in texts(100) {
            let found = told(
                Withdrawn {
                    reference,
                    ..withdrawal()
                },
                LATER,
            );
            assert_eq!(found.is_empty(), good);
            assert!(found.iter().all(|place| place == "/reference"));
        }
        for (reason, good) in texts(1000) {
            let found = told(
                Withdrawn {
                    reason,
                    ..withdrawal()
                },
                LATER,
            );
            assert_eq!(found.is_empty(), good);
            assert!(found.iter().all(|place| place == "/reason"));
        }
    }

    #[test]
    fn a_notice_is_taken_back_once_and_not_once_it_is_granted() {
        let withdrawn = NoticeEvent::Withdrawn(withdrawal());
        let granted = NoticeEvent::Granted(grant());
        for (events, expected) in [
            (vec![], Ok(())),
            (vec![withdrawn], Err(Declined::NoticeWithdrawn)),
            (vec![granted], Err(Declined::NoticeGranted)),
        ] {
            let notice = notice(&events);
            let new = decide(&notice, &withdrawal(), false, day(LATER));
            assert_eq!(new, expected, "{events:?}");
            let again = decide(&notice, &withdrawal(), true, day(LATER));
            assert_eq!(again, Ok(()), "{events:?}");
        }
    }
}
