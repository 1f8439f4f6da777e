//! What is on record in a test, and how it is recorded: as the operations do.

use recognition::certificate::{CertificateEvent, CertificateNumber};
use recognition::notice::{NoticeEvent, Published, Withdrawn};
use store::journal::{Journal, Record};

use super::*;
use crate::lists;
use crate::record_event::commit_of;
use crate::records::{Certificates, Notices};
use crate::writer::{Caller, Commit, DueCheck, Writer};

/// A moment of the simulation: the run of a day is made at its noon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct When(pub(super) NaiveDate, pub(super) Half);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Half {
    Morning,
    Noon,
    Evening,
}

/// A certificate: what came on record of it, and when.
#[derive(Debug, Clone)]
pub(super) struct Story {
    pub(super) programme: &'static str,
    pub(super) number: CertificateNumber,
    /// In the order it was recorded.
    pub(super) told: Vec<(When, CertificateEvent)>,
}

/// A notice.
#[derive(Debug, Clone)]
pub(super) struct Posting {
    pub(super) recorded: When,
    pub(super) published: Published,
    pub(super) withdrawn: Option<(When, Withdrawn)>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct World {
    pub(super) stories: Vec<Story>,
    pub(super) postings: Vec<Posting>,
}

/// Something that is recorded.
#[derive(Debug, Clone)]
pub(super) enum Telling {
    Certificate(CertificateNumber, CertificateEvent),
    Published(Published),
    Withdrawn(String, Withdrawn),
}

impl World {
    /// Everything, in the order it is recorded.
    pub(super) fn tellings(&self) -> Vec<(When, Telling)> {
        let mut all = Vec::new();
        for story in &self.stories {
            for (when, event) in &story.told {
                let telling = Telling::Certificate(story.number.clone(), event.clone());
                all.push((*when, telling));
            }
        }
        for posting in &self.postings {
            let published = posting.published.clone();
            let id = published.notice_id();
            all.push((posting.recorded, Telling::Published(published)));
            if let Some((when, withdrawn)) = &posting.withdrawn {
                all.push((*when, Telling::Withdrawn(id, withdrawn.clone())));
            }
        }
        // Stable: what is recorded of one record keeps its order.
        all.sort_by_key(|(when, _)| *when);
        all
    }

    /// Goes through the days, recording what is recorded on each; at noon, `noon` is shown the store.
    pub(super) fn live(
        &self,
        days: impl IntoIterator<Item = NaiveDate>,
        mut noon: impl FnMut(&Memory, NaiveDate),
    ) -> Memory {
        let store = Memory::default();
        let mut tellings = self.tellings().into_iter().peekable();
        for day in days {
            while let Some((_, telling)) =
                tellings.next_if(|(when, _)| *when < When(day, Half::Noon))
            {
                faults::run(tell(&store, &telling, day)).unwrap().unwrap();
            }
            noon(&store, day);
        }
        store
    }
}

/// Commits something as the operation does that records it.
pub(super) async fn tell(
    store: &dyn KeyValue,
    telling: &Telling,
    today: NaiveDate,
) -> Result<(), RecordError> {
    match telling {
        Telling::Certificate(number, event) => {
            let commit = commit_of(number, event);
            record::<Certificates>(store, &number.to_string(), today, commit).await
        }
        Telling::Published(published) => {
            let id = published.notice_id();
            let event = NoticeEvent::Published(published.clone());
            let commit = Commit {
                id: event.id(&id),
                event,
                lists: vec![
                    lists::notices_of_evaluation(&published.evaluation),
                    lists::notices_of_programme(&published.programme),
                    lists::NOTICES.to_owned(),
                ],
                check: Some(DueCheck {
                    subject: Subject::Notice(id.clone()),
                    on: published.published,
                    awaits: id.clone(),
                }),
            };
            record::<Notices>(store, &id, today, commit).await
        }
        Telling::Withdrawn(id, withdrawn) => {
            let event = NoticeEvent::Withdrawn(withdrawn.clone());
            let commit = Commit {
                id: event.id(id),
                event,
                lists: Vec::new(),
                check: None,
            };
            record::<Notices>(store, id, today, commit).await
        }
    }
}

async fn record<R: Record>(
    store: &dyn KeyValue,
    id: &str,
    today: NaiveDate,
    commit: Commit<R::Event>,
) -> Result<(), RecordError> {
    let caller = Caller {
        name: "registrar",
        acts_for: Box::new(|_| true),
    };
    let writer = Writer::new(store, caller, at(today, 9), None, "", b"");
    let mut journal = Journal::<R>::load(store, id).await?;
    writer.commit(&mut journal, commit).await.map(drop)
}
