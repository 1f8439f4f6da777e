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
mod shown;

use std::{env, error::Error, fmt::Write as _, fs, path::Path};

use databake::Bake;
use sha2::{Digest, Sha256};

use model::{Programme, validate};

/// The level of compression that takes longest and packs most.
const HARDEST: u8 = 10;

#[expect(clippy::print_stdout, reason = "how a build script talks to cargo")]
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=programmes");
    println!("cargo::rerun-if-changed=regulations");
    println!("cargo::rerun-if-changed=src/model");
    let mut files = fs::read_dir("programmes")?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    files.retain(|file| {
        file.extension()
            .is_some_and(|extension| extension == "toml")
    });
    files.sort();
    let count = files.len();
    let mut table = format!("static PROGRAMMES: [Rules; {count}] = [\n");
    // Apart from the table, so that only what shows pages carries them.
    let mut pages = format!("static PAGES: [Page; {count}] = [\n");
    for file in files {
        let text = fs::read_to_string(&file)?;
        let programme = read(&file, &text)?;
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

fn read(file: &Path, text: &str) -> Result<&'static Programme, Box<dyn Error>> {
    let shown = file.display();
    let programme: Programme = toml::from_str(text).map_err(|e| format!("{shown}: {e}"))?;
    let programme: &'static Programme = Box::leak(Box::new(programme));
    if file
        .file_stem()
        .is_none_or(|stem| stem != programme.id.as_str())
    {
        return Err(format!("{shown}: `id` is the file's name, not `{}`", programme.id).into());
    }
    let regulation = Path::new("regulations").join(programme.source.file.as_str());
    let regulation = fs::read_to_string(&regulation)
        .map_err(|e| format!("{shown}: [source] file, {}: {e}", regulation.display()))?;
    let mut defects = String::new();
    for defect in validate(programme, &regulation) {
        let line = lines::line(text, &defect.place, &defect.message);
        write!(
            defects,
            "\n  {shown}:{line}: {}: {}",
            defect.place, defect.message
        )?;
    }
    if defects.is_empty() {
        Ok(programme)
    } else {
        Err(defects.into())
    }
}
