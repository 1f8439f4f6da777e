//! What a programme file says, as types.
//!
//! Shared by the build script, which reads and checks `programmes/*.toml`, and by the crate, which
//! judges applications with the result; so nothing here may depend on the rest of the crate. No
//! judging and no wording of answers belongs here.

mod amount;
mod condition;
mod fact;
mod fixed;
mod programme;
mod text;
mod validate;

pub use amount::{Amount, Unit};
pub use condition::{Cite, Condition, MemberRule, Test};
pub use fact::{Choice, FactDeclaration, FactType};
pub use fixed::{Date, List, Str};
pub use programme::{
    Alters, CertificateRule, Change, ChangeProcedure, Document, Due, Effect, Exemption, Ground,
    Heading, Kind, NotModelled, NoticeRule, Obligation, ObligationKind, Outcome, Outline, Party,
    Programme, Provision, Reading, ReminderRule, SetBy, Source, Step, Trigger,
};
pub use text::Text;
pub use validate::{Defect, validate};
