//! Reads and checks `programmes/*.toml` and writes them as Rust: a wrong file stops the build, and
//! nothing is parsed at run time.

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
    // Three tables, so that a component carries only those it reads.
    let mut programmes = format!("static PROGRAMMES: [Rules; {count}] = [\n");
    let mut criteria = format!("static CRITERIA: [Criteria; {count}] = [\n");
    let mut pages = format!("pub(crate) static PAGES: [Page; {count}] = [\n");
    for Read { text, file } in files {
        let sha256: String = Sha256::digest(text.as_bytes())
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        let id = file.programme.id;
        let baked = file.programme.bake(&Default::default());
        writeln!(
            programmes,
            "Rules {{ id: {id:?}, sha256: {sha256:?}, programme: &{baked} }},"
        )?;
        writeln!(criteria, "{},", file.criteria.bake(&Default::default()))?;
        let json = serde_json::to_string(&shown::page(&file, &sha256))?;
        let packed = miniz_oxide::deflate::compress_to_vec(json.as_bytes(), HARDEST);
        writeln!(pages, "Page::new({id:?}, &{packed:?}),")?;
    }
    for table in [&mut programmes, &mut criteria, &mut pages] {
        table.push_str("];\n");
    }
    let out = env::var("OUT_DIR")?;
    fs::write(
        Path::new(&out).join("programmes.rs"),
        programmes + &criteria + &pages,
    )?;
    Ok(())
}
