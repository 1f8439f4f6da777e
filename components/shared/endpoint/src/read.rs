//! Reading paths and queries, for several components.

use http::StatusCode;
use recognition::certificate::{CertificateNumber, NumberError};
use rules::Rules;
use text::Text;
use web::Problem;

/// Reads a certificate's number from a path.
///
/// # Errors
/// A 400. Its `type` differs for a mistyped number and for a text that is not a number at all.
pub fn number_in_path(text: &str) -> Result<CertificateNumber, Problem> {
    CertificateNumber::parse(text).map_err(|error| {
        let (kind, title) = match error {
            NumberError::Malformed => ("malformed-number", "Not a certificate number"),
            NumberError::Mistyped => ("mistyped-number", "Mistyped certificate number"),
        };
        Problem::new(StatusCode::BAD_REQUEST, kind, title, error.text())
    })
}

/// Reads a certificate's number from a query parameter.
///
/// # Errors
/// What is wrong with the number.
pub fn number_in_query(text: &str) -> Result<CertificateNumber, Text> {
    CertificateNumber::parse(text).map_err(|error| error.text())
}

/// Finds the programme with the id in a query parameter.
///
/// # Errors
/// A text that lists all programmes.
pub fn programme_in_query(id: &str) -> Result<Rules, Text> {
    rules::programme(id).ok_or_else(|| {
        let ids: Vec<_> = rules::programmes().iter().map(|rules| rules.id).collect();
        Text::new(
            format!("没有这个项目；现有：{}。", ids.join("、")),
            format!("No such programme; there are: {}.", ids.join(", ")),
        )
    })
}
