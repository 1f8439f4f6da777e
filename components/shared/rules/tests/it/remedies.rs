//! What is said to make an applicant eligible does so, and nothing smaller.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{evaluation, invented, merge};

/// Facts, documents and attestations changed as the evaluation says. A new member is one that does all
/// that is asked of members; a member that is to lead is one of the right kind among those there are.
pub(crate) fn apply(request: &Value, evaluation: &Value) -> Value {
    let mut request = request.clone();
    for improvement in evaluation["to_become_eligible"].as_array().unwrap() {
        for change in improvement["changes"].as_array().unwrap() {
            let fact = change["fact"].as_str().unwrap_or_default();
            let value = match change["change"].as_str().unwrap() {
                "set_number" if change["year"].is_null() => change["to"].clone(),
                "set_number" => json!({change["year"].to_string(): change["to"]}),
                "set_boolean" => change["to"].clone(),
                "choose" => change["one_of"][0].clone(),
                "include" => {
                    let mut all = request["facts"][fact].as_array().unwrap().clone();
                    all.extend(change["add"].as_array().unwrap().clone());
                    json!(all)
                }
                "locate" => json!(format!("{:0<6}", change["division"].as_str().unwrap())),
                "add_members" | "change_lead" | "each_member" => {
                    members(request["facts"][fact].as_array().unwrap(), change)
                }
                "hand_in" => {
                    request["documents"]
                        .as_array_mut()
                        .unwrap()
                        .push(change["document"].clone());
                    continue;
                }
                "attest" => {
                    let condition = change["condition"].as_str().unwrap();
                    let opinions = request["attestations"].as_array_mut().unwrap();
                    opinions.retain(|opinion| *opinion != format!("!{condition}"));
                    opinions.push(json!(condition));
                    continue;
                }
                other => panic!("no change of that kind is made here: {other}"),
            };
            merge(&mut request["facts"], json!({fact: value}));
        }
    }
    request
}

/// The members of an alliance after a change.
fn members(members: &[Value], change: &Value) -> Value {
    let mut members = members.to_vec();
    let kinds = change["kinds"].as_array().cloned().unwrap_or_default();
    match change["change"].as_str().unwrap() {
        "add_members" => {
            let attributes = members[0]["attributes"].as_object().unwrap().keys();
            let attributes: Value = attributes.map(|name| (name.clone(), json!(true))).collect();
            for index in 0..change["count"].as_u64().unwrap() {
                let name = format!("{} {index}", kinds[0]);
                members.push(
                    json!({"name": name, "kind": kinds[0], "leads": false, "attributes": attributes}),
                );
            }
        }
        "change_lead" => {
            let fits = |member: &Value| kinds.contains(&member["kind"]);
            let lead = members
                .iter()
                .position(fits)
                .expect("a member of that kind");
            for (index, member) in members.iter_mut().enumerate() {
                member["leads"] = json!(index == lead);
            }
        }
        _ => {
            let named = change["members"].as_array().unwrap();
            for member in members.iter_mut() {
                if named.contains(&member["name"]) {
                    member["attributes"][change["attribute"].as_str().unwrap()] = json!(true);
                }
            }
        }
    }
    json!(members)
}

prop_compose! {
    fn application()(
        titled in 0_u32..100, staff in 1_u32..100, insiders in 0_u32..100, months in 0_u32..20,
        period in 0_u32..6, own in 0_u32..200, support in 0_u32..200,
        spending in prop::array::uniform3(0_u32..200), results in prop::array::uniform3(0_u32..8),
        contracts in prop::array::uniform3(0_u32..5), independent: bool, accident: bool,
        mode in prop::sample::select(vec!["enterprise", "university", "other"]),
        headings in prop::sample::subsequence(vec!["aims", "tasks", "funds"], 0..=3),
        place in prop::sample::select(vec!["140902", "140105", "620102"]),
        documents in prop::sample::subsequence(vec!["form", "letter"], 0..=2),
    ) -> Value {
        let years = |numbers: [u32; 3]| json!({"2021": numbers[0], "2022": numbers[1], "2023": numbers[2]});
        json!({
            "applied_on": "2024-06-01",
            "facts": {
                "titled": titled, "staff": staff, "outsiders": insiders, "months": months,
                "period": period, "own_funds_cny": own, "support_cny": support,
                "spending_cny": years(spending), "results": years(results),
                "contracts_cny": years(contracts), "independent": independent,
                "accident": accident, "mode": mode, "headings": headings, "registered_in": place,
                "members": [
                    {"name": "a", "kind": "enterprise", "leads": true, "attributes": {"signed": true}},
                    {"name": "b", "kind": "enterprise", "leads": false, "attributes": {"signed": true}},
                    {"name": "c", "kind": "university", "leads": false, "attributes": {"signed": true}},
                ],
            },
            "documents": documents,
            "attestations": ["quality"],
        })
    }
}

proptest! {
    #[test]
    fn the_changes_make_every_condition_met(request in application()) {
        let before = evaluation(invented(), &request);
        let mut changed = apply(&request, &before);
        let mut after = evaluation(invented(), &changed);
        // A change of mode can bring up conditions of its own, once.
        if before["findings"].as_array().unwrap().iter().any(|f| f["condition"] == "mode" && f["status"] == "not_met") {
            changed = apply(&changed, &after);
            after = evaluation(invented(), &changed);
        }
        prop_assert_eq!(&after["verdict"], "eligible", "{}\n{}", changed, after);
    }

    #[test]
    fn an_eligible_application_needs_no_change(request in application()) {
        let evaluation = evaluation(invented(), &request);
        let none = evaluation["to_become_eligible"].as_array().unwrap().is_empty();
        prop_assert_eq!(none, evaluation["verdict"] == "eligible");
    }

    /// One step less than the number asked for is not enough.
    #[test]
    fn a_smaller_change_does_not_do(request in application()) {
        let before = evaluation(invented(), &request);
        for improvement in before["to_become_eligible"].as_array().unwrap() {
            for change in improvement["changes"].as_array().unwrap() {
                if change["change"] != "set_number" {
                    continue;
                }
                let (from, to) = (change["from"].as_i64().unwrap(), change["to"].as_i64().unwrap());
                let less = if to > from { to - 1 } else { to + 1 };
                let value = match &change["year"] {
                    Value::Null => json!(less),
                    year => json!({year.to_string(): less}),
                };
                let mut smaller = request.clone();
                merge(&mut smaller["facts"], json!({change["fact"].as_str().unwrap(): value}));
                let evaluation = evaluation(invented(), &smaller);
                let status = &crate::support::finding(&evaluation, improvement["condition"].as_str().unwrap())["status"];
                prop_assert_eq!(status, "not_met", "{}", change);
            }
        }
    }
}
