//! What the build refuses in a holiday file, with the message it gives.

#[path = "../../build/holidays.rs"]
mod holidays;
#[path = "../../build/tables.rs"]
mod tables;

/// The notice for 2019 cut down to two holidays, with its amendment.
const GOOD: &str = r#"
year = 2019
number = "国办发明电〔2018〕15号"
issuer = "国务院办公厅"
title = "国务院办公厅关于2019年部分节假日安排的通知"
dated = 2018-12-04
published = 2018-12-06
source_url = "http://www.gov.cn/zhengce/zhengceku/2018-12/06/content_5346276.htm"

[[holiday]]
name = "元旦"
off = [2018-12-30, 2018-12-31, 2019-01-01]
work = [2018-12-29]
text = "2018年12月30日至2019年1月1日放假调休,共3天。2018年12月29日(星期六)上班。"

[[holiday]]
name = "劳动节"
off = [2019-05-01]
work = []
text = "5月1日放假。"

[[amendment]]
number = "国办发明电〔2019〕3号"
issuer = "国务院办公厅"
title = "国务院办公厅关于调整2019年劳动节假期安排的通知"
dated = 2019-03-22
published = 2019-03-22
source_url = "http://www.gov.cn/zhengce/zhengceku/2019-03/22/content_5375877.htm"
replaces = "劳动节"
name = "劳动节"
off = [2019-05-01, 2019-05-02, 2019-05-03, 2019-05-04]
work = [2019-04-28, 2019-05-05]
text = "2019年5月1日至4日放假调休,共4天。4月28日(星期日)、5月5日(星期日)上班。"
"#;

fn problems(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<_> = files
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    match holidays::read(&files).and_then(|years| tables::render(&years, "")) {
        Ok(_) => Vec::new(),
        Err(problems) => problems,
    }
}

#[test]
fn a_good_file_is_taken() {
    assert_eq!(problems(&[("2019.toml", GOOD)]), [""; 0]);
}

#[test]
fn a_bad_file_is_refused_with_file_and_field() {
    for (good, bad, message) in [
        (
            "year = 2019",
            "year = 2018",
            "year: 2018 does not fit the file's name",
        ),
        (
            "published = 2018-12-06",
            "published = 2018-12-03",
            "dated: must not be after `published`",
        ),
        (
            "published = 2018-12-06",
            "published = 2019-01-01",
            "published: must be before the year",
        ),
        (
            "number = \"国办发明电〔2018〕15号\"",
            "number = \" \"",
            "number: is empty",
        ),
        (
            "text = \"5月1日放假。\"",
            "text = \"\"",
            "holiday 劳动节: text: is empty",
        ),
        ("[2018-12-29]", "[2018-12-32]", "work"),
        ("[2018-12-29]", "[\"2018-12-29\"]", "work"),
        ("off = [2019-05-01]\n", "off = [2019-02-29]\n", "off"),
        (
            "[2018-12-29]",
            "[2018-12-28]",
            "holiday 元旦: work: 2018-12-28 is no weekend day; say why in `explained`",
        ),
        (
            "[2018-12-29]",
            "[2018-12-30]",
            "holiday 元旦: work: 2018-12-30 is also a day off",
        ),
        (
            "[2018-12-29]",
            "[2018-12-15]",
            "2018-12-15 is neither in 2019 nor after 15 December of the year before",
        ),
        (
            "off = [2019-05-01]\n",
            "off = [2020-01-01]\n",
            "2020-01-01 is neither in 2019",
        ),
        (
            "[2018-12-30, 2018-12-31, 2019-01-01]",
            "[2018-12-30, 2019-01-01]",
            "holiday 元旦: off: 2018-12-31 is left out of the run; say why in `explained`",
        ),
        (
            "[2018-12-30, 2018-12-31, 2019-01-01]",
            "[2018-12-31, 2018-12-30, 2019-01-01]",
            "holiday 元旦: off: 2018-12-30 must come after 2018-12-31",
        ),
        (
            "off = [2019-05-01]\n",
            "off = [2019-01-01]\n",
            "holiday: 2019-01-01 is named twice",
        ),
        (
            "off = [2019-05-01]\n",
            "off = []\n",
            "holiday 劳动节: names no day",
        ),
        (
            "published = 2019-03-22",
            "published = 2018-12-05",
            "amendment 国办发明电〔2019〕3号: published: must not be before",
        ),
        (
            "replaces = \"劳动节\"",
            "replaces = \"国庆节\"",
            "amendment 国办发明电〔2019〕3号: replaces: 国庆节 is no holiday named above it",
        ),
        (
            "replaces = \"劳动节\"",
            "",
            "amendment 国办发明电〔2019〕3号: replaces: is missing though the holiday has",
        ),
        // The amendment leaves the arrangement of 1 May standing: two notices would hold on one day.
        (
            "replaces = \"劳动节\"",
            "replaces = \"元旦\"",
            "2019-05-01 stands both in 国办发明电〔2018〕15号 and in 国办发明电〔2019〕3号",
        ),
        ("issuer", "isuer", "isuer"),
    ] {
        let text = GOOD.replacen(good, bad, 1);
        assert_ne!(text, GOOD, "{good}");
        let problems = problems(&[("2019.toml", &text)]);
        let told = problems.iter().any(|problem| {
            problem.starts_with("holidays/2019.toml: ") && problem.contains(message)
        });
        assert!(told, "{bad}: {problems:#?}");
    }
}

#[test]
fn an_explanation_lifts_the_checks_of_weekends_and_gaps() {
    let text = GOOD.replacen(
        "work = [2018-12-29]",
        "work = [2018-12-28]\nexplained = \"The notice says so.\"",
        1,
    );
    assert_eq!(problems(&[("2019.toml", &text)]), [""; 0]);
}

#[test]
fn years_follow_one_another() {
    let later = GOOD.replace("2019", "2021").replace("2018-12", "2020-12");
    let problems = problems(&[("2019.toml", GOOD), ("2021.toml", &later)]);
    assert!(
        problems
            .iter()
            .any(|problem| problem.contains("must follow 2019 without a gap"))
    );
    assert_eq!(self::problems(&[]), ["holidays/ has no file"]);
}
