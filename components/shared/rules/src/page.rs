//! Programmes as a portal sees them. Their pages are compiled in packed, at a fifth of their size. An
//! instance unpacks a page once, when it is first asked for.

use std::sync::OnceLock;

use crate::tables::PAGES;

/// A programme's page, packed by the build script (RFC 1951).
pub(crate) struct Page {
    id: &'static str,
    packed: &'static [u8],
    json: OnceLock<Vec<u8>>,
}

impl Page {
    pub(crate) const fn new(id: &'static str, packed: &'static [u8]) -> Self {
        let json = OnceLock::new();
        Self { id, packed, json }
    }
}

/// The programme of that name as a portal sees it, in JSON.
pub fn page(id: &str) -> Option<&'static [u8]> {
    let page = PAGES.iter().find(|page| page.id == id)?;
    let unpack = || miniz_oxide::inflate::decompress_to_vec(page.packed);
    // What the build script packed can be unpacked.
    Some(page.json.get_or_init(|| unpack().unwrap_or_default()))
}
