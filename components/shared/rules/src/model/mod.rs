//! What a programme file says, as types.
//!
//! The build script reads and checks `programmes/*.toml` with these types, and the crate judges
//! applications with the result. Both compile this module, so nothing here may depend on the rest of
//! the crate. No judging and no wording of answers belongs here.

mod amount;
mod condition;
mod criteria;
mod fact;
mod file;
mod fixed;
mod guidance;
mod programme;
mod validate;

pub use amount::{Amount, Unit};
pub use condition::{Cite, Condition, MemberRule, Test};
pub use criteria::{ApplicationKind, Criteria, Document, Reading};
pub use fact::{Choice, FactDeclaration, FactType};
pub use file::ProgrammeFile;
pub use fixed::{List, Str};
pub use guidance::{Guidance, Heading, NotModelled, Outline, Provision, Step};
pub use programme::{
    Alters, CertificateRule, Change, ChangeProcedure, Due, Effect, Exemption, Ground, NoticeRule,
    Obligation, ObligationKind, Outcome, Party, Programme, ReminderRule, SetBy, Source, Trigger,
};
pub(crate) use text::{Day, Text};
pub use validate::{Defect, validate};
