//! The store Spin uses by default: one SQLite file, in Spin's own table, so that either can go on
//! with what the other has written.
//!
//! One connection behind a mutex, as in Spin: a slow write holds up every other call.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result};
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{Call, Failure, KeyValue};

const CREATE: &str = "CREATE TABLE IF NOT EXISTS spin_key_value (
    store TEXT NOT NULL,
    key   TEXT NOT NULL,
    value BLOB NOT NULL,

    PRIMARY KEY (store, key)
)";
const GET: &str = "SELECT value FROM spin_key_value WHERE store = ?1 AND key = ?2";
const SET: &str = "INSERT INTO spin_key_value (store, key, value) VALUES (?1, ?2, ?3)
    ON CONFLICT (store, key) DO UPDATE SET value = excluded.value";
const DELETE: &str = "DELETE FROM spin_key_value WHERE store = ?1 AND key = ?2";

/// A SQLite file. Empty once a counter has been mixed up with another value: on Spin that ends
/// every further call until the application is started anew, so it does here.
pub(crate) struct Sqlite(Mutex<Option<Connection>>);

impl Sqlite {
    /// Opens the file at `path`, and makes it and the table where they are missing.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened, or is not a SQLite database.
    pub(crate) fn file(path: &Path) -> Result<Self> {
        Connection::open(path)
            .and_then(Self::with_table)
            .with_context(|| format!("cannot open the key-value store {}", path.display()))
    }

    /// A store that ends with this value.
    ///
    /// # Errors
    ///
    /// When SQLite has no memory for it.
    pub(crate) fn memory() -> Result<Self> {
        Connection::open_in_memory()
            .and_then(Self::with_table)
            .context("cannot make a key-value store in memory")
    }

    fn with_table(connection: Connection) -> rusqlite::Result<Self> {
        connection.execute(CREATE, [])?;
        Ok(Self(Mutex::new(Some(connection))))
    }

    /// Runs `work` on the connection. Blocks the thread, as Spin does; the other requests go on
    /// with the runtime's other threads.
    fn with<T>(
        &self,
        work: impl FnOnce(&mut Option<Connection>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        tokio::task::block_in_place(|| {
            work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
        })
    }

    fn query<T>(
        &self,
        query: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Failure> {
        self.with(|connection| query(alive(connection)?).map_err(failure))
    }
}

fn alive(connection: &mut Option<Connection>) -> Result<&mut Connection, Failure> {
    connection.as_mut().ok_or_else(|| {
        "the store is out of order since a counter was mixed up with another value: start again"
            .to_owned()
    })
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "handed to `map_err`, which passes by value"
)]
fn failure(error: rusqlite::Error) -> Failure {
    error.to_string()
}

impl KeyValue for Sqlite {
    fn open(&self) -> Call<'_, ()> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn get<'a>(&'a self, store: &'a str, key: &'a str) -> Call<'a, Option<Vec<u8>>> {
        Box::pin(async move {
            self.query(|connection| {
                connection
                    .prepare_cached(GET)?
                    .query_row([store, key], |row| row.get(0))
                    .optional()
            })
        })
    }

    fn set<'a>(&'a self, store: &'a str, pairs: &'a [(String, Vec<u8>)]) -> Call<'a, ()> {
        Box::pin(async move {
            self.query(|connection| {
                // A single statement is a transaction of its own.
                if let [(key, value)] = pairs {
                    connection
                        .prepare_cached(SET)?
                        .execute(params![store, key, value])?;
                    return Ok(());
                }
                let transaction = connection.transaction()?;
                for (key, value) in pairs {
                    transaction
                        .prepare_cached(SET)?
                        .execute(params![store, key, value])?;
                }
                transaction.commit()
            })
        })
    }

    fn delete<'a>(&'a self, store: &'a str, keys: &'a [String]) -> Call<'a, ()> {
        Box::pin(async move {
            self.query(|connection| {
                let transaction = connection.transaction()?;
                for key in keys {
                    transaction.prepare_cached(DELETE)?.execute([store, key])?;
                }
                transaction.commit()
            })
        })
    }

    fn increment<'a>(&'a self, store: &'a str, key: &'a str, delta: i64) -> Call<'a, i64> {
        Box::pin(async move {
            self.with(|slot| {
                let connection = alive(slot)?;
                let transaction = connection.transaction().map_err(failure)?;
                let value: Option<Vec<u8>> = transaction
                    .prepare_cached(GET)
                    .and_then(|mut get| get.query_row([store, key], |row| row.get(0)).optional())
                    .map_err(failure)?;
                let old = match value.map(<[u8; 8]>::try_from) {
                    None => 0,
                    Some(Ok(bytes)) => i64::from_le_bytes(bytes),
                    Some(Err(other)) => {
                        drop(transaction);
                        *slot = None;
                        return Err(format!(
                            "{key} is no counter, it holds {} bytes; no further call will succeed",
                            other.len()
                        ));
                    }
                };
                let new = old
                    .checked_add(delta)
                    .ok_or_else(|| format!("the counter {key} cannot go beyond 64 bits"))?;
                transaction
                    .prepare_cached(SET)
                    .and_then(|mut set| set.execute(params![store, key, new.to_le_bytes()]))
                    .map_err(failure)?;
                transaction.commit().map_err(failure)?;
                Ok(new)
            })
        })
    }
}
