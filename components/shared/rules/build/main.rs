//! Reads and checks `programmes/*.toml` and writes them as Rust, so that a file that is wrong cannot
//! be compiled in and nothing is parsed at run time.

#[expect(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "shared with the crate"
)]
#[path = "../src/model/mod.rs"]
mod model;

mod lines;
mod read;
mod shown;

use std::{env, error::Error, fmt::Write as _, fs, path::Path};

use databake::Bake;
use sha2::{Digest, Sha256};

use read::Read;

/// The level of compression that takes longest and packs most.
const HARDEST: u8 = 10;

#[expect(clippy::print_stdout, reason = "how a build script talks to cargo")]
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=programmes");
    println!("cargo::rerun-if-changed=regulations");
    println!("cargo::rerun-if-changed=src/model");
    let files = read::read(Path::new("."))?;
    let count = files.len();
    let mut table = format!("static PROGRAMMES: [Rules; {count}] = [\n");
    // Apart from the table, so that only what shows pages carries them.
    let mut pages = format!("static PAGES: [Page; {count}] = [\n");
    for Read { text, programme } in files {
        let sha256: String = Sha256::digest(text.as_bytes())
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        let id = programme.id;
        let json = serde_json::to_string(&shown::programme(programme, &sha256))?;
        let programme = programme.bake(&Default::default());
        writeln!(
            table,
            "Rules {{ id: {id:?}, sha256: {sha256:?}, programme: &{programme} }},"
        )?;
        let packed = miniz_oxide::deflate::compress_to_vec(json.as_bytes(), HARDEST);
        writeln!(pages, "Page::new({id:?}, &{packed:?}),")?;
    }
    table.push_str("];\n");
    pages.push_str("];\n");
    let out = env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("programmes.rs"), table + &pages)?;
    Ok(())
}
