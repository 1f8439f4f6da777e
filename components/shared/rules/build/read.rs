//! Reads a folder of programmes and checks them.

use std::{error::Error, fmt::Write as _, fs, path::Path};

use crate::lines::line;
use crate::model::{Programme, validate};

/// A programme's file that was read.
pub(crate) struct Read {
    /// The file's text.
    pub(crate) text: String,
    /// The programme.
    pub(crate) programme: &'static Programme,
}

/// The programmes of `folder`: `programmes/*.toml`, by name, each checked against its regulation in
/// `regulations/`.
///
/// # Errors
/// Everything that is wrong with the first file that is, each with line and field.
pub(crate) fn read(folder: &Path) -> Result<Vec<Read>, Box<dyn Error>> {
    let mut files = fs::read_dir(folder.join("programmes"))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    files.retain(|file| {
        file.extension()
            .is_some_and(|extension| extension == "toml")
    });
    files.sort();
    files.iter().map(|file| one(folder, file)).collect()
}

fn one(folder: &Path, file: &Path) -> Result<Read, Box<dyn Error>> {
    let shown = file.display();
    let text = fs::read_to_string(file)?;
    let programme: Programme = toml::from_str(&text).map_err(|e| format!("{shown}: {e}"))?;
    let programme: &'static Programme = Box::leak(Box::new(programme));
    if file
        .file_stem()
        .is_none_or(|stem| stem != programme.id.as_str())
    {
        return Err(format!("{shown}: `id` is the file's name, not `{}`", programme.id).into());
    }
    let regulation = folder
        .join("regulations")
        .join(programme.source.file.as_str());
    let regulation = fs::read_to_string(&regulation)
        .map_err(|e| format!("{shown}: [source] file, {}: {e}", regulation.display()))?;
    let mut defects = String::new();
    for defect in validate(programme, &regulation) {
        let (place, message) = (&defect.place, &defect.message);
        let line = line(&text, place, message);
        write!(defects, "\n  {shown}:{line}: {place}: {message}")?;
    }
    if defects.is_empty() {
        Ok(Read { text, programme })
    } else {
        Err(defects.into())
    }
}
