//! HTTP for all components: the entry point, reading requests, checking who may write, problem details,
//! answers, and outbound requests.
//!
//! Only this crate and `store` use the Spin SDK. This crate knows no programme, no calendar and no record.

#![deny(missing_docs)]

mod answer;
mod auth;
mod china;
pub mod ical;
mod idempotency;
mod outbound;
mod page;
mod problem;
mod query;
mod request;
mod variable;

pub use answer::{
    Body, Caching, Response, created, health, json, json_bytes, leave_whole, matched, stream, text,
};
pub use auth::{Client, Clients, ClientsError, LONGEST_NAME, Role, is_name};
pub use china::now as now_in_china;
pub use idempotency::{IdempotencyKey, idempotency_key};
pub use outbound::{Network, Outbound, OutboundError};
pub use page::Page;
pub use problem::{Fault, Place, Problem};
pub use query::Query;
pub use request::{
    BODY_LIMIT, ByName, Incoming, Request, RequestBody, allow, body, content_type, given,
    parse_json, posted, read_only, segments,
};
pub use variable::variable;

#[doc(hidden)]
pub use spin_sdk;

/// Makes an async function from [`Request`] to [`Response`] the entry point of a component.
///
/// In a native build the macro does nothing, because a native linker does not accept the export's name.
#[macro_export]
macro_rules! component {
    ($handler:path) => {
        #[cfg(target_arch = "wasm32")]
        mod entry {
            struct Component;

            $crate::spin_sdk::wasip3::http::service::export!(Component);

            impl $crate::spin_sdk::wasip3::exports::http::handler::Guest for Component {
                async fn handle(
                    request: $crate::spin_sdk::wasip3::http::types::Request,
                ) -> Result<
                    $crate::spin_sdk::wasip3::http::types::Response,
                    $crate::spin_sdk::wasip3::http::types::ErrorCode,
                > {
                    use $crate::spin_sdk::http::{FromRequest, IntoResponse};
                    let request = <$crate::Request as FromRequest>::from_request(request)?;
                    $handler(request).await.into_response()
                }
            }
        }
    };
}
