//! A component that makes the host's behaviour visible: the host's tests drive it, nothing else
//! uses it.
//!
//! | path | does |
//! |---|---|
//! | `/echo` | answers with the request's method, headers and body |
//! | `/count` | how many requests this instance has counted |
//! | `/panic` | panics |
//! | `/error` | hands back an error in place of a response |
//! | `/print` | writes the body to standard output |
//! | `/environment` | the environment variables it sees |
//! | `/variable/{name}` | that variable |
//! | `/outbound` | sends a GET to the URL in the body |
//! | `/kv/{label}/{op}/{key}` | `get`, `set`, `delete`, `exists`, `increment`, `keys`, `many`, `cas` |
//! | `/kv/{label}/set-two/{key}` | gives `{key}` and `{key}-2` the body at once |
//! | `/kv/{label}/delete-two/{key}` | removes both at once |

use std::fmt::Debug;
use std::sync::atomic::{AtomicUsize, Ordering};

use spin_sdk::experimental::wasi::keyvalue::{atomics, batch, store as buckets};
use spin_sdk::http::body::IncomingBodyExt as _;
use spin_sdk::http::{self, Error, IntoResponse, Request, StatusCode};
use spin_sdk::key_value::Store;
use spin_sdk::variables;

/// Requests to `/count` that this instance has answered.
static COUNTED: AtomicUsize = AtomicUsize::new(0);

type Answer = Result<(StatusCode, String), Error>;

/// Answers one request as the table above says.
#[cfg_attr(target_arch = "wasm32", spin_sdk::http_service)]
pub async fn handle(request: Request) -> impl IntoResponse {
    let (request, body) = request.into_parts();
    let path = request.uri.path().to_owned();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    // Only where it is used: the count must not wait for a body.
    let body = async { body.bytes().await.map(|bytes| bytes.to_vec()) };
    match segments[..] {
        ["echo"] => {
            let mut text = format!("{} {}\n", request.method, request.uri);
            for (name, value) in &request.headers {
                text += &format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes()));
            }
            text += "\n";
            text += &String::from_utf8_lossy(&body.await?);
            ok(text)
        }
        ["count"] => ok((COUNTED.fetch_add(1, Ordering::Relaxed) + 1).to_string()),
        ["panic"] => panic!("asked to"),
        ["error"] => Err(Error::other("asked to")),
        ["print"] => {
            let text = body.await?;
            eprintln!("{}", String::from_utf8_lossy(&text));
            ok(String::new())
        }
        ["environment"] => ok(format!("{:?}", std::env::vars().collect::<Vec<_>>())),
        ["variable", name] => answer(variables::get(name).await),
        ["outbound"] => {
            let url = String::from_utf8_lossy(&body.await?).into_owned();
            match http::get(url).await {
                Ok(response) => {
                    let status = response.status();
                    let bytes = response.into_body().bytes().await?;
                    ok(format!("{status} {}", String::from_utf8_lossy(&bytes)))
                }
                Err(error) => answer::<(), _>(Err(error)),
            }
        }
        ["kv", label, "increment", key] => {
            let delta = String::from_utf8_lossy(&body.await?).parse().unwrap_or(1);
            answer(buckets::open(label).and_then(|bucket| atomics::increment(&bucket, key, delta)))
        }
        ["kv", label, "many", key] => answer(
            buckets::open(label).and_then(|bucket| batch::get_many(&bucket, &[key.to_owned()])),
        ),
        ["kv", label, "set-two", key] => {
            let value = body.await?;
            let pairs = two(key).map(|key| (key, value.clone()));
            answer(buckets::open(label).and_then(|bucket| batch::set_many(&bucket, &pairs)))
        }
        ["kv", label, "delete-two", key] => {
            answer(buckets::open(label).and_then(|bucket| batch::delete_many(&bucket, &two(key))))
        }
        ["kv", label, "cas", key] => answer(
            buckets::open(label)
                .and_then(|bucket| atomics::Cas::new(&bucket, key))
                .map(|_| ()),
        ),
        ["kv", label, operation, key] => {
            let store = match Store::open(label).await {
                Ok(store) => store,
                Err(error) => return answer::<(), _>(Err(error)),
            };
            match operation {
                "get" => match store.get(key).await {
                    Ok(Some(value)) => ok(String::from_utf8_lossy(&value).into_owned()),
                    Ok(None) => Ok((StatusCode::NOT_FOUND, String::new())),
                    Err(error) => answer::<(), _>(Err(error)),
                },
                "set" => answer(store.set(key, body.await?).await),
                "delete" => answer(store.delete(key).await),
                "exists" => answer(store.exists(key).await),
                "keys" => answer(store.get_keys().await.collect().await),
                _ => Ok((StatusCode::NOT_FOUND, String::new())),
            }
        }
        _ => Ok((StatusCode::NOT_FOUND, String::new())),
    }
}

fn two(key: &str) -> [String; 2] {
    [key.to_owned(), format!("{key}-2")]
}

fn ok(text: String) -> Answer {
    Ok((StatusCode::OK, text))
}

/// The value as Rust writes it, or 502 with the error.
fn answer<T: Debug, E: Debug>(result: Result<T, E>) -> Answer {
    match result {
        Ok(value) => ok(format!("{value:?}")),
        Err(error) => Ok((StatusCode::BAD_GATEWAY, format!("{error:?}"))),
    }
}
