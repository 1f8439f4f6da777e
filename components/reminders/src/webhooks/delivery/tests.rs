use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::{pending, poll_fn};
use std::task::Poll;

use faults::{Dying, Failing, Failure, Stepped, interleave, run};
use http::{HeaderMap, Uri};
use serde_json::json;
use store::Memory;

use super::*;

const ALLIANCE: &str = "gansu-industry-alliance";
const CENTRE: &str = "gansu-industry-technology-centre";

/// An outbox in the store: messages of a programme are numbered from 1.
struct Outbox<'s>(&'s dyn KeyValue);

impl Outbox<'_> {
    async fn make(&self, programme: &str, count: usize) -> Result<(), RecordError> {
        for _ in 0..count {
            self.0.increment(&format!("n/{programme}")).await?;
        }
        Ok(())
    }
}

fn message(programme: &str, number: u64) -> Message {
    let id = format!("{programme}.{number}");
    Message {
        body: format!("body of {id}").into_bytes(),
        programme: programme.to_owned(),
        id,
    }
}

impl Messages for Outbox<'_> {
    async fn after(
        &self,
        programme: &str,
        cursor: &Cursor,
        limit: usize,
    ) -> Result<Batch, RecordError> {
        let last = self.0.count(&format!("n/{programme}")).await?;
        let begin: u64 = cursor.to_string().parse().unwrap();
        let numbers = (begin + 1..=last).take(limit);
        let messages: Vec<_> = numbers.map(|number| message(programme, number)).collect();
        let next = begin + messages.len() as u64;
        Ok(Batch {
            messages,
            next: next.to_string().parse().unwrap(),
        })
    }

    async fn end(&self, programme: &str) -> Result<Cursor, RecordError> {
        let last = self.0.count(&format!("n/{programme}")).await?;
        Ok(last.to_string().parse().unwrap())
    }

    async fn again(&self, id: &str) -> Result<Option<Message>, RecordError> {
        let (programme, number) = id.split_once('.').unwrap();
        let last = self.0.count(&format!("n/{programme}")).await?;
        let number = number.parse().unwrap();
        Ok((number <= last).then(|| message(programme, number)))
    }
}

/// A request that went out.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sent {
    host: String,
    id: String,
    timestamp: String,
    body: String,
    taken: bool,
}

type Answer = Result<u16, OutboundError>;
type Script<'s> = dyn Fn(&str, &str) -> Answer + 's;

/// Receivers that answer by a script, which is told the host and the id, and a clock that goes on with
/// each request.
struct Scripted<'s> {
    script: Box<Script<'s>>,
    sent: RefCell<Vec<Sent>>,
    elapsed: Cell<Duration>,
    takes: Duration,
    /// So many requests are answered; the sender of the next dies on it.
    left: Cell<usize>,
    interrupted: bool,
}

impl<'s> Scripted<'s> {
    fn new(script: impl Fn(&str, &str) -> Answer + 's) -> Self {
        Self {
            script: Box::new(script),
            sent: RefCell::default(),
            elapsed: Cell::default(),
            takes: Duration::ZERO,
            left: Cell::new(usize::MAX),
            interrupted: false,
        }
    }

    /// The ids that went to a host, in order.
    fn ids(&self, host: &str) -> Vec<String> {
        let sent = self.sent.borrow();
        let sent = sent.iter().filter(|sent| sent.host == host);
        sent.map(|sent| sent.id.clone()).collect()
    }

    /// The ids that a host took, each once.
    fn taken(&self, host: &str) -> Vec<String> {
        let sent = self.sent.borrow();
        let taken = sent.iter().filter(|sent| sent.host == host && sent.taken);
        let mut ids: Vec<_> = taken.map(|sent| sent.id.clone()).collect();
        ids.sort();
        ids.dedup();
        ids
    }

    /// Holds every request to the body of its id.
    fn check_bodies(&self) {
        for sent in self.sent.borrow().iter() {
            assert_eq!(sent.body, format!("body of {}", sent.id));
        }
    }
}

impl Outbound for Scripted<'_> {
    async fn post(
        &self,
        url: &Uri,
        headers: HeaderMap,
        body: Vec<u8>,
        time_out: Duration,
    ) -> Result<StatusCode, OutboundError> {
        assert_eq!(time_out, TIME_OUT);
        if self.interrupted {
            interruption().await;
        }
        let text = |name| headers[name].to_str().unwrap().to_owned();
        let (host, id) = (url.host().unwrap().to_owned(), text("webhook-id"));
        let answer = (self.script)(&host, &id);
        self.sent.borrow_mut().push(Sent {
            taken: answer.is_ok_and(|status| (200..300).contains(&status)),
            host,
            id,
            timestamp: text("webhook-timestamp"),
            body: String::from_utf8(body).unwrap(),
        });
        self.elapsed.set(self.elapsed.get() + self.takes);
        match self.left.get().checked_sub(1) {
            Some(left) => self.left.set(left),
            None => pending().await,
        }
        answer.map(|status| StatusCode::from_u16(status).unwrap())
    }

    fn elapsed(&self) -> Duration {
        self.elapsed.get()
    }
}

async fn interruption() {
    let mut interrupted = false;
    poll_fn(|_| match std::mem::replace(&mut interrupted, true) {
        true => Poll::Ready(()),
        false => Poll::Pending,
    })
    .await;
}

fn named(name: &str, host: &str, programmes: &[&str]) -> serde_json::Value {
    json!({
        "name": name,
        "url": format!("https://{host}/secret-path"),
        "programmes": programmes,
        "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
    })
}

/// A receiver for each host, of that name.
fn receivers(hosts: &[&str]) -> Receivers {
    let entries = hosts.iter().map(|host| named(host, host, &["*"]));
    let entries: Vec<_> = entries.collect();
    Receivers::parse(&json!(entries).to_string()).unwrap()
}

/// 9:00 in China on 23 November 2026, and so many seconds.
fn at(seconds: u64) -> DateTime<FixedOffset> {
    let nine = DateTime::parse_from_rfc3339("2026-11-23T09:00:00+08:00").unwrap();
    later(nine, Duration::from_secs(seconds))
}

fn passes(
    store: &dyn KeyValue,
    receivers: &Receivers,
    outbound: &Scripted,
    seconds: u64,
) -> Vec<Pass> {
    let outbox = Outbox(store);
    let delivered = deliver(store, receivers, &outbox, outbound, at(seconds));
    run(delivered).unwrap().unwrap()
}

fn begun(receivers: &Receivers, made: &[(&str, usize)]) -> Memory {
    let store = Memory::default();
    run(async {
        let outbox = Outbox(&store);
        begin(&store, receivers, &outbox).await.unwrap();
        for (programme, count) in made {
            outbox.make(programme, *count).await.unwrap();
        }
    });
    store
}

fn progress(store: &Memory, name: &str) -> DeliveryProgress {
    run(deliveries::load(store, name))
        .unwrap()
        .unwrap()
        .unwrap()
}

fn ids(programme: &str, numbers: std::ops::RangeInclusive<u64>) -> Vec<String> {
    numbers
        .map(|number| format!("{programme}.{number}"))
        .collect()
}

#[test]
fn each_receiver_is_told_what_is_new_once_and_in_order() {
    let receivers = Receivers::parse(
        &json!([
            named("both", "both.cn", &["*"]),
            named("one", "one.cn", &[CENTRE]),
        ])
        .to_string(),
    );
    let receivers = receivers.unwrap();
    let store = begun(&receivers, &[(ALLIANCE, 6), (CENTRE, 3)]);
    let outbound = Scripted::new(|_, _| Ok(200));
    let told = passes(&store, &receivers, &outbound, 0);
    let pass = |receiver: &str, delivered| Pass {
        receiver: receiver.to_owned(),
        delivered,
        failed: 0,
        given_up: 0,
        waiting: 0,
        wish: Wish::Told,
        end: PassEnd::Done,
    };
    assert_eq!(told, [pass("both", 9), pass("one", 3)]);
    let both = [ids(ALLIANCE, 1..=6), ids(CENTRE, 1..=3)].concat();
    assert_eq!(outbound.ids("both.cn"), both);
    assert_eq!(outbound.ids("one.cn"), ids(CENTRE, 1..=3));
    outbound.check_bodies();

    assert_eq!(
        passes(&store, &receivers, &outbound, 1),
        [pass("both", 0), pass("one", 0)]
    );
}

#[test]
fn one_that_is_new_starts_with_what_is_made_from_then_on() {
    let (old, both) = (receivers(&["old"]), receivers(&["old", "new"]));
    let store = begun(&old, &[(ALLIANCE, 2)]);
    let outbound = Scripted::new(|_, _| Ok(204));
    // Without a beginning nothing is sent, and nothing is written.
    passes(&store, &both, &outbound, 0);
    assert_eq!(outbound.ids("old"), ids(ALLIANCE, 1..=2));
    assert_eq!(outbound.ids("new"), [""; 0]);
    assert!(!store.dump().contains_key("accredit/webhook/new"));

    let outbox = Outbox(&store);
    run(begin(&store, &both, &outbox)).unwrap().unwrap();
    run(outbox.make(ALLIANCE, 1)).unwrap().unwrap();
    // Another beginning changes nothing.
    let before = store.dump();
    run(begin(&store, &both, &outbox)).unwrap().unwrap();
    assert_eq!(store.dump(), before);
    passes(&store, &both, &outbound, 1);
    assert_eq!(outbound.ids("old"), ids(ALLIANCE, 1..=3));
    assert_eq!(outbound.ids("new"), ids(ALLIANCE, 3..=3));
}

#[test]
fn a_programme_that_is_new_to_a_receiver_starts_with_what_is_made_from_then_on() {
    let with = |programmes: &[&str]| {
        Receivers::parse(&json!([named("a", "a", programmes)]).to_string()).unwrap()
    };
    let store = begun(&with(&[ALLIANCE]), &[(ALLIANCE, 1), (CENTRE, 2)]);
    let outbox = Outbox(&store);
    let both = with(&[ALLIANCE, CENTRE]);
    run(begin(&store, &both, &outbox)).unwrap().unwrap();
    run(outbox.make(CENTRE, 1)).unwrap().unwrap();
    let outbound = Scripted::new(|_, _| Ok(200));
    passes(&store, &both, &outbound, 0);
    let told = [ids(ALLIANCE, 1..=1), ids(CENTRE, 3..=3)].concat();
    assert_eq!(outbound.ids("a"), told);
}

#[test]
fn only_2xx_is_success() {
    for (answer, taken) in [
        (Ok(200), true),
        (Ok(202), true),
        (Ok(204), true),
        (Ok(299), true),
        (Ok(300), false),
        (Ok(301), false),
        (Ok(307), false),
        (Ok(400), false),
        (Ok(401), false),
        (Ok(404), false),
        (Ok(429), false),
        (Ok(500), false),
        (Ok(503), false),
        (Err(OutboundError::TimedOut), false),
        (Err(OutboundError::Refused), false),
        (Err(OutboundError::Failed), false),
    ] {
        let receivers = receivers(&["a"]);
        let store = begun(&receivers, &[(ALLIANCE, 1)]);
        let outbound = Scripted::new(|_, _| answer);
        let pass = &passes(&store, &receivers, &outbound, 0)[0];
        let failed = usize::from(!taken);
        assert_eq!(pass.delivered, 1 - failed, "{answer:?}");
        assert_eq!((pass.failed, pass.waiting), (failed, failed), "{answer:?}");
        assert_eq!(pass.wish, Wish::Told, "{answer:?}");
    }
}

/// The waits are those the README tells receivers.
#[test]
fn what_fails_is_tried_again_after_ever_longer_waits_and_then_given_up() {
    let receivers = receivers(&["a"]);
    let store = begun(&receivers, &[(ALLIANCE, 1)]);
    let outbound = Scripted::new(|_, _| Ok(500));
    let mut seconds = 0;
    let mut pass = passes(&store, &receivers, &outbound, seconds).remove(0);
    let waits = [300, 1800, 7200, 18000, 36000, 50400, 72000, 86400];
    for (attempts, wait) in (1..).zip(waits) {
        assert_eq!((pass.failed, pass.given_up, pass.waiting), (1, 0, 1));
        let early = passes(&store, &receivers, &outbound, seconds + wait - 1).remove(0);
        assert_eq!((early.failed, early.waiting), (0, 1));
        assert_eq!(outbound.sent.borrow().len(), attempts);
        seconds += wait;
        pass = passes(&store, &receivers, &outbound, seconds).remove(0);
    }
    assert_eq!((pass.failed, pass.given_up, pass.waiting), (1, 1, 0));
    let sent = outbound.sent.borrow().clone();
    assert_eq!(sent.len(), 9);
    let mut timestamps: Vec<_> = sent.iter().map(|sent| sent.timestamp.clone()).collect();
    assert_eq!(timestamps[1], at(300).timestamp().to_string());
    timestamps.dedup();
    assert_eq!(timestamps.len(), 9);
    outbound.check_bodies();

    passes(&store, &receivers, &outbound, seconds + 1_000_000);
    assert_eq!(outbound.sent.borrow().len(), 9);
}

#[test]
fn a_410_stops_an_address_for_good_and_loses_nothing() {
    let old = receivers(&["a"]);
    let store = begun(&old, &[(ALLIANCE, 6)]);
    let outbound = Scripted::new(|host, id| match (host, id.ends_with(".3")) {
        ("a", true) => Ok(410),
        _ => Ok(200),
    });
    let pass = passes(&store, &old, &outbound, 0).remove(0);
    assert_eq!((pass.delivered, pass.failed, pass.waiting), (3, 1, 1));
    assert_eq!((pass.wish, pass.end), (Wish::Stopped, PassEnd::Done));
    let pass = passes(&store, &old, &outbound, 1_000_000).remove(0);
    assert_eq!((pass.delivered, pass.waiting), (0, 1));
    assert_eq!((pass.wish, pass.end), (Wish::Stopped, PassEnd::Done));
    assert_eq!(outbound.ids("a"), ids(ALLIANCE, 1..=4));

    // The same receiver at another address.
    let new = Receivers::parse(&json!([named("a", "b", &["*"])]).to_string()).unwrap();
    let pass = passes(&store, &new, &outbound, 1).remove(0);
    assert_eq!((pass.delivered, pass.waiting), (3, 0));
    assert_eq!(pass.wish, Wish::Told);
    let told = [ids(ALLIANCE, 3..=3), ids(ALLIANCE, 5..=6)].concat();
    assert_eq!(outbound.ids("b"), told);
    assert_eq!(progress(&store, "a").stopped, None);
}

#[test]
fn one_that_keeps_failing_is_left_alone_and_the_rest_stays_queued() {
    let receivers = receivers(&["down", "up"]);
    let store = begun(&receivers, &[(ALLIANCE, 10), (CENTRE, 10)]);
    let down = Scripted::new(|host, _| match host {
        "down" => Err(OutboundError::Failed),
        _ => Ok(200),
    });
    let told = passes(&store, &receivers, &down, 0);
    assert_eq!((told[0].failed, told[0].waiting), (AT_ONCE, AT_ONCE));
    assert_eq!(told[0].end, PassEnd::Done);
    assert_eq!(told[1].delivered, 20);
    // What was not attempted has not begun to wait: it goes out as soon as the receiver is up.
    let up = Scripted::new(|_, _| Ok(200));
    let told = passes(&store, &receivers, &up, 300);
    assert_eq!((told[0].delivered, told[0].waiting), (20, 0));
    let again = [ids(ALLIANCE, 1..=10), ids(CENTRE, 1..=10)].concat();
    assert_eq!(up.ids("down"), again);
}

#[test]
fn messages_that_are_never_taken_hold_up_no_others() {
    let receivers = receivers(&["a"]);
    let store = begun(&receivers, &[(ALLIANCE, 4)]);
    let outbound = Scripted::new(|_, id| match id.starts_with(ALLIANCE) {
        true => Ok(422),
        false => Ok(200),
    });
    passes(&store, &receivers, &outbound, 0);
    run(Outbox(&store).make(CENTRE, 5)).unwrap().unwrap();
    let pass = passes(&store, &receivers, &outbound, 300).remove(0);
    assert_eq!((pass.failed, pass.delivered), (4, 5));
}

#[test]
fn nothing_new_is_attempted_while_too_much_waits() {
    let receivers = receivers(&["a"]);
    let store = begun(&receivers, &[(ALLIANCE, 250)]);
    let outbound = Scripted::new(|_, _| Ok(500));
    let mut waiting = Vec::new();
    for pass in 0..40 {
        // Before anything is due again.
        waiting.push(passes(&store, &receivers, &outbound, pass)[0].waiting);
    }
    assert_eq!(waiting[24..], [MOST_RETRIES; 16]);
    assert_eq!(outbound.sent.borrow().len(), MOST_RETRIES);
    assert_eq!(progress(&store, "a").retries.len(), MOST_RETRIES);
    // It all arrives in the end.
    let up = Scripted::new(|_, _| Ok(200));
    let pass = passes(&store, &receivers, &up, 1000).remove(0);
    assert_eq!((pass.delivered, pass.waiting), (250, 0));
    assert_eq!(up.taken("a").len(), 250);
}

#[test]
fn attempts_begin_in_good_time_or_wait_for_the_next_pass() {
    let receivers = receivers(&["a"]);
    let store = begun(&receivers, &[(ALLIANCE, 40)]);
    let mut outbound = Scripted::new(|_, _| Ok(200));
    outbound.takes = Duration::from_secs(1);
    let mut delivered = Vec::new();
    loop {
        let pass = passes(&store, &receivers, &outbound, 0).remove(0);
        delivered.push(pass.delivered);
        if pass.end == PassEnd::Done {
            break;
        }
    }
    // Rounds of four begin at 0, 4 and 8 seconds.
    assert_eq!(delivered, [12, 12, 12, 4]);
    assert_eq!(outbound.ids("a"), ids(ALLIANCE, 1..=40));

    // So it is with what is tried again.
    run(Outbox(&store).make(ALLIANCE, 3)).unwrap().unwrap();
    let down = Scripted::new(|_, _| Ok(503));
    passes(&store, &receivers, &down, 0);
    outbound.takes = Duration::from_secs(20);
    run(Outbox(&store).make(ALLIANCE, 1)).unwrap().unwrap();
    let pass = passes(&store, &receivers, &outbound, 500).remove(0);
    assert_eq!((pass.delivered, pass.end), (3, PassEnd::OutOfTime));
}

#[test]
fn what_is_told_of_no_longer_or_gone_is_not_tried_again() {
    let with = |programmes: &[&str]| {
        Receivers::parse(&json!([named("a", "a", programmes)]).to_string()).unwrap()
    };
    let store = begun(&with(&["*"]), &[(ALLIANCE, 1), (CENTRE, 1)]);
    let down = Scripted::new(|_, _| Ok(500));
    passes(&store, &with(&["*"]), &down, 0);
    let mut kept = progress(&store, "a");
    kept.retries.push(Retry {
        id: format!("{CENTRE}.77"),
        attempts: 1,
        not_before: at(0),
    });
    run(deliveries::save(&store, "a", &kept)).unwrap().unwrap();
    let up = Scripted::new(|_, _| Ok(200));
    let pass = passes(&store, &with(&[CENTRE]), &up, 300).remove(0);
    assert_eq!((pass.delivered, pass.given_up, pass.waiting), (1, 1, 0));
    assert_eq!(up.ids("a"), ids(CENTRE, 1..=1));
}

#[test]
fn the_store_holds_no_address_no_secret_and_no_body() {
    let receivers = receivers(&["a"]);
    let store = begun(&receivers, &[(ALLIANCE, 2)]);
    let outbound = Scripted::new(|_, id| match id.ends_with('2') {
        true => Ok(410),
        false => Ok(500),
    });
    passes(&store, &receivers, &outbound, 0);
    let kept = String::from_utf8(store.dump()["accredit/webhook/a"].clone()).unwrap();
    assert!(
        kept.contains("stopped") && kept.contains("retries"),
        "{kept}"
    );
    for hidden in ["https", "secret", "whsec", "body"] {
        assert!(!kept.contains(hidden), "{kept}");
    }
}

/// What a tick does.
async fn tick(
    store: &dyn KeyValue,
    receivers: &Receivers,
    outbound: &Scripted<'_>,
    made: usize,
    seconds: u64,
) -> Result<Vec<Pass>, RecordError> {
    let outbox = Outbox(store);
    begin(store, receivers, &outbox).await?;
    outbox.make(ALLIANCE, made).await?;
    deliver(store, receivers, &outbox, outbound, at(seconds)).await
}

/// Ticks until nothing waits any more, and checks that everything made has arrived.
fn finish(store: &Memory, receivers: &Receivers, outbound: &Scripted, from: u64) {
    for days in 1..=5 {
        outbound.left.set(usize::MAX);
        let seconds = days * 86_400;
        run(tick(store, receivers, outbound, 0, seconds))
            .unwrap()
            .unwrap();
    }
    let last = run(store.count(&format!("n/{ALLIANCE}"))).unwrap().unwrap();
    for receiver in receivers.iter() {
        let (name, host) = (receiver.name(), receiver.url().host().unwrap());
        assert_eq!(outbound.taken(host).len() as u64, last - from, "{name}");
        assert_eq!(progress(store, name).retries, []);
    }
    outbound.check_bodies();
}

/// Every third message fails at first.
fn failing_at_first(seen: &RefCell<BTreeMap<String, u32>>) -> impl Fn(&str, &str) -> Answer + '_ {
    |host, id| {
        let number: u64 = id.rsplit_once('.').unwrap().1.parse().unwrap();
        let mut seen = seen.borrow_mut();
        let times = seen.entry(format!("{host} {id}")).or_default();
        *times += 1;
        match number.is_multiple_of(3) && *times == 1 {
            true => Ok(500),
            false => Ok(200),
        }
    }
}

#[test]
fn a_tick_may_die_at_any_call_of_the_store() {
    let receivers = receivers(&["a", "b"]);
    for calls in 0.. {
        let seen = RefCell::default();
        let outbound = Scripted::new(failing_at_first(&seen));
        let store = Memory::default();
        let dying = Dying::after(&store, calls);
        let ended = run(tick(&dying, &receivers, &outbound, 7, 0));
        // What was made before the first receiver began is nobody's.
        finish(&store, &receivers, &outbound, 0);
        if ended.is_some() {
            assert!(calls > 20, "{calls}");
            break;
        }
    }
}

#[test]
fn a_tick_may_die_at_any_request() {
    let receivers = receivers(&["a", "b"]);
    for requests in 0.. {
        let seen = RefCell::default();
        let outbound = Scripted::new(failing_at_first(&seen));
        outbound.left.set(requests);
        let store = Memory::default();
        let ended = run(tick(&store, &receivers, &outbound, 7, 0));
        finish(&store, &receivers, &outbound, 0);
        if ended.is_some() {
            assert_eq!(requests, 14);
            break;
        }
    }
}

#[test]
fn any_call_of_the_store_may_fail() {
    let receivers = receivers(&["a", "b"]);
    for failure in [Failure::Before, Failure::After] {
        for calls in 0.. {
            let seen = RefCell::default();
            let outbound = Scripted::new(failing_at_first(&seen));
            let store = Memory::default();
            let failing = Failing::after(&store, calls, failure);
            let ended = run(tick(&failing, &receivers, &outbound, 7, 0)).unwrap();
            finish(&store, &receivers, &outbound, 0);
            if ended.is_ok() {
                assert!(calls > 20, "{calls}");
                break;
            }
        }
    }
}

#[test]
fn two_ticks_at_once_lose_nothing() {
    let receivers = receivers(&["a"]);
    // The receiver is new to both, or known to both.
    for known in [0, 2] {
        let seen = RefCell::default();
        let current: RefCell<Scripted> = RefCell::new(Scripted::new(failing_at_first(&seen)));
        let prepare = || {
            seen.borrow_mut().clear();
            let mut outbound = Scripted::new(failing_at_first(&seen));
            outbound.interrupted = true;
            current.replace(outbound);
            match known {
                0 => Memory::default(),
                _ => begun(&receivers, &[(ALLIANCE, known)]),
            }
        };
        let orders = interleave(
            3,
            prepare,
            async |store: &Stepped<'_>, writer| {
                // Each with a way out of its own, onto the same receiver.
                let outbound = Shared(&current);
                let outbox = Outbox(store);
                begin(store, &receivers, &outbox).await?;
                outbox.make(ALLIANCE, 3).await?;
                let now = at(writer as u64);
                deliver(store, &receivers, &outbox, &outbound, now).await
            },
            |store, ends| {
                for end in ends {
                    end.unwrap();
                }
                let mut outbound = current.borrow_mut();
                outbound.interrupted = false;
                finish(store, &receivers, &outbound, 0);
            },
        );
        assert!(orders > 1000, "{orders}");
    }
}

/// The way out that stands there now.
struct Shared<'c, 's>(&'c RefCell<Scripted<'s>>);

impl Outbound for Shared<'_, '_> {
    #[expect(
        clippy::await_holding_refcell_ref,
        reason = "nobody replaces it while requests are out"
    )]
    async fn post(
        &self,
        url: &Uri,
        headers: HeaderMap,
        body: Vec<u8>,
        time_out: Duration,
    ) -> Result<StatusCode, OutboundError> {
        let outbound = self.0.borrow();
        outbound.post(url, headers, body, time_out).await
    }

    fn elapsed(&self) -> Duration {
        self.0.borrow().elapsed()
    }
}
