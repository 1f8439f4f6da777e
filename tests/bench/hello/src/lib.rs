//! The smallest component the SDK makes: what the components' speed is measured against.

use spin_sdk::http::{IntoResponse, Request};

/// Answers every request with the same short text.
#[cfg_attr(target_arch = "wasm32", spin_sdk::http_service)]
pub async fn handle(_request: Request) -> impl IntoResponse {
    "hello"
}
