//! The JSON of requests.

use recognition::certificate::{CertificateEvent, EventFields, EventKind};
use rules::Entries;
use serde::Deserialize;
use serde::de::IgnoredAny;
use text::{Day, Fault, Faults, Text};
use web::Problem;

/// A request to issue a certificate.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IssueRequest {
    #[serde(default, deserialize_with = "web::given")]
    notice: Option<String>,
    #[serde(default, deserialize_with = "web::given")]
    evaluation: Option<String>,
    issued_on: Day,
    #[serde(default, deserialize_with = "web::given")]
    until: Option<Day>,
    #[serde(default, deserialize_with = "web::given")]
    reference: Option<String>,
}

impl From<IssueRequest> for registry::IssueRequest {
    fn from(request: IssueRequest) -> Self {
        Self {
            notice: request.notice,
            evaluation: request.evaluation,
            issued_on: request.issued_on.get(),
            until: request.until.map(Day::get),
            reference: request.reference,
        }
    }
}

/// The members of an object, without their values.
type Members = Entries<IgnoredAny>;

/// The members of the holder, if the event has a holder.
#[derive(Deserialize)]
struct HolderMembers {
    #[serde(default)]
    holder: Option<Members>,
}

/// Reads an event to record.
///
/// # Errors
/// A 400 if the body is not JSON. A 422 if the body is not an event, if a member is missing, if a member
/// does not belong to this kind of event, or if the event issues a certificate.
pub(crate) fn event(body: &[u8]) -> Result<CertificateEvent, Problem> {
    let fields: EventFields = web::parse_json(body)?;
    let kind = fields.kind;
    let mut faults = Faults::default();
    // Reading a stored event ignores unknown members. A request must not have any.
    let Entries(members) = web::parse_json::<Members>(body)?;
    let known = |name: &str| matches!(name, "kind" | "on") || kind.members().contains(&name);
    unknown(members, known, "", &mut faults);
    if let Some(Entries(members)) = web::parse_json::<HolderMembers>(body)?.holder {
        let known = |name: &str| matches!(name, "name" | "uscc");
        unknown(members, known, "/holder", &mut faults);
    }
    faults.finish()?;
    let event = fields.into_event().map_err(|missing| {
        let name = missing.0;
        let zh = format!("缺少必填项 {name}。");
        let text = Text::new(zh, format!("The member {name} is missing."));
        Problem::from(vec![Fault::at(&[], text)])
    })?;
    if kind == EventKind::Issued {
        let text = Text::new(
            "颁发证书请用 POST /v1/certificates。",
            "A certificate is issued by POST /v1/certificates.",
        );
        return Err(vec![Fault::at(&["kind"], text)].into());
    }
    Ok(event)
}

/// Adds a fault for each unknown member.
fn unknown(
    members: Vec<(String, IgnoredAny)>,
    known: impl Fn(&str) -> bool,
    pointer: &str,
    faults: &mut Faults,
) {
    for (name, _) in members.into_iter().filter(|(name, _)| !known(name)) {
        faults.add(
            pointer,
            Text::new(
                format!("没有这一项：{name}。"),
                format!("There is no member {name} here."),
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ID: &str = "nxaq1xd1g45qnxwcnx5we2k61w";

    /// The places of an event's faults; none if the event is accepted.
    fn places(event: &Value) -> Vec<String> {
        let Err(problem) = super::event(event.to_string().as_bytes()) else {
            return Vec::new();
        };
        let problem: Value = serde_json::from_slice(&problem.to_json()).unwrap();
        assert_eq!(problem["status"], 422, "{event}");
        let errors = problem["errors"].as_array().unwrap().iter();
        errors
            .map(|error| error["pointer"].as_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn an_event_has_the_members_of_its_kind_and_no_others() {
        let members = [
            ("obligation", json!("o")),
            ("year", json!(2024)),
            ("outcome", json!("kept")),
            ("because", json!(ID)),
            ("change", json!("c")),
            ("ground", json!("g")),
            ("event", json!(ID)),
            ("name", json!("新名")),
            (
                "holder",
                json!({"name": "某公司", "uscc": "91350100M000100Y43"}),
            ),
            ("until", json!("2025-04-07")),
            ("reference", json!("1号")),
            ("reason", json!("误录")),
            ("programme", json!("p")),
            ("basis", json!({"notice": "n"})),
            ("later", json!(1)),
        ];
        for kind in [
            EventKind::ReportReceived,
            EventKind::ReportMissed,
            EventKind::Assessed,
            EventKind::RectificationOrdered,
            EventKind::RectificationPassed,
            EventKind::RectificationFailed,
            EventKind::Changed,
            EventKind::Filed,
            EventKind::Approved,
            EventKind::GroundFound,
            EventKind::Kept,
            EventKind::Revoked,
            EventKind::Annulled,
        ] {
            let mut whole = json!({"kind": kind, "on": "2024-04-07"});
            for (name, value) in &members {
                if kind.members().contains(name) {
                    whole[name] = value.clone();
                }
            }
            assert_eq!(places(&whole), [""; 0], "{whole}");
            for (name, value) in &members {
                let mut other = whole.clone();
                other[name] = value.clone();
                let refused = !kind.members().contains(name);
                assert_eq!(places(&other).len(), usize::from(refused), "{other}");
                other[name] = json!([value]);
                assert!(!places(&other).is_empty(), "{other}");
            }
        }
    }

    #[test]
    fn a_fault_in_a_holder_names_its_place() {
        for (holder, place) in [
            (json!(["某公司", "91350100M000100Y43"]), "#/holder"),
            (
                json!({"name": "某公司", "uscc": "91350100M000100Y43", "more": 1}),
                "#/holder",
            ),
            (
                json!({"name": "某公司", "uscc": "91350100m000100Y43"}),
                "#/holder/uscc",
            ),
            (json!({"name": "某公司"}), "#/holder"),
        ] {
            let event = json!({"kind": "approved", "change": "c", "on": "2024-04-07",
                               "reference": "1号", "holder": holder});
            assert_eq!(places(&event), [place], "{event}");
        }
    }
}
