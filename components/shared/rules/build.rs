//! Reads and checks `programmes/*.toml`, so that a file that is wrong cannot be compiled in.

#[expect(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "shared with the crate, which uses all of it"
)]
#[path = "src/model/mod.rs"]
mod model;

use std::{env, error::Error, fmt::Write as _, fs, path::Path};

use sha2::{Digest, Sha256};

use model::{Programme, validate};

fn main() -> Result<(), Box<dyn Error>> {
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
    let out = env::var("OUT_DIR")?;
    let mut table = format!("static PROGRAMMES: [Compiled; {}] = [\n", files.len());
    for file in files {
        let text = fs::read_to_string(&file)?;
        let programme = read(&file, &text)?;
        let json = Path::new(&out).join(format!("{}.json", programme.id));
        let text_of_programme = serde_json::to_string(&programme)?;
        if serde_json::from_str::<Programme>(&text_of_programme)? != programme {
            return Err(format!("{}: does not survive being written", file.display()).into());
        }
        fs::write(&json, text_of_programme)?;
        let sha256: String = Sha256::digest(text.as_bytes())
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        writeln!(
            table,
            "    Compiled {{ id: {:?}, sha256: {sha256:?}, json: include_str!({json:?}), \
             programme: OnceLock::new() }},",
            programme.id
        )?;
    }
    table.push_str("];\n");
    fs::write(Path::new(&out).join("programmes.rs"), table)?;
    Ok(())
}

fn read(file: &Path, text: &str) -> Result<Programme, Box<dyn Error>> {
    let shown = file.display();
    let programme: Programme = toml::from_str(text).map_err(|e| format!("{shown}: {e}"))?;
    if file
        .file_stem()
        .is_none_or(|stem| stem != programme.id.as_str())
    {
        return Err(format!("{shown}: `id` is the file's name, not `{}`", programme.id).into());
    }
    let regulation = Path::new("regulations").join(&programme.source.file);
    let regulation = fs::read_to_string(&regulation)
        .map_err(|e| format!("{shown}: [source] file, {}: {e}", regulation.display()))?;
    let mut defects = String::new();
    for defect in validate(&programme, &regulation) {
        write!(defects, "\n  {shown}: {}: {}", defect.place, defect.message)?;
    }
    if defects.is_empty() {
        Ok(programme)
    } else {
        Err(defects.into())
    }
}
