//! The components on wasmtime: compiling, linking, and handing them requests the way released Spin
//! does.
//!
//! One instance serves up to 16 requests at once and 128 in all, and is dropped after a second
//! without work. A trap ends every request on its instance.
//! Not here: routes, connections, and what the imported interfaces do.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Error, Result};
use futures::FutureExt as _;
use http_body_util::BodyExt as _;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use tokio::sync::oneshot;
use wasmtime::component::{Accessor, Component as Compiled, Linker, ResourceTable};
use wasmtime::{
    Cache, CacheConfig, Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Store,
};
use wasmtime_wasi::{TrappableError, WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::WasiHttpCtx;
use wasmtime_wasi_http::handler::{HandlerState, Proxy, ProxyHandler, ProxyPre, StoreBundle};
use wasmtime_wasi_http::p3::bindings::ServicePre;
use wasmtime_wasi_http::p3::bindings::http::types::ErrorCode;
use wasmtime_wasi_http::p3::{
    Request, RequestOptions, WasiHttpCtxView, WasiHttpHooks, WasiHttpView, default_send_request,
};

use crate::interfaces::{self, Grants};
use crate::outbound::{AllowedHosts, Decision};
use crate::output::Labelled;

/// The body of a response on its way out.
pub(crate) type ResponseBody = UnsyncBoxBody<Bytes, ErrorCode>;

/// Compiles components and links them with what the host offers.
pub(crate) struct Loader {
    engine: Engine,
    linker: Linker<State>,
}

/// A component ready for requests.
pub(crate) struct Component(ProxyHandler<Worker>);

/// What a component is given: the same for all its instances.
pub(crate) struct Surroundings {
    /// The component's id.
    pub(crate) id: Arc<str>,
    /// What it may reach through the interfaces beside WASI.
    pub(crate) grants: Arc<Grants>,
    /// The requests it may send.
    pub(crate) allowed_hosts: Arc<AllowedHosts>,
}

/// The host's side of one instance.
pub(crate) struct State {
    pub(crate) table: ResourceTable,
    pub(crate) grants: Arc<Grants>,
    pub(crate) open_stores: usize,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    outbound: Outbound,
}

impl Loader {
    /// A loader that keeps compiled code in `cache` for the next start.
    ///
    /// # Errors
    ///
    /// When the cache cannot be made or wasmtime does not run on this machine.
    pub(crate) fn new(cache: &Path) -> Result<Self> {
        let mut settings = CacheConfig::new();
        settings.with_directory(cache);
        let cache = Cache::new(settings)
            .map_err(Error::from)
            .context("cannot use the cache of compiled components")?;
        // The pools reserve a lot of address space, which some machines do not grant.
        let engine = Engine::new(config(cache.clone()).allocation_strategy(pools()))
            .or_else(|_| Engine::new(&config(cache)))?;
        let mut linker = Linker::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
        wasmtime_wasi::p3::add_to_linker(&mut linker)?;
        wasmtime_wasi_http::p3::add_to_linker(&mut linker)?;
        interfaces::add_to_linker(&mut linker)?;
        Ok(Self { engine, linker })
    }

    /// Compiles and links the wasm file at `path`. Takes seconds the first time.
    ///
    /// # Errors
    ///
    /// When the file is missing, is no component, imports what the host does not offer, or does
    /// not answer HTTP in the version released Spin speaks.
    pub(crate) fn load(&self, path: &Path, surroundings: Surroundings) -> Result<Component> {
        let bytes = std::fs::read(path).with_context(|| {
            format!(
                "cannot read {} (has the component been built?)",
                path.display()
            )
        })?;
        let compiled = Compiled::from_binary(&self.engine, &bytes)
            .map_err(Error::from)
            .with_context(|| format!("{} is not a WebAssembly component", path.display()))?;
        let linked = self
            .linker
            .instantiate_pre(&compiled)
            .map_err(Error::from)
            .with_context(|| {
                format!(
                    "{} imports what the local host does not offer",
                    path.display()
                )
            })?;
        let service = ServicePre::new(linked).map_err(Error::from).with_context(|| {
            format!(
                "{} does not export wasi:http/handler@0.3.0-rc-2026-03-15, which spin-sdk 6 makes",
                path.display()
            )
        })?;
        let worker = Worker {
            engine: self.engine.clone(),
            output: Labelled::new(surroundings.id.clone()),
            surroundings,
        };
        Ok(Component(ProxyHandler::new(worker, ProxyPre::P3(service))))
    }
}

fn config(cache: Cache) -> Config {
    let mut config = Config::new();
    config
        .cache(Some(cache))
        .epoch_interruption(true)
        .wasm_component_model_async(true);
    config
}

/// Room for a thousand instances at once, the number Spin allows.
fn pools() -> InstanceAllocationStrategy {
    const INSTANCES: u32 = 1_000;
    let mut pools = PoolingAllocationConfig::default();
    pools
        .total_component_instances(INSTANCES)
        .total_core_instances(4 * INSTANCES)
        .total_memories(INSTANCES)
        .total_tables(2 * INSTANCES)
        .total_stacks(INSTANCES)
        .max_component_instance_size(10 << 20)
        .max_core_instance_size(10 << 20)
        .table_elements(100_000)
        .linear_memory_keep_resident(2 << 20)
        .table_keep_resident(512 << 10);
    InstanceAllocationStrategy::Pooling(pools)
}

impl Component {
    /// Hands a request to an instance and waits for the head of its answer; the body follows while
    /// it is read.
    ///
    /// # Errors
    ///
    /// When the component traps, or hands back an error in place of a response.
    pub(crate) async fn handle(
        &self,
        request: http::Request<Incoming>,
    ) -> Result<http::Response<ResponseBody>> {
        let request = request.map(|body| body.map_err(ErrorCode::from_hyper_request_error));
        let (request, received) = Request::from_http(request);
        let (sender, receiver) = oneshot::channel();
        self.0.spawn(
            None,
            Box::new(move |accessor: &Accessor<State>, proxy: &Proxy| {
                let answered = async move {
                    let Proxy::P3(service) = proxy;
                    let request =
                        accessor.with(|mut access| access.data_mut().table.push(request))?;
                    let response = service
                        .wasi_http_handler()
                        .call_handle(accessor, request)
                        .await??;
                    let response = accessor.with(|mut access| {
                        let response = access.data_mut().table.delete(response)?;
                        response.into_http(&mut access, received)
                    })?;
                    anyhow::Ok(Watched::watch(response))
                };
                Box::pin(answered.then(|answer| async {
                    // Whoever asked may have gone meanwhile; there is nobody to tell then.
                    match answer {
                        Ok((response, gone)) => {
                            if sender.send(Ok(response)).is_ok() {
                                // The instance writes the body only while it is polled, so it must
                                // stay here until the body has left.
                                let _dropped = gone.await;
                            }
                        }
                        Err(error) => {
                            let _gone = sender.send(Err(error));
                        }
                    }
                }))
            }),
        );
        receiver
            .await
            .context("its instance ended, as said above")?
    }
}

/// A response body that tells when it is dropped.
struct Watched {
    body: ResponseBody,
    _alive: oneshot::Sender<()>,
}

impl Watched {
    fn watch(
        response: http::Response<ResponseBody>,
    ) -> (http::Response<ResponseBody>, oneshot::Receiver<()>) {
        let (alive, gone) = oneshot::channel();
        let response = response.map(|body| {
            Self {
                body,
                _alive: alive,
            }
            .boxed_unsync()
        });
        (response, gone)
    }
}

impl Body for Watched {
    type Data = Bytes;
    type Error = ErrorCode;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Frame<Bytes>, ErrorCode>>> {
        std::pin::Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Makes instances for one component and says how long they live.
struct Worker {
    engine: Engine,
    output: Labelled,
    surroundings: Surroundings,
}

impl HandlerState for Worker {
    type StoreData = State;

    fn new_store(&self, _: Option<u64>) -> wasmtime::Result<StoreBundle<State>> {
        let mut wasi = WasiCtx::builder();
        wasi.stdout(self.output.clone()).stderr(self.output.clone());
        let state = State {
            table: ResourceTable::new(),
            grants: self.surroundings.grants.clone(),
            open_stores: 0,
            wasi: wasi.build(),
            http: WasiHttpCtx::new(),
            outbound: Outbound(self.surroundings.allowed_hosts.clone()),
        };
        let mut store = Store::new(&self.engine, state);
        // As in Spin, nothing ever interrupts a component that is busy.
        store.set_epoch_deadline(u64::MAX / 2);
        Ok(StoreBundle {
            store,
            write_profile: Box::new(|_| ()),
        })
    }

    fn request_timeout(&self) -> Duration {
        Duration::MAX
    }

    fn idle_instance_timeout(&self) -> Duration {
        Duration::from_secs(1)
    }

    fn max_instance_reuse_count(&self) -> usize {
        128
    }

    fn max_instance_concurrent_reuse_count(&self) -> usize {
        16
    }

    fn handle_worker_error(&self, error: wasmtime::Error) {
        // Only what went wrong: the functions on the stack have no names in a stripped file.
        eprintln!(
            "[{}] an instance ended: {}",
            self.surroundings.id,
            error.root_cause()
        );
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView {
            hooks: &mut self.outbound,
            table: &mut self.table,
            ctx: &mut self.http,
        }
    }
}

/// Sends the requests a component may send and refuses the others.
struct Outbound(Arc<AllowedHosts>);

type Sent = (
    http::Response<UnsyncBoxBody<Bytes, ErrorCode>>,
    Box<dyn Future<Output = Result<(), ErrorCode>> + Send>,
);

impl WasiHttpHooks for Outbound {
    fn send_request(
        &mut self,
        request: http::Request<UnsyncBoxBody<Bytes, ErrorCode>>,
        options: Option<RequestOptions>,
        _: Box<dyn Future<Output = Result<(), ErrorCode>> + Send>,
    ) -> Box<dyn Future<Output = Result<Sent, TrappableError<ErrorCode>>> + Send> {
        let decision = self.0.decide(request.uri());
        Box::new(async move {
            match decision {
                Decision::Send => {
                    let (response, sending) = default_send_request(request, options).await?;
                    let sending: Box<dyn Future<Output = _> + Send> = Box::new(sending);
                    Ok((response.map(|body| body.boxed_unsync()), sending))
                }
                Decision::Deny => Err(ErrorCode::HttpRequestDenied.into()),
                Decision::ToSelf => Err(ErrorCode::InternalError(Some(
                    "requests of the application to itself do not work on released Spin".to_owned(),
                ))
                .into()),
            }
        })
    }
}
