//! The words of findings, in Chinese and in English. No judging belongs here.

use crate::{
    Amount, Choice, Document, List, MemberRule, Programme, Str, Text, Unit,
    application::{Attestation, Opinion},
};

pub(crate) fn range(min: Option<Amount>, max: Option<Amount>, unit: Unit) -> Text {
    match (min, max) {
        (Some(min), None) => {
            let min = unit.show(min);
            Text::new(format!("不少于{}", min.zh), format!("at least {}", min.en))
        }
        (None, Some(max)) => {
            let max = unit.show(max);
            Text::new(format!("不超过{}", max.zh), format!("at most {}", max.en))
        }
        (Some(min), Some(max)) => {
            let (shown_min, shown_max) = (unit.show(min), unit.show(max));
            Text::new(
                format!("{}至{}", shown_min.zh, shown_max.zh),
                format!("{min} to {}", shown_max.en),
            )
        }
        (None, None) => Text::new("", ""),
    }
}

pub(crate) fn at_least_other(other: &Text) -> Text {
    Text::new(
        format!("不少于“{}”", other.zh),
        format!("at least as much as “{}”", other.en),
    )
}

pub(crate) fn share(whole: &Text, numerator: u32, denominator: u32, least: bool) -> Text {
    let share = if 100 % denominator == 0 {
        format!("{}%", numerator * (100 / denominator))
    } else {
        format!("{numerator}/{denominator}")
    };
    if least {
        Text::new(
            format!("占“{}”的{share}以上", whole.zh),
            format!("at least {share} of “{}”", whole.en),
        )
    } else {
        Text::new(
            format!("不超过“{}”的{share}", whole.zh),
            format!("at most {share} of “{}”", whole.en),
        )
    }
}

pub(crate) fn compared(part: &Text, whole: &Text) -> Text {
    Text::new(
        format!("{}，对比{}", part.zh, whole.zh),
        format!("{} against {}", part.en, whole.en),
    )
}

fn years(all: &[(i32, Option<Amount>)]) -> String {
    match (all.first(), all.last()) {
        (Some((first, _)), Some((last, _))) => format!("{first}–{last}"),
        _ => String::new(),
    }
}

pub(crate) fn each_year(all: &[(i32, Option<Amount>)], least: Text) -> Text {
    let years = years(all);
    Text::new(
        format!("{years}年每年不少于{}", least.zh),
        format!("at least {} in each of the years {years}", least.en),
    )
}

pub(crate) fn sum_of_years(all: &[(i32, Option<Amount>)], least: Text) -> Text {
    let years = years(all);
    Text::new(
        format!("{years}年累计不少于{}", least.zh),
        format!("at least {} in the years {years} together", least.en),
    )
}

pub(crate) fn rising(all: &[(i32, Option<Amount>)]) -> Text {
    let years = years(all);
    Text::new(
        format!("{years}年逐年增长"),
        format!("higher each year, {years}"),
    )
}

pub(crate) fn yearly(all: &[(i32, Option<Amount>)], unit: Unit) -> Option<Text> {
    let known = all
        .iter()
        .filter_map(|(year, amount)| amount.map(|amount| (year, amount)));
    let shown: Vec<_> = known
        .map(|(year, amount)| (year, unit.show(amount)))
        .collect();
    if shown.is_empty() {
        return None;
    }
    let zh: Vec<_> = shown
        .iter()
        .map(|(year, text)| format!("{year}年{}", text.zh))
        .collect();
    let en: Vec<_> = shown
        .iter()
        .map(|(year, text)| format!("{year}: {}", text.en))
        .collect();
    Some(Text::new(zh.join("，"), en.join(", ")))
}

pub(crate) fn boolean(label: &Text, wanted: bool) -> Text {
    let answer = yes_or_no(wanted);
    Text::new(
        format!("“{}”须为“{}”", label.zh, answer.zh),
        format!("“{}” must be “{}”", label.en, answer.en),
    )
}

pub(crate) fn stated(label: &Text, answer: bool) -> Text {
    let answer = yes_or_no(answer);
    Text::new(
        format!("“{}”为“{}”", label.zh, answer.zh),
        format!("“{}” is “{}”", label.en, answer.en),
    )
}

fn yes_or_no(answer: bool) -> Text {
    if answer {
        Text::new("是", "yes")
    } else {
        Text::new("否", "no")
    }
}

/// The labels of some answers.
pub(crate) fn names(choices: &[Choice], ids: impl IntoIterator<Item = Str>) -> Text {
    let labels: Vec<_> = ids
        .into_iter()
        .filter_map(|id| choices.iter().find(|choice| choice.id == id))
        .map(|choice| &choice.label)
        .collect();
    if labels.is_empty() {
        Text::new("无", "none")
    } else {
        list(&labels)
    }
}

fn list(labels: &[&Text]) -> Text {
    let zh: Vec<&str> = labels.iter().map(|label| label.zh.as_ref()).collect();
    let en: Vec<&str> = labels.iter().map(|label| label.en.as_ref()).collect();
    Text::new(zh.join("、"), en.join(", "))
}

pub(crate) fn one_of(choices: &[Choice], values: List<Str>) -> Text {
    let names = names(choices, values.into_iter().copied());
    match values.len() {
        1 => Text::new(
            format!("须为{}", names.zh),
            format!("must be: {}", names.en),
        ),
        _ => Text::new(
            format!("须为以下之一：{}", names.zh),
            format!("must be one of: {}", names.en),
        ),
    }
}

pub(crate) fn includes_all(choices: &[Choice], values: List<Str>) -> Text {
    let names = names(choices, values.into_iter().copied());
    Text::new(
        format!("须包括：{}", names.zh),
        format!("must include: {}", names.en),
    )
}

pub(crate) fn located_in(name: &Text, division: &str) -> Text {
    Text::new(
        format!("须在{}（行政区划代码{division}开头）", name.zh),
        format!(
            "must be in {} (division codes that start with {division})",
            name.en
        ),
    )
}

pub(crate) fn members(kinds: &[Choice], attributes: &[Choice], rules: List<MemberRule>) -> Text {
    let texts: Vec<_> = rules
        .iter()
        .map(|rule| match rule {
            MemberRule::AtLeast {
                count,
                kinds: wanted,
            } if wanted.is_empty() => Text::new(
                format!("成员不少于{count}个"),
                format!("at least {count} members"),
            ),
            MemberRule::AtLeast {
                count,
                kinds: wanted,
            } => {
                let names = names(kinds, wanted.into_iter().copied());
                Text::new(
                    format!("成员中{}不少于{count}个", names.zh),
                    format!("at least {count} members of: {}", names.en),
                )
            }
            MemberRule::LeadIs { kinds: wanted } => {
                let names = names(kinds, wanted.into_iter().copied());
                Text::new(
                    format!("牵头单位须为{}", names.zh),
                    format!("the member that leads is: {}", names.en),
                )
            }
            MemberRule::Each { attribute } => {
                let name = names(attributes, [*attribute]);
                Text::new(
                    format!("每个成员均须：{}", name.zh),
                    format!("for every member: {}", name.en),
                )
            }
        })
        .collect();
    and(&texts)
}

pub(crate) fn member_count(count: usize) -> Text {
    Text::new(format!("{count}个成员"), format!("{count} members"))
}

pub(crate) fn documents(needed: &[&Document]) -> Text {
    let labels: Vec<_> = needed.iter().map(|document| &document.label).collect();
    let list = list(&labels);
    Text::new(
        format!("须提交：{}", list.zh),
        format!("to be handed in: {}", list.en),
    )
}

pub(crate) fn handed_in(programme: &Programme, ids: &[Str]) -> Text {
    let documents = programme.documents.iter().filter(|d| ids.contains(&d.id));
    let labels: Vec<_> = documents.map(|document| &document.label).collect();
    if labels.is_empty() {
        Text::new("未提交任何材料", "nothing handed in")
    } else {
        list(&labels)
    }
}

pub(crate) fn attested(attestation: &Attestation) -> Text {
    let on = attestation.attested_on;
    match attestation.opinion {
        Opinion::Met => Text::new(
            format!("{on}专家意见：符合"),
            format!("experts on {on}: met"),
        ),
        Opinion::NotMet => Text::new(
            format!("{on}专家意见：不符合"),
            format!("experts on {on}: not met"),
        ),
    }
}

pub(crate) fn and(texts: &[Text]) -> Text {
    join(texts, "；并且", "; and ")
}

/// Several texts that hold together, as one part of an [`or`].
pub(crate) fn together(text: &Text) -> Text {
    Text::new(format!("（{}）", text.zh), format!("({})", text.en))
}

pub(crate) fn or(texts: &[Text]) -> Text {
    join(texts, "；或者", "; or ")
}

fn join(texts: &[Text], zh_between: &str, en_between: &str) -> Text {
    let zh: Vec<&str> = texts.iter().map(|text| text.zh.as_ref()).collect();
    let en: Vec<&str> = texts.iter().map(|text| text.en.as_ref()).collect();
    Text::new(zh.join(zh_between), en.join(en_between))
}
