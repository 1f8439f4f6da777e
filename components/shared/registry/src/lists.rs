//! The names of the lists of records.

use chrono::Datelike;
use recognition::certificate::CertificateEvent;
use recognition::id;
use recognition::uscc::Uscc;

/// Every notice.
pub const NOTICES: &str = "notices";

/// The notices of a programme.
pub fn notices_of_programme(programme: &str) -> String {
    format!("notices/programme/{programme}")
}

/// The notices for an evaluation.
pub fn notices_of_evaluation(evaluation: &str) -> String {
    format!("notices/evaluation/{evaluation}")
}

/// The certificates that a holder has or had.
pub fn certificates_of_holder(uscc: &Uscc) -> String {
    format!("certificates/holder/{uscc}")
}

/// The certificates that have or had a name.
pub fn certificates_of_name(name: &str) -> String {
    format!("certificates/name/{}", id::derive("name", &[name]))
}

/// The certificates of a programme that were issued in a year.
pub fn certificates_of_year(programme: &str, year: i32) -> String {
    format!("certificates/year/{programme}/{year}")
}

/// The lists that contain a certificate because of this event.
pub fn certificates_with(event: &CertificateEvent) -> Vec<String> {
    let (name, holder) = match event {
        CertificateEvent::Issued {
            programme,
            name,
            holder,
            on,
            ..
        } => {
            return vec![
                certificates_of_holder(&holder.uscc),
                certificates_of_name(name),
                certificates_of_year(programme, on.year()),
            ];
        }
        CertificateEvent::Filed { name, holder, .. }
        | CertificateEvent::Approved { name, holder, .. } => (name, holder),
        _ => return Vec::new(),
    };
    let name = name.as_deref().map(certificates_of_name);
    let holder = holder.as_ref();
    let holder = holder.map(|holder| certificates_of_holder(&holder.uscc));
    name.into_iter().chain(holder).collect()
}
