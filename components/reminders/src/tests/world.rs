//! What is on record in a test, and how it is recorded: as the components do.

use chrono::DateTime;
use registry::agenda::Agenda;
use registry::certificate::{self, Certificates, Event};
use registry::duty::Subject;
use registry::index::Index;
use registry::journal::{Journal, Record, Written};
use registry::notice::{self, Notices, Published, Withdrawn};
use registry::{KeyValue, RecordError};

use super::*;

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
    pub(super) number: registry::certificate::CertificateNumber,
    /// In the order it was recorded.
    pub(super) told: Vec<(When, Event)>,
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
    Certificate(registry::certificate::CertificateNumber, Event),
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
                trial::run(tell(&store, &telling, day)).unwrap().unwrap();
            }
            noon(&store, day);
        }
        store
    }
}

/// Records something as the component does that records it.
pub(super) async fn tell(
    store: &impl KeyValue,
    telling: &Telling,
    today: NaiveDate,
) -> Result<(), RecordError> {
    match telling {
        Telling::Certificate(number, event) => {
            let subject = Subject::Certificate(number.clone());
            let names = certificate::indexes_of(event).into_iter();
            let indexes: Vec<_> = names.map(|name| Index::named(store, name)).collect();
            let id = event.id(number).to_string();
            let announced = event.may_open().then_some((subject, event.on()));
            record::<_, Certificates>(
                store,
                &number.to_string(),
                written(id, today, event.clone()),
                &indexes,
                announced,
            )
            .await
        }
        Telling::Published(published) => {
            let id = published.notice_id();
            let indexes = [
                Index::named(store, notice::index_of_evaluation(&published.evaluation)),
                Index::named(store, notice::index_of_programme(&published.programme)),
                Index::named(store, notice::INDEX),
            ];
            let event = notice::Event::Published(published.clone());
            let announced = Some((Subject::Notice(id.clone()), published.published));
            let event = written(event.id(&id), today, event);
            record::<_, Notices>(store, &id, event, &indexes, announced).await
        }
        Telling::Withdrawn(id, withdrawn) => {
            let event = notice::Event::Withdrawn(withdrawn.clone());
            let event = written(event.id(id), today, event);
            record::<_, Notices>(store, id, event, &[], None).await
        }
    }
}

fn written<E>(id: String, today: NaiveDate, event: E) -> Written<E> {
    let at = DateTime::parse_from_rfc3339(&format!("{today}T09:00:00+08:00")).unwrap();
    Written::new(id, at, "registrar", event)
}

/// The steps of a write that may bring something to be owed: entered, recorded, looked after.
async fn record<S: KeyValue, R: Record<Event: Clone>>(
    store: &S,
    id: &str,
    event: Written<R::Event>,
    indexes: &[Index<'_, S>],
    announced: Option<(Subject, NaiveDate)>,
) -> Result<(), RecordError> {
    let agenda = Agenda::of(store);
    let journal = Journal::<_, R>::of(store, id);
    let mut log = journal.read().await?;
    let entered = match &announced {
        Some((subject, on)) if !log.contains(&event.id) => {
            Some(agenda.look_for(subject, *on, &event.id).await?)
        }
        _ => None,
    };
    journal.record(&mut log, event, indexes).await?;
    if let Some((subject, on)) = &announced {
        agenda.still_ahead(subject, *on, entered).await?;
    }
    Ok(())
}
