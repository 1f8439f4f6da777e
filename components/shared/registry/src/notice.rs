//! What the operations on a public notice share.

use recognition::id;
use recognition::notice::{Notice, NoticeEvent};
use store::journal::Journal;

use crate::declined::{Declined, Overtaken, RecordKind};
use crate::records::Notices;
use crate::writer::{Commit, Writer};

/// Refuses a further event on a notice that was withdrawn, or on which a certificate was granted.
pub(crate) fn takes_more(notice: &Notice) -> Result<(), Declined> {
    if notice.granted.is_some() {
        return Err(Declined::NoticeGranted);
    }
    if notice.withdrawn.is_some() {
        return Err(Declined::NoticeWithdrawn);
    }
    Ok(())
}

/// A notice, loaded for a client that acts for its programme.
pub(crate) struct OpenedNotice<'s> {
    pub(crate) journal: Journal<'s, Notices>,
    pub(crate) notice: Notice,
}

impl<'s> OpenedNotice<'s> {
    /// Reads the notice. The whole journal is read, because an operation must not be decided on a view that may
    /// be old.
    pub(crate) async fn load(writer: &Writer<'s>, id: &str) -> Result<Self, Declined> {
        if !id::is_derived(id) {
            return Err(Declined::NoSuchNotice);
        }
        let journal = Journal::<Notices>::load(writer.store, id).await?;
        let notice = journal.view().ok_or(Declined::NoSuchNotice)?;
        writer.may_act_for(&notice.published.programme)?;
        writer.check_key().await?;
        Ok(Self { journal, notice })
    }

    /// Commits an event with this id. Returns the notice after the event.
    pub(crate) async fn commit(
        &mut self,
        writer: &Writer<'_>,
        id: &str,
        event: NoticeEvent,
    ) -> Result<Notice, Declined> {
        writer.tie_key().await?;
        let commit = Commit {
            id: id.to_owned(),
            event,
            lists: Vec::new(),
            check: None,
        };
        let after = writer.commit(&mut self.journal, commit).await;
        let after = after.map_err(Declined::writing(RecordKind::Notice))?;
        // Another event of the same moment has no effect, but its writer may have answered before it saw this
        // event. So this event is answered with a conflict.
        let mut void = after.void.iter();
        if void.any(|void| void != id && !self.notice.void.contains(void)) {
            return Err(Declined::Overtaken(Overtaken::ByExclusion));
        }
        Ok(after)
    }
}
