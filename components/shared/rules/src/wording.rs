//! The words of findings, in Chinese and in English. No judging belongs here.

use crate::{
    Amount, Application, Attestation, Choice, Condition, Fact, FactType, Given, List, MemberRule,
    Opinion, Status, Str, Test, Text, Unit, judge::TestResult,
};

/// A finding in a sentence.
pub(crate) fn sentence(
    condition: &Condition,
    result: &TestResult,
    application: &Application,
) -> Text {
    let label = &condition.label;
    match result.status {
        Status::Met => {
            let given = given(condition, application);
            Text::new(
                format!("{}：{}符合。", label.zh, given.zh),
                format!("{}: {}met.", label.en, given.en),
            )
        }
        Status::NotMet => {
            let given = given(condition, application);
            let required = required(&condition.test, application);
            let missing = missing(result, application);
            let mut zh = format!("{}：{}不符合：{}", label.zh, given.zh, required.zh);
            let mut en = format!("{}: {}not met: {}", label.en, given.en, required.en);
            if let Some(short) = &result.shortfall {
                zh.push_str(&format!("，相差{}", short.text.zh));
                en.push_str(&format!(", off by {}", short.text.en));
            }
            Text::new(
                format!("{zh}。{}", missing.zh),
                format!("{en}.{}", missing.en),
            )
        }
        Status::Unknown => {
            let required = required(&condition.test, application);
            let missing = missing(result, application);
            Text::new(
                format!(
                    "{}：资料不全，无法判断：{}。{}",
                    label.zh, required.zh, missing.zh
                ),
                format!("{}: undetermined: {}.{}", label.en, required.en, missing.en),
            )
        }
        Status::ForReview => Text::new(
            format!("{}：待专家判断。", label.zh),
            format!("{}: for experts to judge.", label.en),
        ),
    }
}

fn missing(result: &TestResult, application: &Application) -> Text {
    let criteria = application.rulebook.criteria;
    let facts = result
        .missing_facts
        .iter()
        .filter_map(|id| criteria.fact(id));
    let documents = result
        .missing_documents
        .iter()
        .filter_map(|id| criteria.document(id));
    let labels = facts
        .map(|fact| &fact.label)
        .chain(documents.map(|document| &document.label));
    let quoted: Vec<_> = labels.map(quoted).collect();
    if quoted.is_empty() {
        return Text::new("", "");
    }
    let list = join(&quoted, "、", ", ");
    Text::new(
        format!("缺少：{}。", list.zh),
        format!(" Missing: {}.", list.en),
    )
}

/// What was given, with the punctuation before the words that follow. Empty where there is nothing to
/// say.
fn given(condition: &Condition, application: &Application) -> Text {
    let shown = match application.given(&condition.test, &condition.id) {
        None | Some(Given::Documents(_)) => return Text::new("", ""),
        Some(Given::Attestation(attestation)) => attested(attestation),
        Some(Given::Facts(facts)) => match facts.as_slice() {
            [(id, fact)]
                if !matches!(
                    condition.test,
                    Test::IsFalse { .. } | Test::All { .. } | Test::Any { .. }
                ) =>
            {
                shown(*id, fact, &condition.test, application)
            }
            several => {
                let each = several.iter().map(|(id, fact)| {
                    let value = shown(*id, fact, &condition.test, application);
                    let label = label(*id, application);
                    Text::new(
                        format!("{}：{}", label.zh, value.zh),
                        format!("{}: {}", label.en, value.en),
                    )
                });
                join(&each.collect::<Vec<_>>(), "，", ", ")
            }
        },
    };
    Text::new(format!("{}，", shown.zh), format!("{}; ", shown.en))
}

/// The label of a fact, in quotation marks.
fn label(id: Str, application: &Application) -> Text {
    let declared = application.rulebook.criteria.fact(&id);
    quoted(&declared.map_or_else(
        || Text::new(id.as_str(), id.as_str()),
        |fact| fact.label.clone(),
    ))
}

fn quoted(label: &Text) -> Text {
    Text::new(format!("“{}”", label.zh), format!("“{}”", label.en))
}

/// The value of a fact, as people write it.
fn shown(id: Str, fact: &Fact, test: &Test, application: &Application) -> Text {
    let declared = application
        .rulebook
        .criteria
        .fact(&id)
        .map(|declared| &declared.answer);
    let unit = match declared {
        Some(FactType::Number { unit, .. } | FactType::Yearly { unit, .. }) => *unit,
        _ => Unit::Items,
    };
    match fact {
        Fact::Number(amount) => unit.show(*amount),
        Fact::Boolean(answer) => yes_or_no(*answer),
        Fact::Choice(choice) => names(choices(declared), &[*choice]),
        Fact::Choices(choices_given) => names(choices(declared), choices_given),
        Fact::Division(code) => Text::new(code.clone(), code.clone()),
        Fact::Members(members) => {
            let count = members.len();
            Text::new(format!("{count}个成员"), format!("{count} members"))
        }
        Fact::Yearly(_) => {
            let years = match test {
                Test::EachOfLastYears { years, .. }
                | Test::SumOfLastYears { years, .. }
                | Test::RisingEachYear { years, .. } => *years,
                _ => 0,
            };
            let all = application.last_years(&id, years);
            let known = all
                .iter()
                .filter_map(|(year, amount)| Some((year, unit.show((*amount)?))));
            let each = known.map(|(year, shown)| {
                Text::new(
                    format!("{year}年{}", shown.zh),
                    format!("{year}: {}", shown.en),
                )
            });
            join(&each.collect::<Vec<_>>(), "，", ", ")
        }
    }
}

fn attested(attestation: &Attestation) -> Text {
    let on = attestation.attested_on;
    match attestation.opinion {
        Opinion::Met => Text::new(format!("{on}专家认为符合"), format!("experts on {on}: met")),
        Opinion::NotMet => Text::new(
            format!("{on}专家认为不符合"),
            format!("experts on {on}: not met"),
        ),
    }
}

/// What a test requires.
pub(crate) fn required(test: &Test, application: &Application) -> Text {
    let declared = |fact: &Str| {
        application
            .rulebook
            .criteria
            .fact(fact)
            .map(|fact| &fact.answer)
    };
    match test {
        Test::AtLeast { value, unit, .. } => {
            let least = unit.show(*value);
            Text::new(
                format!("应不少于{}", least.zh),
                format!("at least {}", least.en),
            )
        }
        Test::AtMost { value, unit, .. } => {
            let most = unit.show(*value);
            Text::new(
                format!("应不超过{}", most.zh),
                format!("at most {}", most.en),
            )
        }
        Test::WithinRange { min, max, unit, .. } => {
            let (least, most) = (unit.show(*min), unit.show(*max));
            Text::new(
                format!("应为{}至{}", least.zh, most.zh),
                format!("{min} to {}", most.en),
            )
        }
        Test::AtLeastOther { other, .. } => {
            let other = label(*other, application);
            Text::new(
                format!("应不少于{}", other.zh),
                format!("at least as much as {}", other.en),
            )
        }
        Test::ShareAtLeast {
            of,
            numerator,
            denominator,
            ..
        } => {
            let (of, share) = (label(*of, application), share(*numerator, *denominator));
            Text::new(
                format!("应占{}的{share}以上", of.zh),
                format!("at least {share} of {}", of.en),
            )
        }
        Test::ShareAtMost {
            of,
            numerator,
            denominator,
            ..
        } => {
            let (of, share) = (label(*of, application), share(*numerator, *denominator));
            Text::new(
                format!("应不超过{}的{share}", of.zh),
                format!("at most {share} of {}", of.en),
            )
        }
        Test::EachOfLastYears {
            fact,
            years,
            value,
            unit,
        } => {
            let (years, least) = (span(fact, *years, application), unit.show(*value));
            Text::new(
                format!("{years}年每年应不少于{}", least.zh),
                format!("at least {} in each of the years {years}", least.en),
            )
        }
        Test::SumOfLastYears {
            fact,
            years,
            value,
            unit,
        } => {
            let (years, least) = (span(fact, *years, application), unit.show(*value));
            Text::new(
                format!("{years}年累计应不少于{}", least.zh),
                format!("at least {} in the years {years} together", least.en),
            )
        }
        Test::RisingEachYear { fact, years } => {
            let years = span(fact, *years, application);
            Text::new(
                format!("{years}年应逐年增长"),
                format!("higher each year, {years}"),
            )
        }
        Test::IsTrue { fact } => stated(*fact, true, application),
        Test::IsFalse { fact } => stated(*fact, false, application),
        Test::OneOf { fact, values } => {
            let names = names(choices(declared(fact)), values);
            match values.len() {
                1 => Text::new(format!("应为{}", names.zh), format!("it is {}", names.en)),
                _ => Text::new(
                    format!("应为以下之一：{}", names.zh),
                    format!("one of: {}", names.en),
                ),
            }
        }
        Test::IncludesAll { fact, values } => {
            let names = names(choices(declared(fact)), values);
            Text::new(
                format!("应包括：{}", names.zh),
                format!("all of: {}", names.en),
            )
        }
        Test::LocatedIn { division, name, .. } => Text::new(
            format!("应在{}（行政区划代码{division}开头）", name.zh),
            format!("in {} (division codes that start with {division})", name.en),
        ),
        Test::Members { fact, rules } => members(declared(fact), *rules),
        Test::Documents { .. } => {
            Text::new("应提交全部申请材料", "all documents are to be handed in")
        }
        Test::Judgement { question } => question.clone(),
        Test::All { of } => {
            let each: Vec<_> = of.iter().map(|test| required(test, application)).collect();
            join(&each, "，并且", ", and ")
        }
        Test::Any { of } => {
            let each = of.iter().map(|test| {
                let text = required(test, application);
                match test {
                    Test::All { .. } => {
                        Text::new(format!("（{}）", text.zh), format!("({})", text.en))
                    }
                    _ => text,
                }
            });
            join(&each.collect::<Vec<_>>(), "，或者", ", or ")
        }
        Test::Repealed {} => Text::new("", ""),
    }
}

fn stated(fact: Str, wanted: bool, application: &Application) -> Text {
    let (label, answer) = (label(fact, application), yes_or_no(wanted));
    Text::new(
        format!("{}应为“{}”", label.zh, answer.zh),
        format!("{} is to be “{}”", label.en, answer.en),
    )
}

fn yes_or_no(answer: bool) -> Text {
    if answer {
        Text::new("是", "yes")
    } else {
        Text::new("否", "no")
    }
}

fn share(numerator: u32, denominator: u32) -> String {
    if 100 % denominator == 0 {
        format!("{}%", numerator * (100 / denominator))
    } else {
        format!("{numerator}/{denominator}")
    }
}

/// The last calendar years before the application: `2023–2025`.
fn span(fact: &str, years: u8, application: &Application) -> String {
    let all: Vec<(i32, Option<Amount>)> = application.last_years(fact, years);
    match (all.first(), all.last()) {
        (Some((first, _)), Some((last, _))) => format!("{first}–{last}"),
        _ => String::new(),
    }
}

fn members(declared: Option<&'static FactType>, rules: List<MemberRule>) -> Text {
    let attributes = match declared {
        Some(FactType::Members { attributes, .. }) => attributes.items(),
        _ => &[],
    };
    let kinds = choices(declared);
    let each = rules.iter().map(|rule| match rule {
        MemberRule::AtLeast { count, kinds: of } if of.is_empty() => Text::new(
            format!("成员不少于{count}个"),
            format!("at least {count} members"),
        ),
        MemberRule::AtLeast { count, kinds: of } => {
            let of = names(kinds, of);
            Text::new(
                format!("成员中{}不少于{count}个", of.zh),
                format!("at least {count} members of: {}", of.en),
            )
        }
        MemberRule::LeadIs { kinds: of } => {
            let of = names(kinds, of);
            Text::new(
                format!("牵头单位应为{}", of.zh),
                format!("the member that leads is: {}", of.en),
            )
        }
        MemberRule::Each { attribute } => {
            let attribute = names(attributes, &[*attribute]);
            Text::new(
                format!("每个成员均应：{}", attribute.zh),
                format!("for every member: {}", attribute.en),
            )
        }
    });
    join(&each.collect::<Vec<_>>(), "，并且", ", and ")
}

fn choices(declared: Option<&'static FactType>) -> &'static [Choice] {
    match declared {
        Some(
            FactType::Choice { choices }
            | FactType::Choices { choices }
            | FactType::Members { choices, .. },
        ) => choices.items(),
        _ => &[],
    }
}

/// The labels of some answers.
fn names(choices: &[Choice], ids: &[Str]) -> Text {
    let known = ids
        .iter()
        .filter_map(|id| choices.iter().find(|choice| choice.id == *id));
    let labels: Vec<_> = known.map(|choice| choice.label.clone()).collect();
    if labels.is_empty() {
        Text::new("无", "none")
    } else {
        join(&labels, "、", ", ")
    }
}

fn join(texts: &[Text], between_zh: &str, between_en: &str) -> Text {
    let zh: Vec<&str> = texts.iter().map(|text| text.zh.as_ref()).collect();
    let en: Vec<&str> = texts.iter().map(|text| text.en.as_ref()).collect();
    Text::new(zh.join(between_zh), en.join(between_en))
}
