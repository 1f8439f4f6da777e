//! What is wrong with a file is told with its line.

use rules::ProgrammeFile;

/// The lines that the defects of `text` are told with, each with the line's own text.
fn told(text: &'static str) -> Vec<(usize, &'static str)> {
    let file: ProgrammeFile = toml::from_str(text).expect("the file is well formed");
    let defects = rules::validate(&file, include_str!("invented/regulations/invented.txt"));
    let lines = defects.iter().map(|defect| {
        let line = crate::lines::line(text, &defect.place, &defect.message);
        (line, text.lines().nth(line - 1).expect("a line"))
    });
    lines.collect()
}

#[test]
fn a_defect_names_the_line_it_stands_on() {
    let sound = include_str!("invented/programmes/invented.toml");
    assert_eq!(told(sound), []);
    for (from, to) in [
        // A condition that asks for a fact there is none of.
        ("fact = \"staff\"", "fact = \"stuff\""),
        // A quote that the regulation has not.
        ("第三条 条件如下", "第三条 条件如上"),
    ] {
        if !sound.contains(from) {
            continue;
        }
        let changed: &'static str = sound.replacen(from, to, 1).leak();
        let expected = changed.lines().position(|line| line.contains(to));
        let expected = expected.expect("the change") + 1;
        let told = told(changed);
        assert!(
            told.iter().any(|(line, _)| *line == expected),
            "{to}: {told:?}"
        );
    }
    // Records that are added at the end.
    for (record, line) in [
        (
            "[[party]]\nid = \"authority\"\nname = { zh = \"甲\", en = \"A\" }\nrole = { zh = \"甲\", en = \"A\" }\ncite = { article = \"第三条\", text = \"条件如下。\" }",
            "id = \"authority\"",
        ),
        (
            "[[step]]\nid = \"x\"\nlabel = { zh = \"甲\", en = \"A\" }\nby = \"nobody\"\ncite = { article = \"第三条\", text = \"条件如下。\" }",
            "by = \"nobody\"",
        ),
        (
            "[[provision]]\nid = \"x\"\nlabel = { zh = \"甲\", en = \"A\" }\ncite = { article = \"第九条\", text = \"并无此语\" }",
            "cite = { article = \"第九条\", text = \"并无此语\" }",
        ),
        (
            "[[document]]\nid = \"Bad id\"\nlabel = { zh = \"甲\", en = \"A\" }\ncite = { article = \"第三条\", text = \"条件如下。\" }",
            "id = \"Bad id\"",
        ),
    ] {
        let text: &'static str = format!("{sound}\n{record}\n").leak();
        let told = told(text);
        assert!(!told.is_empty(), "{record}");
        let first = text.lines().count() - record.lines().count();
        for (number, told) in &told {
            assert!(*number > first, "{record}: {number}: {told}");
        }
        assert!(
            told.iter().any(|(_, told)| *told == line),
            "{record}: {told:?}"
        );
    }
}
