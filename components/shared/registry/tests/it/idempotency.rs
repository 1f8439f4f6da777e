use registry::idempotency::{Use, UsedKey};
use registry::trial::{self, Counting, Dying};
use registry::{KeyValue, Memory};

/// A key that came with a request.
fn used<'s, S: KeyValue>(store: &'s S, [client, key, path, body]: [&str; 4]) -> UsedKey<'s, S> {
    UsedKey::new(store, client, Some(key), path, body.as_bytes())
}

const REQUEST: [&str; 4] = ["portal", "k", "notices", "{}"];

fn check(store: &Memory, request: [&str; 4]) -> Use {
    trial::run(used(store, request).check()).unwrap().unwrap()
}

async fn tie(store: &impl KeyValue, request: [&str; 4]) -> Use {
    used(store, request).tie().await.unwrap()
}

#[test]
fn a_key_that_is_tied_fits_its_request_alone() {
    let store = Memory::default();
    assert_eq!(check(&store, REQUEST), Use::Fits);
    // Looking ties nothing.
    assert_eq!(store, Memory::default());
    assert_eq!(trial::run(tie(&store, REQUEST)), Some(Use::Fits));
    for (request, expected) in [
        (REQUEST, Use::Fits),
        (["portal", "k", "notices", "{ }"], Use::Other),
        (["portal", "k", "notices/1", "{}"], Use::Other),
        (["portal", "l", "notices", "{ }"], Use::Fits),
        (["other", "k", "notices", "{ }"], Use::Fits),
    ] {
        assert_eq!(check(&store, request), expected, "{request:?}");
        // Each over the store as it was.
        let store = store.clone();
        let tied = trial::run(tie(&store, request));
        assert_eq!(tied, Some(expected), "{request:?}");
        assert_eq!(check(&store, REQUEST), Use::Fits, "{request:?}");
    }
}

#[test]
fn a_request_without_a_key_asks_nothing_of_the_store() {
    let store = Counting::new(Memory::default());
    let used = UsedKey::new(&store, "portal", None, "notices", b"{}");
    assert_eq!(trial::run(used.check()), Some(Ok(Use::Fits)));
    assert_eq!(trial::run(used.tie()), Some(Ok(Use::Fits)));
    assert_eq!(store.calls(), 0);
}

#[test]
fn a_tie_that_is_interrupted_is_made_good_by_asking_again() {
    for calls in 0.. {
        let store = Memory::default();
        let survived = trial::run(tie(&Dying::after(&store, calls), REQUEST)).is_some();
        assert_eq!(trial::run(tie(&store, REQUEST)), Some(Use::Fits), "{calls}");
        let other = ["portal", "k", "notices", "[]"];
        assert_eq!(check(&store, other), Use::Other, "{calls}");
        if survived {
            assert_eq!(calls, 3);
            break;
        }
    }
}

/// Two requests that come with one key at once: both may be told that it fits, one stays tied.
#[test]
fn of_two_requests_that_tie_one_key_one_stays() {
    let requests = [REQUEST, ["portal", "k", "notices", "[]"]];
    trial::interleave(
        6,
        Memory::default,
        async |store, writer| tie(store, requests[writer]).await,
        |store, told| {
            let stays = requests.map(|request| check(store, request) == Use::Fits);
            assert_eq!(stays.iter().filter(|stays| **stays).count(), 1);
            // Whoever stays was told so.
            for (told, stays) in told.into_iter().zip(stays) {
                assert!(told == Use::Fits || !stays);
            }
        },
    );
    trial::interleave(
        6,
        Memory::default,
        async |store, _| tie(store, REQUEST).await,
        |_, told| assert_eq!(told, [Use::Fits, Use::Fits]),
    );
}
