//! Who asks, and with which key.

use calendar::Counting;
use chrono::DateTime;
use faults::run;
use recognition::certificate::CertificateNumber;
use registry::{Caller, Declined, IssueRequest, Publication, Writer};
use store::{KeyValue, Memory};

fn writer<'w>(
    store: &'w dyn KeyValue,
    [client, key, path, body]: [&'w str; 4],
    acts: bool,
) -> Writer<'w> {
    let caller = Caller {
        name: client,
        acts_for: Box::new(move |_| acts),
    };
    let now = DateTime::parse_from_rfc3339("2026-11-20T09:00:00+08:00").unwrap();
    Writer::new(store, caller, now, Some(key), path, body.as_bytes())
}

/// The register of `store-1.json`.
fn register() -> Memory {
    let values: std::collections::BTreeMap<String, String> =
        serde_json::from_str(include_str!("store-1.json")).unwrap();
    let values = values.into_iter();
    Memory::filled(values.map(|(key, value)| (key, value.into())).collect())
}

/// Publishes the notice that the register has already.
async fn publish_again(writer: &Writer<'_>) -> Result<String, Declined> {
    let publication = Publication {
        evaluation: "2dgyx5ewhjqcr0mmk65h1v4y9s".to_owned(),
        published: "2026-04-20".parse().unwrap(),
        days: None,
        counting: Counting::DayAfter,
    };
    let put = registry::publish(writer, &publication).await?;
    Ok(put.id)
}

/// Keys of different clients have nothing to do with each other. Path and body make the request.
#[test]
fn a_key_is_tied_to_a_client_and_a_request() {
    let request = ["portal", "k", "notices", "{}"];
    let store = register();
    let first = run(publish_again(&writer(&store, request, true))).unwrap();
    assert!(first.is_ok(), "{first:?}");
    for (request, fits) in [
        (request, true),
        (["portal", "k", "notices", "{ }"], false),
        (["portal", "k", "notices/1", "{}"], false),
        (["portal", "k", "notice", "s{}"], false),
        (["portal", "l", "notices", "{ }"], true),
        (["other", "k", "notices", "{ }"], true),
    ] {
        // Each over the store as it was.
        let store = store.clone();
        let told = run(publish_again(&writer(&store, request, true))).unwrap();
        match told {
            Ok(_) => assert!(fits, "{request:?}"),
            Err(error) => assert!(!fits && error == Declined::KeyReused, "{request:?} {error}"),
        }
    }
}

/// Neither the key nor the request can be read from what is stored.
#[test]
fn neither_key_nor_request_is_stored_as_it_came() {
    let store = register();
    let before = store.dump();
    let request = ["portal", "a-secret-key", "a-long-path", "a-long-body"];
    run(publish_again(&writer(&store, request, true)))
        .unwrap()
        .unwrap();
    let after = store.dump();
    let new = after.iter().filter(|(key, _)| !before.contains_key(*key));
    let mut keys = 0;
    for (key, value) in new {
        keys += usize::from(key.starts_with("accredit/idempotency/"));
        let value = std::str::from_utf8(value).unwrap();
        for text in &request[1..] {
            assert!(!key.contains(text) && !value.contains(text), "{text}");
        }
    }
    assert_eq!(keys, 1);
}

/// A client that does not act for the programme is told so, and nothing is written.
#[test]
fn whoever_does_not_act_for_the_programme_writes_nothing() {
    let store = register();
    let before = store.dump();
    let stranger = writer(&store, ["portal", "k", "path", "{}"], false);
    let refused = |told: Option<Result<(), Declined>>| {
        let error = told.unwrap().unwrap_err();
        assert!(matches!(error, Declined::NotForProgramme { .. }), "{error}");
        assert_eq!(store.dump(), before);
    };
    let notice = "h38dswmbb7w3a3zjqn91rc4pde";
    refused(run(async { publish_again(&stranger).await.map(drop) }));
    let certificate = IssueRequest {
        notice: Some(notice.to_owned()),
        evaluation: None,
        issued_on: "2026-05-20".parse().unwrap(),
        until: None,
        reference: None,
    };
    refused(run(async {
        registry::issue(&stranger, &certificate).await.map(drop)
    }));
    let number = CertificateNumber::parse("XZTIC-2026-P66827NY-1").unwrap();
    let event = serde_json::from_str(r#"{"kind": "rectification_passed", "on": "2026-11-19"}"#);
    let event = event.unwrap();
    refused(run(async {
        registry::record_event(&stranger, &number, &event)
            .await
            .map(drop)
    }));
}
