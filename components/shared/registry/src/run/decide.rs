//! What a run decides about a record: which reminders are due, and when to check the record next.

use chrono::NaiveDate;
use recognition::outstanding;
use recognition::reminder::{DueReminder, id_of};

use crate::check::{Checked, Future, horizon};

/// The newest reminder of each thing outstanding, where one is due by `as_of`. Whether it was made before
/// is for the outbox to tell.
///
/// `since` is the day that runs had reached when the record was first entered. What was overdue by then
/// is reminded of only by what falls due from then on.
pub(super) fn due(
    checked: &Checked,
    as_of: NaiveDate,
    since: NaiveDate,
) -> impl Iterator<Item = DueReminder<'_>> {
    let rule = &checked.about.programme.reminders;
    checked.outstanding.iter().filter_map(move |item| {
        let (lead, due_on) = item.newest_reminder(rule, as_of)?;
        let told_before = due_on < since && item.is_overdue_on(since);
        (!told_before).then(|| DueReminder {
            id: id_of(&item.id(&checked.about.subject), lead),
            outstanding: item,
            lead,
            due_on,
        })
    })
}

/// How many things are being reminded of on that day and can still be done.
pub(super) fn still_open(checked: &Checked, as_of: NaiveDate) -> usize {
    let rule = &checked.about.programme.reminders;
    let items = checked.outstanding.iter();
    let open =
        items.filter(|item| item.newest_reminder(rule, as_of).is_some() && item.is_owed_on(as_of));
    open.count()
}

/// When to check the record after `as_of`: on the first day on which a reminder may fall due. Where none
/// will, but more may fall due later, when the time ends that the check has covered. None where
/// only a new event can bring something to be outstanding.
pub(super) fn next_check(checked: &Checked, as_of: NaiveDate) -> Option<NaiveDate> {
    let rule = &checked.about.programme.reminders;
    let next = outstanding::next_check(&checked.outstanding, rule, as_of);
    next.or_else(|| (checked.future == Future::Open).then(|| horizon(as_of)))
}
