//! Every word of a regulation is accounted for: quoted by a record, or listed here as none of a rule.

use crate::support::quotes;

/// What of a text no quote covers, run by run, without numbers of articles and punctuation.
pub(crate) fn uncovered(regulation: &str, quotes: &[String]) -> Vec<String> {
    let text: Vec<char> = regulation.chars().filter(|c| !c.is_whitespace()).collect();
    let mut covered = vec![false; text.len()];
    for quote in quotes {
        let quote: Vec<char> = quote.chars().filter(|c| !c.is_whitespace()).collect();
        for (start, window) in text.windows(quote.len()).enumerate() {
            if window == quote {
                covered[start..start + quote.len()].fill(true);
            }
        }
    }
    let mut runs = vec![String::new()];
    for (character, covered) in text.iter().zip(covered) {
        match runs.last_mut() {
            Some(run) if !covered => run.push(*character),
            _ => runs.push(String::new()),
        }
    }
    runs.iter()
        .map(|run| bare(run).to_owned())
        .filter(|run| !run.is_empty())
        .collect()
}

/// Some texts have it as in Chinese, some as in ASCII.
const PUNCTUATION: [char; 9] = ['，', '。', '、', '；', '：', '\u{feff}', ',', ';', ':'];

/// Without 第八条, （三） and punctuation at either end.
fn bare(run: &str) -> &str {
    let mut run = run.trim_matches(PUNCTUATION);
    loop {
        let numbered = run
            .strip_prefix('第')
            .and_then(|rest| rest.split_once('条'))
            .filter(|(number, _)| number.chars().all(|c| "一二三四五六七八九十".contains(c)))
            .or_else(|| {
                let (number, rest) = run.strip_prefix('（')?.split_once('）')?;
                "一二三四五六七八九十"
                    .contains(number)
                    .then_some((number, rest))
            });
        match numbered {
            Some((_, rest)) => run = rest,
            None => return run.trim_matches(PUNCTUATION),
        }
    }
}

#[test]
fn every_word_of_the_gansu_centre_opinions_is_quoted_by_a_record() {
    let regulation = include_str!("../../regulations/gansu-industry-technology-centre.txt");
    let quotes = quotes("gansu-industry-technology-centre");
    let headings = [
        // The title, the number and the addressees.
        "甘肃省工业和信息化委员会关于行业技术中心建设的意见甘工信发〔2015〕454号各市、州工信委，省有关行业协会，有关企业、高等院校、科研院所",
        "一、充分发挥行业技术中心作用",
        "二、行业技术中心的基本条件（一）",
        "三、建立健全行业技术中心运行机制（一）",
        "四、加强行业技术中心监管和服务（一）",
        // The list of annexes, the signature, the numbers of the annexes.
        "附件：1.行业技术中心年度工作总结提纲2.",
        "甘肃省工业和信息化委员会2015年10月29日附件1",
        "附件2",
    ];
    assert_eq!(uncovered(regulation, &quotes), headings);
}

#[test]
fn every_word_of_the_gansu_alliance_notice_is_quoted_by_a_record() {
    let regulation = include_str!("../../regulations/gansu-industry-alliance.txt");
    let quotes = quotes("gansu-industry-alliance");
    let headings = [
        // The title and the addressees.
        "甘肃省工业和信息化厅关于进一步加强产业技术创新联盟相关工作的通知各市、州工信局，有关企业、高等院校、科研院所",
        "一、组建原则（一）产业联盟的基本内涵",
        "产业联盟组建目的",
        "产业联盟组建意义",
        "二、组建条件（一）产业联盟主体结构",
        "签定产业联盟协议",
        "制定产业联盟章程",
        "产业联盟运行机制",
        "建立开放发展机制",
        "三、工作程序（一）提出申请",
        "组织审查",
        "批复成立",
        "四、工作措施及要求",
        "4.",
        // The list of annexes, whose titles say what is not at hand, and the signature.
        "附件：1.",
        "2.",
        "3.",
        "4.",
        "甘肃省工业和信息化厅2020年2月25日",
    ];
    assert_eq!(uncovered(regulation, &quotes), headings);
}

#[test]
fn every_word_of_the_xinzhou_regulation_is_quoted_by_a_record() {
    let regulation = include_str!("../../regulations/xinzhou-technology-innovation-centre.txt");
    let quotes = quotes("xinzhou-technology-innovation-centre");
    let headings = [
        // The letter's title and addressees, the titles, and what the web page left behind.
        "关于印发《忻州市技术创新中心认定管理办法(试行)》的通知各县(市、区)教育科技局、科技服务中心，各有关单位",
        "附件：《忻州市技术创新中心管理办法（试行）》忻州市技术创新中心认定管理办法(试行)第一条",
        // Opens the list of conditions, each of which is a record.
        "申请建设市技术创新中心应具备以下条件：（一）",
        // The heading of the article on procedure, each step of which is a record.
        "市技术创新中心认定程序（一）",
        "[bookmark:_GoBack]（二）",
    ];
    assert_eq!(uncovered(regulation, &quotes), headings);
}
