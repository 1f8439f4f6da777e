//! Certificates: their numbers, what happens to them, and what follows by the programme's data.
