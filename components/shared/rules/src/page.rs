//! A programme as a portal sees it. The page is compiled in packed, at a fifth of its size. An instance
//! unpacks it once, when it is first asked for.

use std::sync::OnceLock;

/// A programme's page, packed by the build script (RFC 1951).
pub(crate) struct Page {
    pub(crate) id: &'static str,
    packed: &'static [u8],
    json: OnceLock<Vec<u8>>,
}

impl Page {
    pub(crate) const fn new(id: &'static str, packed: &'static [u8]) -> Self {
        let json = OnceLock::new();
        Self { id, packed, json }
    }

    /// The page in JSON.
    pub(crate) fn json(&self) -> &[u8] {
        let unpack = || miniz_oxide::inflate::decompress_to_vec(self.packed);
        // What the build script packed can be unpacked.
        self.json.get_or_init(|| unpack().unwrap_or_default())
    }
}
