//! The interfaces beside WASI that a component may import: Spin's key-value and variables, and
//! `wasi:keyvalue`.
//!
//! Calls that are unusable on some backend of released Spin (listing keys, compare-and-swap, batch
//! reads) are refused with a message that says so.
//! Not here: WASI itself, and the backends.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use wasmtime::component::{Accessor, FutureReader, HasData, Linker, Resource, StreamReader};

use crate::component::State;
use crate::store::{self, Failure, KeyValue};
use crate::variables::check_name;

/// The types behind the bindings. Generated code re-exports them, so they must be public to it.
#[expect(
    unreachable_pub,
    reason = "the generated bindings re-export these under names of their own"
)]
mod types {
    use std::sync::Arc;

    /// A store that a component has opened, by its label.
    pub struct Opened(pub(super) Arc<str>);

    /// A compare-and-swap. There never is one: see [`NO_CAS`](super::NO_CAS).
    pub struct Cas;

    pub use super::bindings::spin::key_value::key_value::Error as KeyValueError;
    pub use super::bindings::spin::variables::variables::Error as VariablesError;
    pub use super::bindings::wasi::keyvalue::store::Error as BucketError;
}

mod bindings {
    wasmtime::component::bindgen!({
        path: "wit",
        world: "interfaces",
        imports: { default: async | trappable },
        with: {
            "spin:key-value/key-value.store": super::types::Opened,
            "wasi:keyvalue/store.bucket": super::types::Opened,
            "wasi:keyvalue/atomics.cas": super::types::Cas,
        },
        trappable_error_type: {
            "spin:key-value/key-value.error" => super::types::KeyValueError,
            "spin:variables/variables.error" => super::types::VariablesError,
            "wasi:keyvalue/store.error" => super::types::BucketError,
        },
    });
}

use bindings::spin::key_value::key_value;
use bindings::spin::variables::variables;
use bindings::wasi::keyvalue::{atomics, batch, store as wasi_store};
use types::{BucketError, Cas, KeyValueError, Opened, VariablesError};

/// How many stores one instance may hold open at once, over all requests it serves.
const MAX_OPEN_STORES: usize = 256;

const NO_LISTING: &str = "listing keys is not offered: on released Spin it can block every other \
                          call for good";
const NO_BATCH_READ: &str = "batch reads are not offered: on released Spin they fail on Redis and \
                             leave keys out on SQLite";
const NO_CAS: &str = "compare-and-swap is not offered: on released Spin it lets two writers win on \
                      SQLite and always reports failure on Redis";

/// What a component may reach through these interfaces.
pub(crate) struct Grants {
    /// The component's own variables.
    pub(crate) variables: BTreeMap<String, String>,
    /// The labels of the stores it may open.
    pub(crate) stores: BTreeSet<String>,
    /// The backend behind every label.
    pub(crate) backend: Arc<dyn KeyValue>,
}

/// Marks [`State`] as what these interfaces work on.
pub(crate) struct Access;

impl HasData for Access {
    type Data<'a> = &'a mut State;
}

/// Offers the interfaces of this module to components linked by `linker`.
pub(crate) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    key_value::add_to_linker::<_, Access>(linker, |state| state)?;
    variables::add_to_linker::<_, Access>(linker, |state| state)?;
    wasi_store::add_to_linker::<_, Access>(linker, |state| state)?;
    atomics::add_to_linker::<_, Access>(linker, |state| state)?;
    batch::add_to_linker::<_, Access>(linker, |state| state)
}

enum OpenError {
    AccessDenied,
    TableFull,
    Other(String),
}

impl State {
    /// The backend to open for `label`, if the component may.
    fn granted(&self, label: &str) -> Result<Arc<dyn KeyValue>, OpenError> {
        if !self.grants.stores.contains(label) {
            return Err(OpenError::AccessDenied);
        }
        Ok(self.grants.backend.clone())
    }

    /// Hands the component the store `label`, whose backend has been opened.
    fn hand_over(&mut self, label: String) -> Result<Resource<Opened>, OpenError> {
        if self.open_stores == MAX_OPEN_STORES {
            return Err(OpenError::TableFull);
        }
        let store = self
            .table
            .push(Opened(label.into()))
            .map_err(|error| OpenError::Other(error.to_string()))?;
        self.open_stores += 1;
        Ok(store)
    }

    fn close(&mut self, store: Resource<Opened>) -> wasmtime::Result<()> {
        self.table.delete(store)?;
        self.open_stores -= 1;
        Ok(())
    }

    /// The label `store` was opened under, and the backend behind it.
    fn opened(&self, store: &Resource<Opened>) -> Option<(Arc<str>, Arc<dyn KeyValue>)> {
        let opened = self.table.get(store).ok()?;
        Some((opened.0.clone(), self.grants.backend.clone()))
    }
}

type Store<'a> = &'a Resource<Opened>;

fn opened<T>(
    accessor: &Accessor<T, Access>,
    store: Store<'_>,
) -> Result<(Arc<str>, Arc<dyn KeyValue>), KeyValueError> {
    accessor
        .with(|mut access| access.get().opened(store))
        .ok_or(KeyValueError::NoSuchStore)
}

impl key_value::HostStoreWithStore for Access {
    async fn open<T: Send>(
        accessor: &Accessor<T, Self>,
        label: String,
    ) -> Result<Resource<Opened>, KeyValueError> {
        let opening = async {
            let backend = accessor.with(|mut access| access.get().granted(&label))?;
            backend.open().await.map_err(OpenError::Other)?;
            accessor.with(|mut access| access.get().hand_over(label))
        };
        opening.await.map_err(|error| match error {
            OpenError::AccessDenied => KeyValueError::AccessDenied,
            OpenError::TableFull => KeyValueError::StoreTableFull,
            OpenError::Other(message) => KeyValueError::Other(message),
        })
    }

    async fn get<T: Send>(
        accessor: &Accessor<T, Self>,
        store: Resource<Opened>,
        key: String,
    ) -> Result<Option<Vec<u8>>, KeyValueError> {
        let (label, backend) = opened(accessor, &store)?;
        store::check_key(&key).map_err(KeyValueError::Other)?;
        backend
            .get(&label, &key)
            .await
            .map_err(KeyValueError::Other)
    }

    async fn set<T: Send>(
        accessor: &Accessor<T, Self>,
        store: Resource<Opened>,
        key: String,
        value: Vec<u8>,
    ) -> Result<(), KeyValueError> {
        let (label, backend) = opened(accessor, &store)?;
        let pairs = [(key, value)];
        check_pairs(&pairs).map_err(KeyValueError::Other)?;
        backend
            .set(&label, &pairs)
            .await
            .map_err(KeyValueError::Other)
    }

    async fn delete<T: Send>(
        accessor: &Accessor<T, Self>,
        store: Resource<Opened>,
        key: String,
    ) -> Result<(), KeyValueError> {
        let (label, backend) = opened(accessor, &store)?;
        store::check_key(&key).map_err(KeyValueError::Other)?;
        backend
            .delete(&label, &[key])
            .await
            .map_err(KeyValueError::Other)
    }

    async fn exists<T: Send>(
        accessor: &Accessor<T, Self>,
        store: Resource<Opened>,
        key: String,
    ) -> Result<bool, KeyValueError> {
        Self::get(accessor, store, key)
            .await
            .map(|value| value.is_some())
    }

    async fn get_keys<T: Send>(
        _: &Accessor<T, Self>,
        _: Resource<Opened>,
    ) -> wasmtime::Result<(
        StreamReader<String>,
        FutureReader<Result<(), KeyValueError>>,
    )> {
        Err(wasmtime::Error::msg(NO_LISTING))
    }
}

impl key_value::HostStore for State {
    async fn drop(&mut self, store: Resource<Opened>) -> wasmtime::Result<()> {
        self.close(store)
    }
}

impl key_value::Host for State {
    fn convert_error(&mut self, error: KeyValueError) -> wasmtime::Result<KeyValueError> {
        Ok(error)
    }
}

impl variables::HostWithStore for Access {
    async fn get<T: Send>(
        accessor: &Accessor<T, Self>,
        name: String,
    ) -> Result<String, VariablesError> {
        check_name(&name)
            .map_err(|reason| VariablesError::InvalidName(format!("{name:?}: {reason}")))?;
        accessor
            .with(|mut access| access.get().grants.variables.get(&name).cloned())
            .ok_or_else(|| {
                VariablesError::Undefined(format!("the component has no variable {name:?}"))
            })
    }
}

impl variables::Host for State {
    fn convert_error(&mut self, error: VariablesError) -> wasmtime::Result<VariablesError> {
        Ok(error)
    }
}

impl State {
    fn bucket(&self, bucket: Store<'_>) -> Result<(Arc<str>, Arc<dyn KeyValue>), BucketError> {
        self.opened(bucket).ok_or(BucketError::NoSuchStore)
    }
}

fn other(message: impl Into<String>) -> BucketError {
    BucketError::Other(message.into())
}

fn check_pairs(pairs: &[(String, Vec<u8>)]) -> Result<(), Failure> {
    pairs.iter().try_for_each(|(key, value)| {
        store::check_key(key)?;
        store::check_value(value)
    })
}

impl wasi_store::Host for State {
    async fn open(&mut self, label: String) -> Result<Resource<Opened>, BucketError> {
        let opening = async {
            let backend = self.granted(&label)?;
            backend.open().await.map_err(OpenError::Other)?;
            self.hand_over(label)
        };
        opening.await.map_err(|error| match error {
            OpenError::AccessDenied => BucketError::AccessDenied,
            OpenError::TableFull => other("too many stores are open"),
            OpenError::Other(message) => other(message),
        })
    }

    fn convert_error(&mut self, error: BucketError) -> wasmtime::Result<BucketError> {
        Ok(error)
    }
}

impl wasi_store::HostBucket for State {
    async fn get(
        &mut self,
        bucket: Resource<Opened>,
        key: String,
    ) -> Result<Option<Vec<u8>>, BucketError> {
        let (label, backend) = self.bucket(&bucket)?;
        store::check_key(&key).map_err(other)?;
        backend.get(&label, &key).await.map_err(other)
    }

    async fn set(
        &mut self,
        bucket: Resource<Opened>,
        key: String,
        value: Vec<u8>,
    ) -> Result<(), BucketError> {
        batch::Host::set_many(self, bucket, vec![(key, value)]).await
    }

    async fn delete(&mut self, bucket: Resource<Opened>, key: String) -> Result<(), BucketError> {
        batch::Host::delete_many(self, bucket, vec![key]).await
    }

    async fn exists(&mut self, bucket: Resource<Opened>, key: String) -> Result<bool, BucketError> {
        let value = wasi_store::HostBucket::get(self, bucket, key).await?;
        Ok(value.is_some())
    }

    async fn list_keys(
        &mut self,
        _: Resource<Opened>,
        _: Option<String>,
    ) -> Result<wasi_store::KeyResponse, BucketError> {
        Err(other(NO_LISTING))
    }

    async fn drop(&mut self, bucket: Resource<Opened>) -> wasmtime::Result<()> {
        self.close(bucket)
    }
}

impl batch::Host for State {
    async fn get_many(
        &mut self,
        _: Resource<Opened>,
        _: Vec<String>,
    ) -> Result<Vec<(String, Option<Vec<u8>>)>, BucketError> {
        Err(other(NO_BATCH_READ))
    }

    async fn set_many(
        &mut self,
        bucket: Resource<Opened>,
        pairs: Vec<(String, Vec<u8>)>,
    ) -> Result<(), BucketError> {
        let (label, backend) = self.bucket(&bucket)?;
        check_pairs(&pairs).map_err(other)?;
        backend.set(&label, &pairs).await.map_err(other)
    }

    async fn delete_many(
        &mut self,
        bucket: Resource<Opened>,
        keys: Vec<String>,
    ) -> Result<(), BucketError> {
        let (label, backend) = self.bucket(&bucket)?;
        keys.iter()
            .try_for_each(|key| store::check_key(key))
            .map_err(other)?;
        backend.delete(&label, &keys).await.map_err(other)
    }
}

impl atomics::Host for State {
    async fn increment(
        &mut self,
        bucket: Resource<Opened>,
        key: String,
        delta: i64,
    ) -> Result<i64, BucketError> {
        let (label, backend) = self.bucket(&bucket)?;
        store::check_key(&key).map_err(other)?;
        backend.increment(&label, &key, delta).await.map_err(other)
    }

    async fn swap(
        &mut self,
        _: Resource<Cas>,
        _: Vec<u8>,
    ) -> wasmtime::Result<Result<(), atomics::CasError>> {
        Ok(Err(atomics::CasError::StoreError(other(NO_CAS))))
    }
}

impl atomics::HostCas for State {
    async fn new(&mut self, _: Resource<Opened>, _: String) -> Result<Resource<Cas>, BucketError> {
        Err(other(NO_CAS))
    }

    async fn current(&mut self, _: Resource<Cas>) -> Result<Option<Vec<u8>>, BucketError> {
        Err(other(NO_CAS))
    }

    async fn drop(&mut self, cas: Resource<Cas>) -> wasmtime::Result<()> {
        self.table.delete(cas)?;
        Ok(())
    }
}
