//! The host is killed in the middle of its work, again and again: what it has answered is kept, and what
//! it has not is sent again and then is there once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{self, Sender};
use std::thread;

use serde_json::{Value, json};

use super::clients::{Client, may_write};
use super::fresh;
use super::hosts::{self, Host};
use super::register::{
    CERTIFICATES, ISSUED, KEPT_EVALUATIONS, NOTICES, PUBLISHED, application, encoded, full_name,
    kept, reference, text,
};
use super::server::Answer;
use super::store::Store;
use super::xinzhou::ID;

/// How often it is killed.
const KILLS: usize = 20;

/// How many send to it.
const SENDERS: usize = 6;

/// The most answers it gives between two kills.
const MOST_ANSWERS: usize = 60;

/// Among the other tests, it does nothing. Alone, it is a local host: see `hosts`.
#[test]
fn serves_until_it_is_killed() {
    hosts::serve_where_asked();
}

impl Host {
    fn post(&self, path: &str, body: &Value) -> Result<Answer, String> {
        self.post_as(Client::Office, path, body)
    }

    /// How often each event stands in the history of a certificate. All of them count.
    fn events(&self, number: &str) -> BTreeMap<String, usize> {
        let history = self.read(&format!("{CERTIFICATES}/{number}/history"), &[]);
        let mut events = BTreeMap::new();
        for event in history["events"].as_array().expect("a list") {
            assert_eq!(event["effect"], "counts", "{event}");
            *events.entry(text(&event["id"])).or_default() += 1;
        }
        events
    }

    /// The numbers in a list, from its first page to its last.
    fn listed(&self, query: &str) -> Vec<String> {
        let mut numbers = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = self.read(&format!("{CERTIFICATES}?{query}&limit=100{cursor}"), &[]);
            let entries = page["certificates"].as_array().expect("a list");
            numbers.extend(entries.iter().map(|entry| text(&entry["number"])));
            match page["next"].as_u64() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return numbers,
            }
        }
    }
}

/// What one sender has sent, to every host in turn: for each certificate an application, its notice, the
/// certificate, two events of its own and one of a certificate that all senders add to.
#[derive(Default)]
struct Sent {
    /// What was answered, in order.
    answered: Vec<(Value, Answer)>,
    /// What was not, if anything.
    pending: Option<(String, Value)>,
}

/// How many requests a certificate takes.
const STEPS: usize = 6;

impl Sent {
    /// What is sent next, `shared` being the certificate that all add to.
    fn next(&self, shared: &str) -> (String, Value) {
        let done = self.answered.chunks(STEPS).next_back().unwrap_or_default();
        let made = |step: usize, member: &str| done[step].1.at(member);
        let event = json!({"kind": "approved", "change": "direction", "on": "2026-06-01",
                           "reference": reference()});
        match done.len() {
            1 => {
                let body = json!({"evaluation": made(0, "/id"), "published": PUBLISHED});
                (NOTICES.to_owned(), body)
            }
            2 => {
                let body = json!({"notice": made(1, "/id"), "issued_on": ISSUED});
                (CERTIFICATES.to_owned(), body)
            }
            3 | 4 => {
                let number = text(&made(2, "/number"));
                (format!("{CERTIFICATES}/{number}/events"), event)
            }
            5 => (format!("{CERTIFICATES}/{shared}/events"), event),
            _ => (KEPT_EVALUATIONS.to_owned(), application()),
        }
    }

    /// Sends one request and waits for its answer; one that had none is sent again.
    ///
    /// # Errors
    /// None came, or one that tells of no success.
    fn send(&mut self, host: &Host, shared: &str) -> Result<(), String> {
        let (path, body) = match self.pending.take() {
            Some(pending) => pending,
            None => self.next(shared),
        };
        match host.post(&path, &body) {
            Ok(answer) if answer.status == 201 => {
                self.answered.push((body, answer));
                Ok(())
            }
            Ok(answer) => Err(format!("not made: {answer}")),
            Err(why) => {
                self.pending = Some((path, body));
                Err(why)
            }
        }
    }

    /// Sends one after the other until no answer comes, and tells `answers` of each. Gives what is wrong
    /// but that the host is dead.
    fn keep_sending(&mut self, host: &Host, shared: &str, answers: &Sender<()>) -> Option<String> {
        loop {
            if let Err(why) = self.send(host, shared) {
                return self.pending.is_none().then_some(why);
            }
            // Who has killed the host listens no more.
            let _unheard = answers.send(());
        }
    }

    /// The identifiers of what was added to the shared certificate.
    fn shared(&self) -> impl Iterator<Item = String> {
        let added = self.answered.iter().skip(STEPS - 1).step_by(STEPS);
        added.map(|(_, answer)| text(&answer.at("/id")))
    }

    /// Asserts that everything that was answered, from the certificate `first` on, can be looked up whole.
    /// Nobody else writes to these certificates, so that this holds whenever the host has died.
    fn assert_kept(&self, host: &Host, first: usize) {
        for done in self.answered.chunks(STEPS).skip(first) {
            self.assert_certificate_kept(host, done);
        }
    }

    fn assert_certificate_kept(&self, host: &Host, done: &[(Value, Answer)]) {
        let Some((application, evaluation)) = done.first() else {
            return;
        };
        let bearer = Client::Portal.bearer();
        let path = kept(&text(&evaluation.at("/id")));
        let shown = host.read(&path, &[("authorization", &bearer)]);
        assert_eq!(shown, evaluation.json());

        let Some((_, notice)) = done.get(1) else {
            return;
        };
        let id = text(&notice.at("/id"));
        let shown = host.read(&format!("{NOTICES}/{id}"), &[]);
        for member in [
            "id",
            "evaluation",
            "name",
            "applicant",
            "published",
            "promised",
        ] {
            assert_eq!(shown[member], notice.json()[member], "{shown}");
        }

        let Some((_, issued)) = done.get(2) else {
            return;
        };
        let number = text(&issued.at("/number"));
        let name = full_name(&text(&application["platform"]));
        assert_eq!(shown["granted"]["number"], number, "{shown}");
        let shown = host.read(&format!("{CERTIFICATES}/{number}"), &[]);
        assert_eq!(shown["name"], name, "{shown}");
        assert_eq!(shown["status"], "valid", "{shown}");
        let uscc = text(&application["applicant"]["uscc"]);
        assert_eq!(host.listed(&format!("holder={uscc}")), [&*number]);
        assert_eq!(host.listed(&format!("name={}", encoded(&name))), [&*number]);

        let own = done.iter().skip(3).take(2);
        let mut expected: BTreeMap<_, _> =
            own.map(|(_, made)| (text(&made.at("/id")), 1)).collect();
        expected.insert(text(&issued.at("/event")), 1);
        let mut events = host.events(&number);
        // What was not answered may be there all the same; once it has been, it is answered.
        if self.pending.is_some() {
            for id in expected.keys() {
                assert_eq!(events.remove(id), Some(1), "{id} of {number}");
            }
            assert!(events.len() <= 1, "{number}: {events:?}");
        } else {
            assert_eq!(events, expected, "{number}");
        }
    }
}

#[test]
fn what_was_answered_outlives_the_host() {
    if !hosts::may_start() || !may_write() {
        return;
    }
    let store = Store::start().unwrap_or_else(|why| panic!("{why}"));
    let mut host = Host::start(&store);

    let mut founder = Sent::default();
    for _ in 0..3 {
        let made = founder.send(&host, "");
        made.unwrap_or_else(|why| panic!("{why}"));
    }
    let (_, shared) = &founder.answered[2];
    let (founding, shared) = (text(&shared.at("/event")), text(&shared.at("/number")));
    let mut senders: Vec<Sent> = (0..SENDERS).map(|_| Sent::default()).collect();

    for kill in 0..KILLS {
        let begun: Vec<_> = senders
            .iter()
            .map(|one| one.answered.len() / STEPS)
            .collect();
        let answers_until_death = 1 + fresh::below(MOST_ANSWERS);
        let wrong: Vec<String> = thread::scope(|scope| {
            let (answered, answers) = mpsc::channel();
            let (running, shared) = (&host, &*shared);
            let threads: Vec<_> = senders
                .iter_mut()
                .map(|sender| {
                    let answered = answered.clone();
                    scope.spawn(move || sender.keep_sending(running, shared, &answered))
                })
                .collect();
            drop(answered);
            let given = answers.iter().take(answers_until_death).count();
            assert_eq!(given, answers_until_death, "the host died by itself");
            running.kill();
            let joined = threads.into_iter().map(|sender| sender.join());
            joined
                .filter_map(|wrong| wrong.expect("no sender panics"))
                .collect()
        });
        assert!(wrong.is_empty(), "after {kill} kills: {wrong:#?}");

        host = Host::start(&store);
        for (sender, begun) in senders.iter().zip(&begun) {
            sender.assert_kept(&host, *begun);
        }
        for sender in &mut senders {
            if sender.pending.is_some() {
                let sent = sender.send(&host, &shared);
                sent.unwrap_or_else(|why| panic!("after {kill} kills: {why}"));
            }
        }
        // Of two who wrote to one certificate when the host died, the one may have put an older view over
        // the other's; that it had no answer, and was sent again, has mended this.
        let mut expected: BTreeMap<_, _> = senders
            .iter()
            .flat_map(Sent::shared)
            .map(|id| (id, 1))
            .collect();
        expected.insert(founding.clone(), 1);
        assert_eq!(host.events(&shared), expected, "after {kill} kills");
    }

    let mut numbers = BTreeSet::from([shared]);
    for sender in &senders {
        sender.assert_kept(&host, 0);
        let issued = sender.answered.iter().skip(2).step_by(STEPS);
        numbers.extend(issued.map(|(_, answer)| text(&answer.at("/number"))));
    }
    let listed = host.listed(&format!("programme={ID}&year=2026"));
    assert_eq!(listed.len(), numbers.len(), "something is listed twice");
    assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), numbers);
}
