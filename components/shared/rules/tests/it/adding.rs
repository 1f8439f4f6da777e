//! A programme is added by a file and its regulation, and by nothing else.

use std::fs;
use std::path::Path;

use rules::programme_ids;
use serde_json::json;

use crate::read::read;
use crate::support::{evaluation, rulebook};

/// The programmes there are, and one more from a folder of the tests, as the build script would read
/// them.
#[test]
fn a_sixth_programme_is_one_file_and_its_regulation() {
    let folder = tempfile::tempdir().expect("a folder");
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    for source in [crate_folder, &crate_folder.join("tests/it/invented")] {
        for part in ["programmes", "regulations"] {
            fs::create_dir_all(folder.path().join(part)).expect("a folder");
            for file in fs::read_dir(source.join(part)).expect("a folder") {
                let file = file.expect("a file").path();
                let name = file.file_name().expect("a name");
                fs::copy(&file, folder.path().join(part).join(name)).expect("a copy");
            }
        }
    }
    let all = read(folder.path()).expect("the files are sound");
    let ids: Vec<_> = all
        .iter()
        .map(|one| one.file.programme.id.as_str())
        .collect();
    let mut expected = programme_ids();
    expected.push("invented");
    expected.sort_unstable();
    assert_eq!((ids.len(), ids), (6, expected));

    let sixth = all.iter().find(|one| one.file.programme.id == "invented");
    let sixth = sixth.expect("it is among them");
    let rulebook = rulebook(sixth.file.clone());
    // invented.toml: 10 staff from 2020-01-01.
    let request = json!({"applied_on": "2020-01-01", "facts": {"staff": 9}});
    assert_eq!(evaluation(rulebook, &request)["verdict"], "not_eligible");

    // A file that is wrong names itself, the line and the field.
    let file = folder.path().join("programmes/invented.toml");
    let text = sixth.text.as_str();
    let wrong = text.replacen("prefix = \"INV\"", "prefix = \"inv\"", 1);
    fs::write(&file, &wrong).expect("the file");
    let line = wrong.lines().position(|line| line.starts_with("prefix"));
    let line = line.expect("the line") + 1;
    let error = read(folder.path())
        .err()
        .expect("it is refused")
        .to_string();
    let named = format!("invented.toml:{line}: certificate: `prefix`");
    assert!(error.contains(&named), "{error}");
    let unknown = text.replacen("prefix = \"INV\"", "prefixes = \"INV\"", 1);
    fs::write(&file, unknown).expect("the file");
    let error = read(folder.path())
        .err()
        .expect("it is refused")
        .to_string();
    assert!(error.contains(&format!("line {line}")), "{error}");
    assert!(error.contains("prefixes"), "{error}");
}
