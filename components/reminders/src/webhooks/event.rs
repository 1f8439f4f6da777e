//! A message as it is sent: a CloudEvent 1.0 in structured JSON.

use chrono::{DateTime, FixedOffset, SecondsFormat};
use serde::Serialize;

/// The media type of [`cloud_event`] (CloudEvents, JSON event format 1.0, section 3).
pub(crate) const MEDIA_TYPE: &str = "application/cloudevents+json; charset=utf-8";

/// Where every event comes from. Together with its `id` that names it (CloudEvents 1.0, `source`).
const SOURCE: &str = "/v1/reminders";

/// What happened: a reminder fell due. The number is that of the shape of `data`.
const TYPE: &str = "accredit.reminder.due.v1";

#[derive(Serialize)]
struct Event<'e, D> {
    specversion: &'static str,
    id: &'e str,
    source: &'static str,
    r#type: &'static str,
    subject: &'e str,
    time: String,
    datacontenttype: &'static str,
    data: D,
}

/// The event that a reminder fell due, in JSON.
///
/// `id` is that of the reminder. `subject` is what it is about: the number of a certificate, the id of a
/// notice or of a programme. `time` is when the reminder was made, and not now: who sends a message again
/// sends the same bytes.
///
/// # Errors
/// Data that JSON cannot hold.
pub(crate) fn cloud_event(
    id: &str,
    subject: &str,
    time: DateTime<FixedOffset>,
    data: impl Serialize,
) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&Event {
        specversion: "1.0",
        id,
        source: SOURCE,
        r#type: TYPE,
        subject,
        time: time.to_rfc3339_opts(SecondsFormat::Secs, false),
        datacontenttype: "application/json",
        data,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn an_event_has_every_attribute_in_its_form() {
        let time = DateTime::parse_from_rfc3339("2026-11-23T09:00:00+08:00").unwrap();
        let data = json!({"lead": 7, "article": "第九条"});
        let event = cloud_event("6k3v", "GSITC-2026-0000-0", time, &data).unwrap();
        let event: Value = serde_json::from_slice(&event).unwrap();
        // The required attributes and the three optional ones of CloudEvents 1.0.2; nothing else, so no
        // extension whose name could be out of form.
        assert_eq!(
            event,
            json!({
                "specversion": "1.0",
                "id": "6k3v",
                "source": "/v1/reminders",
                "type": "accredit.reminder.due.v1",
                "subject": "GSITC-2026-0000-0",
                "time": "2026-11-23T09:00:00+08:00",
                "datacontenttype": "application/json",
                "data": {"lead": 7, "article": "第九条"},
            })
        );
    }
}
