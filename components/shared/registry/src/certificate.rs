//! Certificates: their numbers, what happens to them, and what follows by the programme's data.
#![allow(missing_docs)]
use serde::*;
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub name: String,
    pub uscc: String,
}
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateNumber(String);
impl CertificateNumber {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl std::fmt::Display for CertificateNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
