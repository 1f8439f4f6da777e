use std::fmt;

use crate::Text;

/// Something in a request that has to be changed before it can be acted on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Its place in the request: a JSON Pointer (RFC 6901).
    pub pointer: String,
    /// What to change.
    pub message: Text,
}

impl Fault {
    /// A fault at the place that `path` names, one reference token after the other.
    pub fn at(path: &[&str], message: Text) -> Self {
        let mut pointer = String::new();
        for token in path {
            pointer.push('/');
            pointer.push_str(&token.replace('~', "~0").replace('/', "~1"));
        }
        Self { pointer, message }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.pointer, self.message.en)
    }
}
