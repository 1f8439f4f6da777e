//! Content lines of iCalendar (RFC 5545, section 3.1), with their escaping and folding.
//!
//! Not of a crate: `icalendar`, which writes the years of working days, would put the time and a random
//! `UID` into each alarm, and folds some lines one octet too late.

/// The octets of a line, without its end.
const LONGEST_LINE: usize = 75;

pub(super) const ZONE: &str = "Asia/Shanghai";

/// The lines of a calendar.
pub(super) struct Lines(pub(super) String);

impl Lines {
    pub(super) fn begin(&mut self, component: &str) {
        self.raw("BEGIN", component);
    }

    pub(super) fn end(&mut self, component: &str) {
        self.raw("END", component);
    }

    /// A property whose value is a text (RFC 5545, section 3.3.11). A text has no control character but
    /// a new line.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        let mut escaped = String::with_capacity(value.len());
        for c in value.chars() {
            match c {
                '\\' | ',' | ';' => escaped.extend(['\\', c]),
                '\n' => escaped.push_str("\\n"),
                c if c.is_control() => escaped.push(' '),
                c => escaped.push(c),
            }
        }
        self.raw(name, &escaped);
    }

    /// A line as it is, folded between characters where it has more than 75 octets (section 3.1).
    pub(super) fn raw(&mut self, name: &str, value: &str) {
        let mut octets = 0;
        for c in name.chars().chain([':']).chain(value.chars()) {
            octets += c.len_utf8();
            if octets > LONGEST_LINE {
                self.0.push_str("\r\n ");
                octets = 1 + c.len_utf8();
            }
            self.0.push(c);
        }
        self.0.push_str("\r\n");
    }

    /// China's time, without summer time since 1991.
    pub(super) fn zone(&mut self) {
        self.begin("VTIMEZONE");
        self.raw("TZID", ZONE);
        self.begin("STANDARD");
        self.raw("DTSTART", "19920101T000000");
        self.raw("TZOFFSETFROM", "+0800");
        self.raw("TZOFFSETTO", "+0800");
        self.raw("TZNAME", "CST");
        self.end("STANDARD");
        self.end("VTIMEZONE");
    }
}
