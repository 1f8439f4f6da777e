//! Redis, as Spin uses it: a key is stored under its own name, without the store's label; a counter
//! is decimal text.
//!
//! One connection carries all calls at once and is made when a component first opens the store.
//! Stricter than Spin in one thing: no call waits longer than [`PATIENCE`]. Spin waits minutes for
//! a server that does not answer.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{AsyncCommands as _, Client, RedisError};
use tokio::sync::OnceCell;

use super::{Call, Failure, KeyValue};

/// How long a call may take, making the connection included.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long the server may take to accept a connection.
const CONNECTING: Duration = Duration::from_secs(1);
/// How long the server may take to answer a command; after it the connection is made anew.
const ANSWERING: Duration = Duration::from_secs(2);

/// A Redis server.
pub(crate) struct Redis {
    client: Client,
    connection: OnceCell<ConnectionManager>,
}

impl Redis {
    /// The server at `url`. Nothing is sent to it yet.
    ///
    /// # Errors
    ///
    /// When `url` is none of Redis, or asks for TLS, which is not built in here. The message does not
    /// repeat it: it may hold a password.
    pub(crate) fn new(url: &str) -> Result<Self> {
        let url = redis::parse_redis_url(url).context("the url is not one of Redis")?;
        ensure!(
            !matches!(url.scheme(), "rediss" | "valkeys"),
            "Redis over TLS is not supported here"
        );
        Ok(Self {
            client: Client::open(url).context("the url is not one of Redis")?,
            connection: OnceCell::new(),
        })
    }

    /// The connection, made where there was none yet. Where it has broken, the next command starts
    /// making it anew, and fails.
    async fn connection(&self) -> Result<ConnectionManager, RedisError> {
        let connect = || {
            let config = ConnectionManagerConfig::new()
                .set_number_of_retries(0)
                .set_connection_timeout(CONNECTING)
                .set_response_timeout(ANSWERING);
            ConnectionManager::new_with_config(self.client.clone(), config)
        };
        self.connection.get_or_try_init(connect).await.cloned()
    }
}

/// Runs `call`, for [`PATIENCE`] at most.
async fn patiently<T>(call: impl Future<Output = Result<T, RedisError>>) -> Result<T, Failure> {
    match tokio::time::timeout(PATIENCE, call).await {
        Ok(done) => done.map_err(|error| error.to_string()),
        Err(_) => Err("Redis did not answer in time".to_owned()),
    }
}

impl KeyValue for Redis {
    /// Fails where no connection was ever made. One that has broken is found out here, by a `PING`
    /// as on Spin, so that the call that follows finds it mended or fails itself.
    fn open(&self) -> Call<'_, ()> {
        Box::pin(patiently(async {
            let mut connection = self.connection().await?;
            let _broken = connection.ping::<()>().await;
            Ok(())
        }))
    }

    fn get<'a>(&'a self, _: &'a str, key: &'a str) -> Call<'a, Option<Vec<u8>>> {
        Box::pin(patiently(
            async move { self.connection().await?.get(key).await },
        ))
    }

    fn set<'a>(&'a self, _: &'a str, pairs: &'a [(String, Vec<u8>)]) -> Call<'a, ()> {
        Box::pin(patiently(async move {
            let mut connection = self.connection().await?;
            match pairs {
                [(key, value)] => connection.set(key, value).await,
                pairs => connection.mset(pairs).await,
            }
        }))
    }

    fn delete<'a>(&'a self, _: &'a str, keys: &'a [String]) -> Call<'a, ()> {
        Box::pin(patiently(async move {
            self.connection().await?.del(keys).await
        }))
    }

    fn increment<'a>(&'a self, _: &'a str, key: &'a str, delta: i64) -> Call<'a, i64> {
        Box::pin(patiently(async move {
            self.connection().await?.incr(key, delta).await
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_urls_of_redis_without_tls() {
        for good in [
            "redis://127.0.0.1",
            "redis://:secret@a.cn:6380/2",
            "redis+unix:///run/redis.sock",
        ] {
            assert!(Redis::new(good).is_ok(), "{good}");
        }
        for (bad, reason) in [
            ("http://a.cn", "not one of Redis"),
            ("a.cn:6379", "not one of Redis"),
            ("redis://:secret@a.cn/x", "not one of Redis"),
            ("rediss://:secret@a.cn", "TLS is not supported"),
        ] {
            let error = format!("{:#}", Redis::new(bad).err().expect(bad));
            assert!(error.contains(reason), "{bad}: {error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }

    /// Many at once, because whoever waits for the connection tries in turn.
    #[tokio::test]
    async fn a_server_that_never_answers_is_an_error_to_all_in_time() {
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let redis = Redis::new(&format!("redis://{}", silent.local_addr().unwrap())).unwrap();
        let calls = futures::future::join_all((0..20).map(|_| redis.get("default", "k")));
        let answers = tokio::time::timeout(PATIENCE * 2, calls).await.unwrap();
        assert!(answers.iter().all(Result::is_err), "{answers:?}");
    }
}
