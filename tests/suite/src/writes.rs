//! Every kind of request that writes, each where it can be carried out.

use serde_json::{Value, json};

use super::clients::Client;
use super::register::{
    CERTIFICATES, ISSUED, KEPT_EVALUATIONS, LAST_DAY, NOTICES, PUBLISHED, application, applied,
    certificate, full_name, future, history, issued, listed, made, named, passed, read, reference,
    text,
};

/// A request that writes, not sent yet.
pub(crate) struct Write {
    /// What it does.
    pub(crate) what: &'static str,
    /// The client that has the role it needs, and no other.
    pub(crate) by: Client,
    /// Where it is posted.
    pub(crate) path: String,
    /// What is posted.
    pub(crate) body: Value,
    /// Another body that the path takes.
    pub(crate) other: Value,
    /// A body that is refused, by the kind of problem.
    pub(crate) refused: (&'static str, Value),
    /// Whatever can be read of it.
    pub(crate) read: Box<dyn Fn() -> Value>,
}

impl Write {
    /// The clients that lack the role.
    pub(crate) fn not_by(&self) -> [Client; 2] {
        match self.by {
            Client::Registrar => [Client::Portal, Client::Scheduler],
            _ => [Client::Registrar, Client::Scheduler],
        }
    }
}

/// One of each kind, every one on a record of its own.
pub(crate) fn all() -> Vec<Write> {
    vec![
        evaluation(),
        publication(),
        objection(),
        resolution(),
        withdrawal(),
        issue(),
        event(),
    ]
}

fn evaluation() -> Write {
    let body = application();
    let mut refused = body.clone();
    refused["applied_on"] = json!(future());
    Write {
        what: "keep an evaluation",
        by: Client::Portal,
        path: KEPT_EVALUATIONS.to_owned(),
        body,
        other: application(),
        refused: ("invalid-body", refused),
        // Its id is not known before it is kept.
        read: Box::new(|| Value::Null),
    }
}

fn publication() -> Write {
    let applied = applied();
    let name = applied.name();
    let body = |published: &str, days: u64| json!({"evaluation": applied.evaluation, "published": published, "days": days});
    Write {
        what: "put on notice",
        by: Client::Portal,
        path: NOTICES.to_owned(),
        body: body(PUBLISHED, 5),
        other: body("2026-04-27", 5),
        refused: ("invalid-body", body(PUBLISHED, 4)),
        read: Box::new(move || {
            let newest = read(&format!("{NOTICES}?limit=100"));
            let entries = newest["notices"].as_array().expect("a list").iter();
            entries
                .filter(|entry| entry["name"] == name)
                .cloned()
                .collect()
        }),
    }
}

/// A notice that has passed, and what a portal reads of it.
fn notice() -> (String, Box<dyn Fn() -> Value>) {
    let (_, notice) = passed();
    let path = format!("{NOTICES}/{notice}");
    let whole = {
        let path = path.clone();
        move || Client::Portal.get(&path).json()
    };
    (path, Box::new(whole))
}

fn objection() -> Write {
    let (notice, read) = notice();
    let body = |reference: String| json!({"received_on": LAST_DAY, "reference": reference});
    Write {
        what: "object",
        by: Client::Portal,
        path: format!("{notice}/objections"),
        body: body(reference()),
        other: body(reference()),
        refused: ("invalid-body", body(String::new())),
        read,
    }
}

fn resolution() -> Write {
    let (notice, read) = notice();
    let objection = json!({"received_on": LAST_DAY, "reference": reference()});
    let path = made(&format!("{notice}/objections"), &objection, "/resolution");
    let body =
        |reference: String| json!({"outcome": "dismissed", "on": LAST_DAY, "reference": reference});
    Write {
        what: "decide on an objection",
        by: Client::Portal,
        path,
        body: body(reference()),
        other: body(reference()),
        refused: ("invalid-body", body(String::new())),
        read,
    }
}

fn withdrawal() -> Write {
    let (notice, read) = notice();
    let body = |reason: &str| json!({"on": LAST_DAY, "reference": reference(), "reason": reason});
    Write {
        what: "withdraw",
        by: Client::Portal,
        path: format!("{notice}/withdrawal"),
        body: body("名称有误"),
        other: body("材料有误"),
        refused: ("invalid-body", body("")),
        read,
    }
}

fn issue() -> Write {
    let (applied, notice) = passed();
    let body = |issued_on: &str| json!({"notice": notice, "issued_on": issued_on});
    let (body, other, refused) = (body(ISSUED), body("2026-05-21"), body(LAST_DAY));
    let (name, holder) = (applied.name(), applied.uscc());
    Write {
        what: "issue",
        by: Client::Registrar,
        path: CERTIFICATES.to_owned(),
        body,
        other,
        refused: ("notice-open", refused),
        read: Box::new(move || {
            let holder = listed(&format!("holder={holder}"));
            let notice = read(&format!("{NOTICES}/{notice}"));
            json!([holder, named(&name), notice])
        }),
    }
}

fn event() -> Write {
    let (applied, _, number) = issued();
    let platform = text(&applied.application["platform"]);
    let name = full_name(&format!("新{platform}"));
    let body = |change: &str| {
        json!({"kind": "approved", "change": change, "on": "2026-06-01", "reference": reference(),
               "name": name})
    };
    let mut other = body("direction");
    if let Some(members) = other.as_object_mut() {
        members.remove("name");
    }
    Write {
        what: "record an event",
        by: Client::Registrar,
        path: format!("{CERTIFICATES}/{number}/events"),
        body: body("rename"),
        other,
        refused: ("invalid-body", body("direction")),
        read: Box::new(move || json!([certificate(&number), history(&number)])),
    }
}
