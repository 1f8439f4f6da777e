//! Turns a refusal of the register into a problem.

use chrono::NaiveDate;
use recognition::certificate::{Refusal, Void};
use registry::{Declined, Overtaken, RecordKind};
use text::{En, Fault, Text, Zh};
use web::Problem;

/// The problem that tells the caller why an operation was declined.
pub fn problem(declined: Declined) -> Problem {
    let (kind, title, text) = match &declined {
        Declined::Faults(faults) => return faults.clone().into(),
        Declined::KeyReused => return Problem::idempotency_key_reused(),
        Declined::NotForProgramme { programme } => return Problem::not_for_programme(programme),
        Declined::NoSuchCertificate => {
            return Problem::not_found(Text::new(
                "没有这个编号的证书。",
                "There is no certificate of this number.",
            ));
        }
        Declined::NoSuchNotice => {
            return Problem::not_found(Text::new("没有这项公示。", "There is no such notice."));
        }
        Declined::NoSuchObjection => {
            return Problem::not_found(Text::new(
                "该公示没有这项异议。",
                "The notice has no such objection.",
            ));
        }
        Declined::NoticeOpen { closes_on } => return notice_open(*closes_on),
        Declined::DoesNotFit(refusal) => return does_not_fit(refusal),
        Declined::TookNoEffect(void) => return conflict_with_certificate(void.text()),
        Declined::Failed(error) => return Problem::internal(error),
        Declined::NotEligibleForNotice => (
            "not-eligible",
            "Not eligible",
            Text::new(
                "该申请评价为不符合条件，不能公示。",
                "The application was judged not eligible and cannot be put on notice.",
            ),
        ),
        Declined::NotEligibleForCertificate => (
            "not-eligible",
            "Not eligible",
            Text::new(
                "该申请评价为不符合条件，不能颁发证书。",
                "The application was judged not eligible; no certificate can be issued on it.",
            ),
        ),
        Declined::NoNoticeInProgramme => (
            "no-notice",
            "No public notice",
            Text::new(
                "该项目的办法未规定公示，可直接凭评价记录颁发证书。",
                "The programme's regulation sets no public notice; a certificate is issued on the evaluation itself.",
            ),
        ),
        Declined::OnNoticeAlready { notice } => (
            "already-on-notice",
            "Already on notice",
            Text::new(
                format!("该申请已在公示（/v1/notices/{notice}）；须先撤回，才能重新公示。"),
                format!(
                    "The application is on notice already (/v1/notices/{notice}); withdraw that one first."
                ),
            ),
        ),
        Declined::EarlierNotice { notice } => (
            "already-on-notice",
            "Already on notice",
            Text::new(
                format!("同一申请另有在先的公示：/v1/notices/{notice}。"),
                format!("The application has an earlier notice: /v1/notices/{notice}."),
            ),
        ),
        Declined::NoticeClosed { last } => (
            "notice-closed",
            "Notice closed",
            Text::new(
                format!("异议应在{}24时前提出，公示已经结束。", Zh(*last)),
                format!("Objections closed at the end of {}.", En(*last)),
            ),
        ),
        Declined::NoticeWithdrawn => (
            "withdrawn",
            "Withdrawn",
            Text::new("该公示已撤回。", "The notice was withdrawn."),
        ),
        Declined::NoticeGranted => (
            "already-granted",
            "Already granted",
            Text::new(
                "已凭该公示颁发证书；此后的异议按证书事项办理。",
                "The certificate was issued on this notice; what comes later is recorded on the certificate.",
            ),
        ),
        Declined::GrantedOtherwise { number, on } => (
            "already-granted",
            "Already granted",
            Text::new(
                format!("该公示已授予证书{number}，颁发日期为{}。", Zh(*on)),
                format!(
                    "Certificate {number} was granted on this notice, to be issued on {}.",
                    En(*on)
                ),
            ),
        ),
        Declined::ObjectionStands => (
            "objection-stands",
            "An objection stands",
            Text::new(
                "公示期内有异议未处理或成立，不能颁发证书。",
                "An objection is undecided or was upheld; no certificate can be issued on this notice.",
            ),
        ),
        Declined::ObjectionDecided => (
            "already-decided",
            "Already decided",
            Text::new(
                "该异议已有处理结果。",
                "The objection was already decided on.",
            ),
        ),
        Declined::Overtaken(by) => ("overtaken", "Overtaken", overtaken(*by)),
        Declined::NameTaken { other } => (
            "name-taken",
            "Name taken",
            Text::new(
                format!("已有同名的有效证书：{other}。"),
                format!("A certificate in force bears this name: {other}."),
            ),
        ),
        Declined::IssuedOtherwise { number } => (
            "already-issued",
            "Already issued",
            Text::new(
                format!("证书{number}已经颁发，内容与本次请求不同。"),
                format!("Certificate {number} is issued already, and not as this request says."),
            ),
        ),
        Declined::ReportNotOverdue => {
            return conflict_with_certificate(Text::new(
                "该报告当日尚未逾期。",
                "The report was not yet overdue on that day.",
            ));
        }
        Declined::ReportNotOwed => {
            return conflict_with_certificate(Text::new(
                "该年度当日没有应报而未报的此项报告；year 为按原文应报之日所在的日历年。",
                "No such report was owed on that day for that year; the year is the calendar year in which it is due.",
            ));
        }
        Declined::Full(kind) => ("record-full", "Record full", full(*kind)),
    };
    Problem::conflict(kind, title, text)
}

fn overtaken(by: Overtaken) -> Text {
    match by {
        Overtaken::ByExclusion => Text::new(
            "同一时刻有与之不相容的登记，请查看公示后重新请求。",
            "Something that excludes this was recorded at the same moment; see the notice and ask again.",
        ),
        Overtaken::BeforeGrant => Text::new(
            "同一时刻有异议或撤回登记在先，请查看公示。",
            "An objection or a withdrawal was recorded first; see the notice.",
        ),
        Overtaken::ByOtherGrant => Text::new(
            "同一时刻另有请求按其他日期颁发证书，请查看公示后重新请求。",
            "Another request came at the same moment, to issue on another day; see the notice and ask again.",
        ),
    }
}

fn full(kind: RecordKind) -> Text {
    match kind {
        RecordKind::Certificate => Text::new(
            "该证书的记录已满，未作登记。",
            "The certificate's record is full; nothing was recorded.",
        ),
        RecordKind::Notice => Text::new(
            "该公示的记录已满，未作登记。",
            "The notice's record is full; nothing was recorded.",
        ),
    }
}

/// A 409: the notice has not closed. Names the day from which a certificate can be issued, if it is known.
fn notice_open(closes_on: Option<NaiveDate>) -> Problem {
    let problem = |text| Problem::conflict("notice-open", "The notice has not closed", text);
    match closes_on.and_then(|last| Some((last, last.succ_opt()?))) {
        Some((last, from)) => problem(Text::new(
            format!("公示至{}24时止，{}起方可颁发证书。", Zh(last), Zh(from)),
            format!(
                "The notice runs to the end of {}; a certificate can be issued from {} on.",
                En(last),
                En(from)
            ),
        ))
        .with_member("possible_from", from.to_string()),
        None => problem(Text::new(
            "公示何时结束，须待有关年度的放假通知公布后才能确定；在此之前不能颁发证书。",
            "When the notice ends is settled by a holiday notice that is not out; until then no certificate can be issued.",
        )),
    }
}

/// A 422 if the event itself has a fault, for example an id that the programme does not have. A 409 if the
/// event does not fit the certificate's present status.
fn does_not_fit(refusal: &Refusal) -> Problem {
    let field = match refusal {
        Refusal::Future { .. } | Refusal::Void(Void::BeforeIssue { .. }) => "on",
        Refusal::Void(Void::UnknownObligation { .. }) => "obligation",
        Refusal::Void(Void::UnknownOutcome { .. }) => "outcome",
        Refusal::Void(Void::UnknownChange { .. }) => "change",
        Refusal::Void(Void::UnknownGround { .. }) => "ground",
        Refusal::Void(Void::NeedsName | Void::TakesNoName) => "name",
        Refusal::Void(Void::NeedsHolder | Void::TakesNoHolder) => "holder",
        _ => return conflict_with_certificate(refusal.text()),
    };
    vec![Fault::at(&[field], refusal.text())].into()
}

fn conflict_with_certificate(text: Text) -> Problem {
    Problem::conflict("does-not-fit", "Does not fit the certificate", text)
}
