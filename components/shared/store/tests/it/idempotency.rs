use faults::{Counting, Dying, interleave, run};
use store::idempotency::{Use, UsedKey};
use store::{KeyValue, Memory};

/// A key that came with a request.
fn used<'s>(store: &'s dyn KeyValue, [key, request]: [&str; 2]) -> UsedKey<'s> {
    UsedKey::new(store, Some(key.to_owned()), request.to_owned())
}

const REQUEST: [&str; 2] = ["k", "a request"];

fn check(store: &Memory, request: [&str; 2]) -> Use {
    run(used(store, request).check()).unwrap().unwrap()
}

async fn tie(store: &dyn KeyValue, request: [&str; 2]) -> Use {
    used(store, request).tie().await.unwrap()
}

#[test]
fn a_key_that_is_tied_fits_its_request_alone() {
    let store = Memory::default();
    assert_eq!(check(&store, REQUEST), Use::Fits);
    // Looking ties nothing.
    assert_eq!(store, Memory::default());
    assert_eq!(run(tie(&store, REQUEST)), Some(Use::Fits));
    for (request, expected) in [
        (REQUEST, Use::Fits),
        (["k", "another request"], Use::Other),
        (["l", "another request"], Use::Fits),
    ] {
        assert_eq!(check(&store, request), expected, "{request:?}");
        // Each over the store as it was.
        let store = store.clone();
        let tied = run(tie(&store, request));
        assert_eq!(tied, Some(expected), "{request:?}");
        assert_eq!(check(&store, REQUEST), Use::Fits, "{request:?}");
    }
}

#[test]
fn a_request_without_a_key_asks_nothing_of_the_store() {
    let memory = Memory::default();
    let store = Counting::new(&memory);
    let used = UsedKey::new(&store, None, "a request".to_owned());
    assert_eq!(run(used.check()), Some(Ok(Use::Fits)));
    assert_eq!(run(used.tie()), Some(Ok(Use::Fits)));
    assert_eq!(store.calls(), 0);
}

#[test]
fn a_tie_that_is_interrupted_is_made_good_by_asking_again() {
    for calls in 0.. {
        let store = Memory::default();
        let survived = run(tie(&Dying::after(&store, calls), REQUEST)).is_some();
        assert_eq!(run(tie(&store, REQUEST)), Some(Use::Fits), "{calls}");
        let other = ["k", "another request"];
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
    let requests = [REQUEST, ["k", "another request"]];
    interleave(
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
    interleave(
        6,
        Memory::default,
        async |store, _| tie(store, REQUEST).await,
        |_, told| assert_eq!(told, [Use::Fits, Use::Fits]),
    );
}
