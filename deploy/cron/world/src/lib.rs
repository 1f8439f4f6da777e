//! Bindings of `wit/cron.wit`.
//!
//! Spin's SDK for it is on no registry, so they are generated here. A crate of its own: the macro
//! `export!` expands to unsafe code, which the lints let pass only from another crate.

pub use bindings::{Error, Guest, Metadata, export};

/// As generated. Public to the macro.
#[doc(hidden)]
pub mod bindings {
    use spin_sdk::wasip3::wit_bindgen;

    wit_bindgen::generate!({
        world: "spin-cron",
        path: "wit",
        runtime_path: "::spin_sdk::wasip3::wit_bindgen::rt",
        default_bindings_module: "::cron_world::bindings",
        pub_export_macro: true,
    });
}
