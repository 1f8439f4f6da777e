//! Due days and the readings of names, changes and grounds: what a file may say, and what is refused.

use rules::ProgrammeFile;

/// What is wrong with the invented programme when `more` is added to its file.
fn defects(more: &str) -> Vec<String> {
    let text = format!(
        "{}\n{more}",
        include_str!("invented/programmes/invented.toml")
    );
    let file: ProgrammeFile = toml::from_str(&text).expect("the file is well formed");
    let defects = rules::validate(&file, include_str!("invented/regulations/invented.txt"));
    let lines = defects
        .into_iter()
        .map(|defect| format!("{}: {}", defect.place, defect.message));
    lines.collect()
}

fn obligation(due: &str) -> String {
    format!(
        r#"[[obligation]]
id = "report"
from = "2020-01-01"
label = {{ zh = "报告", en = "Report" }}
kind = "report"
due = {{ {due} }}
by = "authority"
to = "authority"
cite = {{ article = "第三条", text = "条件如下。" }}"#
    )
}

#[test]
fn a_due_day_is_one_of_the_calendar() {
    for (due, wrong) in [
        (r#"rule = "yearly", month = 2"#, None),
        (r#"rule = "yearly", month = 2, first_after_years = 1"#, None),
        (r#"rule = "yearly", month = 2, day = 29"#, None),
        (
            r#"rule = "yearly", month = 2, day = 30"#,
            Some("`due.day` is no day of `due.month`"),
        ),
        (r#"rule = "yearly", month = 6, day = 30"#, None),
        (
            r#"rule = "yearly", month = 6, day = 31"#,
            Some("`due.day` is no day of `due.month`"),
        ),
        (r#"rule = "yearly", month = 12, day = 31"#, None),
        (
            r#"rule = "yearly", month = 12, day = 32"#,
            Some("`due.day` is no day of `due.month`"),
        ),
        (
            r#"rule = "yearly", month = 12, day = 0"#,
            Some("`due.day` is no day of `due.month`"),
        ),
        (
            r#"rule = "yearly", month = 0"#,
            Some("`due.month` is 1 to 12"),
        ),
        (
            r#"rule = "yearly", month = 13"#,
            Some("`due.month` is 1 to 12"),
        ),
        (r#"rule = "every-years", years = 2"#, None),
        (
            r#"rule = "every-years", years = 2, first_after_years = 1, month = 12"#,
            None,
        ),
        (
            r#"rule = "every-years", years = 2, month = 4, day = 31"#,
            Some("`due.day` is no day of `due.month`"),
        ),
        (
            r#"rule = "every-years", years = 2, day = 31"#,
            Some("`due.day` needs `due.month`"),
        ),
        (
            r#"rule = "every-years", years = 0"#,
            Some("`due.years` is at least 1"),
        ),
    ] {
        let expected: Vec<_> = wrong
            .iter()
            .map(|wrong| format!("obligation `report`: {wrong}"))
            .collect();
        assert_eq!(defects(&obligation(due)), expected, "{due}");
    }
}

#[test]
fn a_change_and_a_ground_rest_on_readings_that_are_there() {
    let record = |kind: &str, rest: &str| {
        format!(
            r#"[[{kind}]]
id = "x"
label = {{ zh = "甲", en = "X" }}
{rest}
cite = {{ article = "第三条", text = "条件如下。" }}
reading = "two-ways""#
        )
    };
    let reading = r#"
[[reading]]
id = "two-ways"
chosen = { zh = "甲", en = "X" }
alternative = { zh = "乙", en = "Y" }
reason = { zh = "丙", en = "Z" }"#;
    let change = record(
        "change",
        "procedure = \"filing\"\nthrough = [\"authority\"]",
    );
    let ground = record("ground", r#"trigger = { on = "found" }"#);
    for record in [change, ground] {
        assert_eq!(
            defects(&record),
            ["reading: there is no reading `two-ways`"],
            "{record}"
        );
        assert_eq!(defects(&format!("{record}\n{reading}")), [""; 0]);
    }
    assert_eq!(
        defects(reading),
        ["reading `two-ways`: nothing rests on it"]
    );
}

#[test]
fn the_name_of_a_certificate_rests_on_a_reading_that_is_there() {
    let named = include_str!("invented/programmes/invented.toml").replace(
        "name_template = ",
        "reading = \"two-ways\"\nname_template = ",
    );
    let file: ProgrammeFile = toml::from_str(&named).expect("the file is well formed");
    let defects = rules::validate(&file, include_str!("invented/regulations/invented.txt"));
    assert_eq!(defects.len(), 1);
    assert_eq!(defects[0].message, "there is no reading `two-ways`");
}

#[test]
fn an_outcome_that_revokes_is_named_by_a_ground() {
    let assessment = obligation(r#"rule = "every-years", years = 3"#)
        .replace("kind = \"report\"", "kind = \"assessment\"");
    let outcome = r#"[[obligation.outcome]]
id = "revoke"
label = { zh = "撤销", en = "Revoked" }
effect = { follows = "revocation" }"#;
    let ground = r#"[[ground]]
id = "failed"
label = { zh = "不合格", en = "Failed" }
trigger = { on = "outcomes", obligation = "report", outcomes = ["revoke"] }
cite = { article = "第三条", text = "条件如下。" }"#;
    assert_eq!(
        defects(&format!("{assessment}\n{outcome}")),
        ["obligation `report`: no ground names the outcome `revoke`"]
    );
    assert_eq!(
        defects(&format!("{assessment}\n{outcome}\n{ground}")),
        [""; 0]
    );
}
