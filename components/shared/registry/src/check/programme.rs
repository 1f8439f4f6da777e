//! The checks of a programme's records, read from the agenda: so the list costs what is due and not what
//! exists.

use chrono::{Days, NaiveDate};
use recognition::outstanding::Subject;
use rules::Programme;
use store::{KeyValue, RecordError};

use super::{Checked, HORIZON, Reading, check, of_programme};
use crate::agenda::{Agenda, AgendaEntry, BEGINNING, Position};

/// The most entries of the agenda that are read for one part. Where fewer of them are of the programme,
/// the part is short, and the list goes on all the same.
const MOST_READ: usize = 300;

/// A part of the records of a programme.
#[derive(Debug)]
pub struct Part {
    /// The records. The first part begins with the programme itself.
    pub checked: Vec<Checked>,
    /// From where the list goes on; none at its end.
    pub next: Option<Position>,
    /// What could not be read, and was left out.
    pub unreadable: Vec<RecordError>,
}

/// The records of a programme that are to be checked by `through`, from the position on; at most `limit`.
///
/// # Errors
/// The store failed, or holds an entry of the agenda that cannot be read.
pub async fn records_due(
    store: &dyn KeyValue,
    programme: &'static Programme,
    from: Option<Position>,
    today: NaiveDate,
    through: NaiveDate,
    limit: usize,
) -> Result<Part, RecordError> {
    let agenda = Agenda::of(store);
    let mut part = Part {
        checked: Vec::new(),
        next: None,
        unreadable: Vec::new(),
    };
    let mut at = match from {
        Some(position) => position,
        None => {
            part.checked.push(of_programme(programme, through));
            let reached = agenda.position().await?;
            reached.unwrap_or(Position::BEGINNING)
        }
    };
    let mut read = 0;
    while at.day <= through {
        let entries = agenda.day(at.day);
        for slot in at.slot + 1..=entries.count().await? {
            if part.checked.len() >= limit || read == MOST_READ {
                part.next = Some(at);
                return Ok(part);
            }
            read += 1;
            at.slot = slot;
            let Some(AgendaEntry { subject, .. }) = entries.at(slot).await? else {
                continue;
            };
            if !may_be_of(&subject, programme) {
                continue;
            }
            // A record may be entered on several days. It is shown on the day of its next check.
            let next = agenda.next_check(&subject).await?;
            if next.is_none_or(|next| next.on != at.day) {
                continue;
            }
            match check(store, &subject, Reading::AsKept, today, through).await {
                // One record that is broken keeps nobody from seeing the others.
                Err(error @ RecordError::Unreadable { .. }) => part.unreadable.push(error),
                found => {
                    let found = found?.filter(|found| found.about.programme.id == programme.id);
                    part.checked.extend(found);
                }
            }
        }
        let following = match at.day {
            // Until the first run has ended, all entries stand there, or where that run has put them.
            BEGINNING => today.checked_sub_days(Days::new(HORIZON)),
            day => day.succ_opt(),
        };
        let Some(day) = following else { break };
        at = Position { day, slot: 0 };
    }
    Ok(part)
}

/// Whether the record can be one of the programme's. The number of a certificate tells.
fn may_be_of(subject: &Subject, programme: &Programme) -> bool {
    match subject {
        Subject::Certificate(number) => number.prefix() == programme.certificate.prefix.as_str(),
        Subject::Notice(_) | Subject::Programme(_) => true,
    }
}
