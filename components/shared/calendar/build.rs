//! Checks `holidays/*.toml` and compiles the files into static tables. So a bad file cannot ship, and nothing is parsed
//! at run time.

#[path = "build/holidays.rs"]
mod holidays;
#[path = "build/tables.rs"]
mod tables;

use std::env;
use std::fmt::{self, Write as _};
use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

/// Cargo shows this error through `Debug`, so `Debug` writes one line for each problem.
struct Problems(Vec<String>);

impl fmt::Debug for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.join("\n"))
    }
}

fn main() -> Result<(), Problems> {
    println!("cargo::rerun-if-changed=holidays");
    println!("cargo::rerun-if-changed=build");
    let files = files(Path::new("holidays"))?;
    let years = holidays::read(&files).map_err(Problems)?;
    let source = tables::render(&years, &sha256(&files)?).map_err(Problems)?;
    let out = env::var_os("OUT_DIR").ok_or_else(|| problem("OUT_DIR is not set"))?;
    fs::write(Path::new(&out).join("tables.rs"), source).map_err(problem)
}

fn files(folder: &Path) -> Result<Vec<(String, String)>, Problems> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(problem)? {
        let entry = entry.map_err(problem)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name == "README.md" {
            continue;
        }
        let content = fs::read_to_string(entry.path())
            .map_err(|error| problem(format!("holidays/{name}: {error}")))?;
        files.push((name, content));
    }
    files.sort();
    Ok(files)
}

fn sha256(files: &[(String, String)]) -> Result<String, Problems> {
    let mut hash = Sha256::new();
    for (_, content) in files {
        hash.update(content);
    }
    let mut hex = String::new();
    for byte in hash.finalize() {
        write!(hex, "{byte:02x}").map_err(problem)?;
    }
    Ok(hex)
}

fn problem(problem: impl ToString) -> Problems {
    Problems(vec![problem.to_string()])
}
