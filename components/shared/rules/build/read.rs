//! Reads a folder of programmes and checks them.

use std::{error::Error, fmt::Write as _, fs, path::Path};

use crate::lines::line;
use crate::model::{ProgrammeFile, validate};

/// A programme's file that was read.
pub(crate) struct Read {
    /// The file's text.
    pub(crate) text: String,
    /// What the text says.
    pub(crate) file: ProgrammeFile,
}

/// Reads the programmes of `folder`: `programmes/*.toml`, ordered by name. Each is checked against its
/// regulation in `regulations/`.
///
/// # Errors
/// All defects of the first file that has any, each with line and field.
pub(crate) fn read(folder: &Path) -> Result<Vec<Read>, Box<dyn Error>> {
    let mut files = fs::read_dir(folder.join("programmes"))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    files.retain(|file| {
        file.extension()
            .is_some_and(|extension| extension == "toml")
    });
    files.sort();
    files.iter().map(|path| one(folder, path)).collect()
}

fn one(folder: &Path, path: &Path) -> Result<Read, Box<dyn Error>> {
    let shown = path.display();
    let text = fs::read_to_string(path)?;
    let file: ProgrammeFile = toml::from_str(&text).map_err(|e| format!("{shown}: {e}"))?;
    let (id, source) = (file.programme.id, &file.programme.source);
    if path.file_stem().is_none_or(|stem| stem != id.as_str()) {
        return Err(format!("{shown}: `id` is the file's name, not `{id}`").into());
    }
    let regulation = folder.join("regulations").join(source.file.as_str());
    let regulation = fs::read_to_string(&regulation)
        .map_err(|e| format!("{shown}: [source] file, {}: {e}", regulation.display()))?;
    let mut defects = String::new();
    for defect in validate(&file, &regulation) {
        let (place, message) = (&defect.place, &defect.message);
        let line = line(&text, place, message);
        write!(defects, "\n  {shown}:{line}: {place}: {message}")?;
    }
    if defects.is_empty() {
        Ok(Read { text, file })
    } else {
        Err(defects.into())
    }
}
