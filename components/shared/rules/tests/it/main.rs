//! What the crate promises, seen from outside.

#[cfg(test)]
mod adding;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod dues;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod gansu_alliance;
#[cfg(test)]
mod gansu_centre;
#[cfg(test)]
mod inner_mongolia;
#[cfg(test)]
mod kinds;
#[cfg(test)]
#[path = "../../build/lines.rs"]
mod lines;
/// What the build script's reading is compiled against here.
#[cfg(test)]
mod model {
    pub(crate) use rules::{ProgrammeFile, validate};
}
#[cfg(test)]
mod places;
#[cfg(test)]
mod quotes;
#[cfg(test)]
#[path = "../../build/read.rs"]
mod read;
#[cfg(test)]
mod remedies;
#[cfg(test)]
mod support;
#[cfg(test)]
mod transfer_zone;
#[cfg(test)]
mod versions;
#[cfg(test)]
mod xinzhou;
