//! Writes that do not fit: what each is told, and where it is wrong.

use serde_json::{Value, json};

use super::clients::{Client, may_write};
use super::fresh;
use super::problem::assert_problem;
use super::register::{
    CERTIFICATES, ISSUED, KEPT_EVALUATIONS, LAST_DAY, NOTICES, PUBLISHED, application, applied,
    assert_made, future, history, issue, issued, keep, named, passed, publish, record, reference,
    text,
};
use super::server::{Answer, get};

/// A change to a body: members put in place of others, `null` takes one away.
fn changed(body: &Value, change: &Value) -> Value {
    let mut changed = body.clone();
    let members = changed.as_object_mut().expect("an object");
    for (name, value) in change.as_object().expect("an object") {
        match value {
            Value::Null => members.remove(name),
            value => members.insert(name.clone(), value.clone()),
        };
    }
    changed
}

/// Asserts that a problem says these words, in the one language or the other, in its message or at a
/// place.
fn assert_says(answer: &Answer, words: &str) {
    let document = answer.json();
    let none = Vec::new();
    let errors = document["errors"].as_array().unwrap_or(&none);
    let texts = errors.iter().map(|error| &error["detail"]);
    let says = texts.chain([&document["message"]]).any(|text| {
        text["zh"].as_str().is_some_and(|zh| zh.contains(words))
            || text["en"].as_str().is_some_and(|en| en.contains(words))
    });
    assert!(says, "{words}: {answer}");
}

/// Asserts that each change to a body has it refused as said: kind, places, words.
fn assert_declined(path: &str, body: &Value, table: &[(Value, &str, &[&str], &str)]) {
    for (change, kind, places, words) in table {
        let answer = Client::Office.post(path, &changed(body, change));
        assert_problem(&answer, kind, places);
        assert_says(&answer, words);
    }
}

/// What no text of so many characters may be.
fn bad_texts(most: usize) -> [Value; 5] {
    [
        json!(""),
        json!(" "),
        json!(" x"),
        json!("a\nb"),
        json!("文".repeat(most + 1)),
    ]
}

#[test]
fn evaluations_to_be_kept() {
    if !may_write() {
        return;
    }
    let body = application();
    let applicant = |change: Value| json!({"applicant": changed(&body["applicant"], &change)});
    let invalid = "invalid-body";
    assert_declined(
        KEPT_EVALUATIONS,
        &body,
        &[
            (
                json!({"applicant": null}),
                invalid,
                &["#/applicant"],
                "统一社会信用代码",
            ),
            (json!({"platform": null}), invalid, &["#/platform"], "名称"),
            (
                json!({"applicant": null, "platform": null, "applied_on": future()}),
                invalid,
                &["#/applicant", "#/applied_on", "#/platform"],
                "Not after today",
            ),
            (json!({"platform": ""}), invalid, &["#/platform"], "1至50"),
            (
                json!({"platform": "长".repeat(51)}),
                invalid,
                &["#/platform"],
                "1 to 50",
            ),
            (
                applicant(json!({"name": ""})),
                invalid,
                &["#/applicant/name"],
                "1至",
            ),
            (
                applicant(json!({"uscc": "9114999900000000"})),
                invalid,
                &["#/applicant/uscc"],
                "18",
            ),
            (
                applicant(json!({"uscc": "91149999MA0000000O"})),
                invalid,
                &["#/applicant/uscc"],
                "`O`",
            ),
            (
                applicant(json!({"uscc": "91149999ma00000000"})),
                invalid,
                &["#/applicant/uscc"],
                "upper case",
            ),
            (
                applicant(json!({"uscc": "９1149999MA00000000"})),
                invalid,
                &["#/applicant/uscc"],
                "half-width",
            ),
            (
                applicant(json!({"telephone": "1"})),
                invalid,
                &["#/applicant/telephone"],
                "telephone",
            ),
        ],
    );
    // A wrong check character is told, and refused by nobody.
    let mut odd = text(&body["applicant"]["uscc"]);
    let last = odd.pop();
    odd.push(if last == Some('0') { '1' } else { '0' });
    let kept = Client::Office.post(
        KEPT_EVALUATIONS,
        &changed(&body, &applicant(json!({"uscc": odd}))),
    );
    assert_made(&kept);
    assert_eq!(kept.at("/advisories").as_array().map(Vec::len), Some(1));
}

#[test]
fn notices_to_be_put_up() {
    if !may_write() {
        return;
    }
    let applied = applied();
    let body = json!({"evaluation": applied.evaluation, "published": PUBLISHED});
    let invalid = "invalid-body";
    assert_declined(
        NOTICES,
        &body,
        &[
            (
                json!({"evaluation": "nothing"}),
                invalid,
                &["#/evaluation"],
                "没有",
            ),
            (json!({"evaluation": 1}), invalid, &["#/evaluation"], "类型"),
            (json!({"evaluation": null}), invalid, &["#"], "evaluation"),
            (json!({"published": null}), invalid, &["#"], "published"),
            (
                json!({"published": "2026-02-30"}),
                invalid,
                &["#/published"],
                "2026-02-30",
            ),
            (
                json!({"published": "2026-03-01"}),
                invalid,
                &["#/published"],
                "2 March 2026",
            ),
            (
                json!({"published": "2030-01-01"}),
                invalid,
                &["#/published"],
                "a year ahead",
            ),
            (json!({"days": 4}), invalid, &["#/days"], "5个工作日"),
            (json!({"days": 6}), invalid, &["#/days"], "5 working days"),
            (json!({"days": -5}), invalid, &["#/days"], "-5"),
            (
                json!({"counting": "any"}),
                invalid,
                &["#/counting"],
                "day_after",
            ),
            (json!({"notice": "x"}), invalid, &["#/notice"], "notice"),
            (
                json!({"days": 4, "published": "2026-03-01"}),
                invalid,
                &["#/days", "#/published"],
                "5",
            ),
        ],
    );
    let notice = publish(&applied, PUBLISHED);
    assert_declined(
        NOTICES,
        &body,
        &[
            (
                json!({"published": "2026-04-27"}),
                "already-on-notice",
                &[],
                &notice,
            ),
            (
                json!({"counting": "publication_day"}),
                "already-on-notice",
                &[],
                &notice,
            ),
        ],
    );
    // Another way to say the same thing.
    for same in [
        json!({}),
        json!({"days": 5}),
        json!({"counting": "day_after"}),
    ] {
        let again = Client::Office.post(NOTICES, &changed(&body, &same));
        assert_made(&again);
        assert_eq!(again.at("/id"), notice);
    }
}

#[test]
fn objections_and_decisions() {
    if !may_write() {
        return;
    }
    let (_, notice) = passed();
    let path = format!("{NOTICES}/{notice}");
    let objections = format!("{path}/objections");
    let body = json!({"received_on": LAST_DAY, "reference": reference()});
    let invalid = "invalid-body";
    assert_declined(
        &objections,
        &body,
        &[
            (
                json!({"received_on": "2026-04-23"}),
                invalid,
                &["#/received_on"],
                "24 April 2026",
            ),
            (
                json!({"received_on": future()}),
                invalid,
                &["#/received_on"],
                "Not after today",
            ),
            (
                json!({"received_on": "2026-05-07"}),
                "notice-closed",
                &[],
                "6 May 2026",
            ),
            (json!({"received_on": null}), invalid, &["#"], "received_on"),
            (json!({"reference": null}), invalid, &["#"], "reference"),
            (
                json!({"matter": "x".repeat(1001)}),
                invalid,
                &["#/matter"],
                "1000",
            ),
            (
                json!({"matter": "", "reference": ""}),
                invalid,
                &["#/matter", "#/reference"],
                "100",
            ),
            (json!({"name": "x"}), invalid, &["#/name"], "name"),
        ],
    );
    for bad in bad_texts(100) {
        assert_declined(
            &objections,
            &body,
            &[(
                json!({"reference": bad}),
                invalid,
                &["#/reference"],
                "1至100",
            )],
        );
    }
    let made = Client::Office.post(&objections, &body);
    assert_made(&made);
    let resolution = text(&made.at("/resolution"));
    let body = json!({"outcome": "dismissed", "on": "2026-05-08", "reference": reference()});
    assert_declined(
        &resolution,
        &body,
        &[
            (
                json!({"outcome": "kept"}),
                invalid,
                &["#/outcome"],
                "dismissed",
            ),
            (json!({"outcome": null}), invalid, &["#"], "outcome"),
            (
                json!({"on": "2026-05-05"}),
                invalid,
                &["#/on"],
                "6 May 2026",
            ),
            (
                json!({"on": future()}),
                invalid,
                &["#/on"],
                "Not after today",
            ),
            (
                json!({"reference": " "}),
                invalid,
                &["#/reference"],
                "1至100",
            ),
        ],
    );
    let unknown = format!("{objections}/{}/resolution", "0".repeat(26));
    assert_problem(&Client::Office.post(&unknown, &body), "not-found", &[]);
    assert_made(&Client::Office.post(&resolution, &body));
    assert_declined(
        &resolution,
        &body,
        &[
            (
                json!({"outcome": "upheld"}),
                "already-decided",
                &[],
                "处理结果",
            ),
            (
                json!({"on": "2026-05-09"}),
                "already-decided",
                &[],
                "already",
            ),
        ],
    );

    let withdrawal = format!("{path}/withdrawal");
    let body = json!({"on": "2026-05-08", "reference": reference(), "reason": "名称有误"});
    assert_declined(
        &withdrawal,
        &body,
        &[
            (
                json!({"on": future()}),
                invalid,
                &["#/on"],
                "Not after today",
            ),
            (json!({"reason": null}), invalid, &["#"], "reason"),
            (
                json!({"reason": " ", "reference": ""}),
                invalid,
                &["#/reason", "#/reference"],
                "1000",
            ),
        ],
    );
    assert_made(&Client::Office.post(&withdrawal, &body));
    assert_declined(
        &withdrawal,
        &body,
        &[(json!({"reason": "材料有误"}), "withdrawn", &[], "已撤回")],
    );
    let late = json!({"received_on": LAST_DAY, "reference": reference()});
    assert_problem(&Client::Office.post(&objections, &late), "withdrawn", &[]);
    for below in ["objections", "withdrawal"] {
        let path = format!("{NOTICES}/{}/{below}", "0".repeat(26));
        let answer = Client::Office.post(&path, &body_of(below));
        assert_problem(&answer, "not-found", &[]);
    }
}

fn body_of(below: &str) -> Value {
    match below {
        "objections" => json!({"received_on": LAST_DAY, "reference": "1"}),
        _ => json!({"on": LAST_DAY, "reference": "1", "reason": "1"}),
    }
}

#[test]
fn what_comes_after_a_certificate_was_granted() {
    if !may_write() {
        return;
    }
    let (_, notice, _) = issued();
    for below in ["objections", "withdrawal"] {
        let path = format!("{NOTICES}/{notice}/{below}");
        let answer = Client::Office.post(&path, &body_of(below));
        assert_problem(&answer, "already-granted", &[]);
    }
}

#[test]
fn certificates_to_be_issued() {
    if !may_write() {
        return;
    }
    let (applied, notice) = passed();
    let body = json!({"notice": notice, "issued_on": ISSUED});
    let invalid = "invalid-body";
    let evaluation = &applied.evaluation;
    assert_declined(
        CERTIFICATES,
        &body,
        &[
            (json!({"notice": "nothing"}), invalid, &["#/notice"], "没有"),
            (json!({"notice": null}), invalid, &["#"], "notice"),
            (
                json!({"evaluation": evaluation}),
                invalid,
                &["#"],
                "Exactly one",
            ),
            (
                json!({"notice": null, "evaluation": evaluation}),
                invalid,
                &["#/evaluation"],
                "须先公示",
            ),
            (
                json!({"notice": null, "evaluation": "nothing"}),
                invalid,
                &["#/evaluation"],
                "没有",
            ),
            (json!({"issued_on": null}), invalid, &["#"], "issued_on"),
            (
                json!({"issued_on": "2026-04-23"}),
                invalid,
                &["#/issued_on"],
                "24 April 2026",
            ),
            (
                json!({"issued_on": future()}),
                invalid,
                &["#/issued_on"],
                "Not after today",
            ),
            (
                json!({"issued_on": "2026-5-20"}),
                invalid,
                &["#/issued_on"],
                "YYYY-MM-DD",
            ),
            (
                json!({"reference": ""}),
                invalid,
                &["#/reference"],
                "1至100",
            ),
            (
                json!({"until": "2029-05-20"}),
                invalid,
                &["#/until"],
                "未规定有效期",
            ),
            (
                json!({"number": "XZTIC-2026-00000000-0"}),
                invalid,
                &["#/number"],
                "number",
            ),
            (
                json!({"issued_on": future(), "reference": " ", "until": "2029-05-20"}),
                invalid,
                &["#/issued_on", "#/reference", "#/until"],
                "1 to 100",
            ),
            (
                json!({"issued_on": LAST_DAY}),
                "notice-open",
                &[],
                "2026年5月7日",
            ),
        ],
    );
    let number = issue(&notice);
    assert_declined(
        CERTIFICATES,
        &body,
        &[
            (
                json!({"issued_on": "2026-05-21"}),
                "already-issued",
                &[],
                &number,
            ),
            (
                json!({"reference": reference()}),
                "already-issued",
                &[],
                &number,
            ),
        ],
    );
}

#[test]
fn a_name_is_borne_by_one_certificate_in_force() {
    if !may_write() {
        return;
    }
    let (first, _, number) = issued();
    let mut namesake = application();
    namesake["platform"] = first.application["platform"].clone();
    let notice = publish(&keep(namesake), PUBLISHED);
    let ask = json!({"notice": notice, "issued_on": ISSUED});
    let refused = Client::Office.post(CERTIFICATES, &ask);
    assert_problem(&refused, "name-taken", &[]);
    assert!(refused.text().contains(&number), "{refused}");
    assert_eq!(named(&first.name()), [&*number]);
    // Once the first is revoked, the name is free.
    let assessed = record(
        &number,
        &json!({"kind": "assessed", "obligation": "performance-evaluation", "year": 2026,
                "outcome": "revoke", "on": "2026-07-01"}),
    );
    record(
        &number,
        &json!({"kind": "revoked", "because": assessed, "ground": "evaluation-revoke",
                "on": "2026-07-15", "reference": reference()}),
    );
    let made = Client::Office.post(CERTIFICATES, &ask);
    assert_made(&made);
    assert_eq!(named(&first.name()), [text(&made.at("/number")), number]);
}

#[test]
fn events_of_a_certificate() {
    if !may_write() {
        return;
    }
    let (applied, _, number) = issued();
    let path = format!("{CERTIFICATES}/{number}/events");
    let told = history(&number);
    let issue_event = text(&told[0]["id"]);
    let nobody = "0".repeat(26);
    let invalid = "invalid-body";
    let unfit = "does-not-fit";
    let approved = json!({"kind": "approved", "change": "direction", "on": "2026-06-01",
                          "reference": reference()});
    assert_declined(
        &path,
        &approved,
        &[
            (
                json!({"kind": "promoted"}),
                invalid,
                &["#/kind"],
                "promoted",
            ),
            (json!({"kind": null}), invalid, &["#"], "kind"),
            (json!({"kind": "issued"}), invalid, &["#"], "change"),
            (json!({"on": null}), invalid, &["#"], "on"),
            (json!({"on": future()}), invalid, &["#/on"], "after today"),
            (json!({"on": "2026-05-19"}), invalid, &["#/on"], ISSUED),
            (json!({"reference": null}), invalid, &["#"], "reference"),
            (
                json!({"reference": ""}),
                invalid,
                &["#/reference"],
                "不得为空",
            ),
            (
                json!({"change": "colour"}),
                invalid,
                &["#/change"],
                "restructuring",
            ),
            (
                json!({"kind": "filed"}),
                invalid,
                &["#/change"],
                "direction",
            ),
            (
                json!({"name": applied.name()}),
                invalid,
                &["#/name"],
                "does not alter",
            ),
            (
                json!({"change": "rename"}),
                invalid,
                &["#/name"],
                "is needed",
            ),
            (
                json!({"change": "rename", "name": "忻州中心"}),
                invalid,
                &["#/name"],
                "忻州市××技术创新中心",
            ),
            (
                json!({"change": "rename", "name": "忻州市技术创新中心"}),
                invalid,
                &["#/name"],
                "××",
            ),
            (
                json!({"holder": applied.application["applicant"]}),
                invalid,
                &["#/holder"],
                "does not alter",
            ),
            (json!({"by": "x"}), invalid, &["#"], "by"),
        ],
    );
    let mut whole = told[0].clone();
    for member in ["id", "recorded_at", "effect"] {
        whole = changed(&whole, &json!({member: null}));
    }
    assert_declined(
        &path,
        &whole,
        &[(json!({}), invalid, &["#/kind"], "POST /v1/certificates")],
    );
    let assessed = json!({"kind": "assessed", "obligation": "performance-evaluation", "year": 2026,
                          "outcome": "rectify", "on": "2026-07-01"});
    assert_declined(
        &path,
        &assessed,
        &[
            (
                json!({"obligation": "annual-report"}),
                invalid,
                &["#/obligation"],
                "performance-evaluation",
            ),
            (
                json!({"outcome": "excellent"}),
                invalid,
                &["#/outcome"],
                "keep, rectify, revoke",
            ),
            (json!({"year": 2027}), invalid, &["#/year"], "2026-07-01"),
            (json!({"year": 0}), invalid, &["#/year"], "1900"),
            (
                json!({"kind": "report_received", "outcome": null}),
                invalid,
                &["#/obligation"],
                "none",
            ),
        ],
    );
    let found = json!({"kind": "ground_found", "ground": "fraud", "on": "2026-07-01",
                       "reference": reference()});
    let passed = json!({"kind": "rectification_passed", "on": "2026-07-01"});
    let ordered = json!({"kind": "rectification_ordered", "because": nobody, "on": "2026-07-01",
                         "reference": reference()});
    let revoked = json!({"kind": "revoked", "because": nobody, "ground": "evaluation-revoke",
                         "on": "2026-07-01", "reference": reference()});
    let annulled = json!({"kind": "annulled", "event": nobody, "on": "2026-07-01",
                          "reference": reference(), "reason": "误录"});
    for (body, change, kind, places, words) in [
        (&found, json!({}), invalid, &["#/ground"][..], "fraud"),
        (&passed, json!({}), unfit, &[], "整改"),
        (
            &passed,
            json!({"kind": "rectification_failed"}),
            unfit,
            &[],
            "整改",
        ),
        (&ordered, json!({}), unfit, &[], &nobody),
        (
            &ordered,
            json!({"because": issue_event}),
            unfit,
            &[],
            &issue_event,
        ),
        (&ordered, json!({"kind": "kept"}), unfit, &[], &nobody),
        (&revoked, json!({}), unfit, &[], &nobody),
        (
            &revoked,
            json!({"because": issue_event}),
            unfit,
            &[],
            &issue_event,
        ),
        (&annulled, json!({}), unfit, &[], &nobody),
        (
            &annulled,
            json!({"event": issue_event}),
            unfit,
            &[],
            &issue_event,
        ),
        (
            &annulled,
            json!({"reason": ""}),
            invalid,
            &["#/reason"],
            "不得为空",
        ),
    ] {
        assert_declined(&path, body, &[(change, kind, places, words)]);
    }
    assert_eq!(history(&number), told);

    let assessed_id = record(&number, &assessed);
    assert_declined(
        &path,
        &assessed,
        &[(json!({"outcome": "keep"}), unfit, &[], &assessed_id)],
    );
    // A revocation is not what was proposed, and nothing comes before what it decides.
    assert_declined(
        &path,
        &revoked,
        &[(json!({"because": assessed_id}), unfit, &[], &assessed_id)],
    );
    assert_declined(
        &path,
        &ordered,
        &[(
            json!({"because": assessed_id, "on": "2026-06-30"}),
            unfit,
            &[],
            &assessed_id,
        )],
    );
}

#[test]
fn a_revoked_certificate_takes_no_more_approvals() {
    if !may_write() {
        return;
    }
    let (_, _, number) = issued();
    let assessed = record(
        &number,
        &json!({"kind": "assessed", "obligation": "performance-evaluation", "year": 2026,
                "outcome": "revoke", "on": "2026-07-01"}),
    );
    let revoked = record(
        &number,
        &json!({"kind": "revoked", "because": assessed, "ground": "evaluation-revoke",
                "on": "2026-07-15", "reference": reference()}),
    );
    let path = format!("{CERTIFICATES}/{number}/events");
    let body = json!({"kind": "approved", "change": "direction", "on": "2026-07-16",
                      "reference": reference()});
    assert_declined(&path, &body, &[(json!({}), "does-not-fit", &[], &revoked)]);
    // What was annulled is not recorded again as it was.
    let annulment = json!({"kind": "annulled", "event": revoked, "on": "2026-08-01",
                           "reference": reference(), "reason": "误录"});
    let annulled = record(&number, &annulment);
    assert_declined(
        &path,
        &annulment,
        &[(
            json!({"reference": reference()}),
            "does-not-fit",
            &[],
            &annulled,
        )],
    );
    record(&number, &body);
}

/// Every character of a number put wrong: the check character tells it, wherever what is read is still a
/// number, and a certificate that is not meant is never shown.
#[test]
fn a_mistyped_number_is_told_as_mistyped() {
    if !may_write() {
        return;
    }
    let (_, _, number) = issued();
    let shown = get(&format!("{CERTIFICATES}/{number}"));
    assert_eq!(shown.status, 200, "{shown}");
    let third = number.len() - 10..number.len() - 2;
    let meant = |c: char| match c {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    for (at, was) in number.char_indices().filter(|(_, c)| *c != '-') {
        for by in ['0', '1', '8', 'A', 'L', 'O', 'U', 'Z'] {
            let mut typed = number.clone();
            typed.replace_range(at..=at, &by.to_string());
            let answer = get(&format!("{CERTIFICATES}/{typed}"));
            let in_year = (number.len() - 15..number.len() - 11).contains(&at);
            if by == was || third.contains(&at) && meant(by) == was {
                assert_eq!(answer.body, shown.body, "{typed}: {answer}");
            } else if in_year && by.is_ascii_alphabetic() || third.contains(&at) && by == 'U' {
                assert_problem(&answer, "malformed-number", &[]);
            } else {
                assert_problem(&answer, "mistyped-number", &[]);
                assert_says(&answer, "校验码");
            }
        }
    }
}

#[test]
fn a_number_is_read_as_it_is_meant_or_told_to_be_none() {
    if !may_write() {
        return;
    }
    let (_, _, number) = issued();
    let shown = get(&format!("{CERTIFICATES}/{number}"));
    let (prefix, rest) = number.split_once('-').expect("four parts");
    let (head, check) = rest.rsplit_once('-').expect("four parts");
    let (year, own) = head.rsplit_once('-').expect("four parts");
    let blurred = own.replace('0', "o").replace('1', "l");
    for typed in [
        number.to_lowercase(),
        format!("{prefix}-{year}-{blurred}-{check}"),
    ] {
        for below in ["", "/history"] {
            let answer = get(&format!("{CERTIFICATES}/{typed}{below}"));
            assert_eq!(answer.status, 200, "{answer}");
            assert_eq!(answer.at("/number"), number, "{answer}");
        }
        let answer = get(&format!("{CERTIFICATES}/{typed}"));
        assert_eq!(answer.body, shown.body, "{answer}");
    }
    let event = json!({"kind": "approved", "change": "direction", "on": "2026-06-01",
                       "reference": reference()});
    for (typed, kind) in [
        ("nothing".to_owned(), "malformed-number"),
        (number.replace('-', ""), "malformed-number"),
        (format!("{number}0"), "malformed-number"),
        (format!("{prefix}-{year}-{own}"), "malformed-number"),
        (
            format!("{prefix}-{year}-{own}-%E5%BF%BB"),
            "malformed-number",
        ),
        // Of the vectors of its own crate: well formed, and nobody's.
        ("XZTIC-2026-10AB10CD-O".to_owned(), "not-found"),
    ] {
        for below in ["", "/history"] {
            let answer = get(&format!("{CERTIFICATES}/{typed}{below}"));
            assert_problem(&answer, kind, &[]);
        }
        let path = format!("{CERTIFICATES}/{typed}/events");
        assert_problem(&Client::Office.post(&path, &event), kind, &[]);
    }
    // Typed in lower case, the number is still the certificate's own.
    let path = format!("{CERTIFICATES}/{}/events", number.to_lowercase());
    assert_made(&Client::Office.post(&path, &event));
    assert_eq!(history(&number).len(), 2);
}

#[test]
fn lists_and_days_that_cannot_be_asked_for() {
    let all = ["?holder", "?name", "?programme", "?year"];
    let one_of = |query: &str| format!("{CERTIFICATES}?{query}");
    for (path, places) in [
        (CERTIFICATES.to_owned(), &all[..]),
        (
            one_of("programme=xinzhou-technology-innovation-centre"),
            &all,
        ),
        (one_of("year=2026"), &all),
        (one_of("name=x&year=2026"), &all),
        (one_of("holder=1"), &["?holder"]),
        (one_of("name="), &["?name"]),
        (
            one_of("programme=nothing&year=26"),
            &["?programme", "?year"],
        ),
        (one_of("name=x&limit=0&cursor=x"), &["?limit", "?cursor"]),
        (one_of("name=x&page=2"), &["?page"]),
        (format!("{NOTICES}?programme=nothing"), &["?programme"]),
        (format!("{NOTICES}?status=closed"), &["?status"]),
        (format!("{NOTICES}?limit=101"), &["?limit"]),
    ] {
        assert_problem(&get(&path), "invalid-query", places);
    }
    if !may_write() {
        return;
    }
    let (_, notice, number) = issued();
    for (query, places) in [
        (format!("on={}", future()), ["?on"]),
        ("on=2026-02-30".to_owned(), ["?on"]),
        ("day=2026-05-20".to_owned(), ["?day"]),
    ] {
        let answer = get(&format!("{CERTIFICATES}/{number}?{query}"));
        assert_problem(&answer, "invalid-query", &places);
    }
    for path in [
        format!("{CERTIFICATES}/{number}/history?on=2026-05-20"),
        format!("{NOTICES}/{notice}?on=2026-05-20"),
    ] {
        assert_problem(&get(&path), "invalid-query", &["?on"]);
    }
    let unknown = format!("{NOTICES}/{}", fresh::word());
    assert_problem(&get(&unknown), "not-found", &[]);
}
