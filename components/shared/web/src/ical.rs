//! iCalendar (RFC 5545): content lines, with their escaping and folding.
//!
//! Why no crate: `icalendar` 0.17 puts the current time and a random `UID` into each alarm, so the same
//! data never give the same bytes. It also folds some lines one octet too late.

/// The most octets of a line, without its line break.
const LONGEST_LINE: usize = 75;

/// China's time zone.
pub const ZONE: &str = "Asia/Shanghai";

/// The lines of a calendar, as they are written.
///
/// ```
/// use web::ical::Lines;
///
/// let mut lines = Lines::default();
/// lines.begin("VEVENT");
/// lines.text("SUMMARY", "国庆节, 中秋节");
/// lines.end("VEVENT");
/// assert_eq!(lines.into_text(), "BEGIN:VEVENT\r\nSUMMARY:国庆节\\, 中秋节\r\nEND:VEVENT\r\n");
/// ```
#[derive(Debug, Default)]
pub struct Lines(String);

impl Lines {
    /// The calendar as text.
    pub fn into_text(self) -> String {
        self.0
    }

    /// Begins a component, for example `VEVENT`.
    pub fn begin(&mut self, component: &str) {
        self.raw("BEGIN", component);
    }

    /// Ends a component.
    pub fn end(&mut self, component: &str) {
        self.raw("END", component);
    }

    /// Writes a property whose value is a text (RFC 5545, section 3.3.11). The only control character that
    /// a text may contain is a line feed; each other one becomes a space.
    pub fn text(&mut self, name: &str, value: &str) {
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

    /// Writes a property without escaping its value. A line of more than 75 octets is folded between two
    /// characters (RFC 5545, section 3.1).
    pub fn raw(&mut self, name: &str, value: &str) {
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

    /// Writes China's time zone as it has been since 1992: without summer time.
    pub fn zone(&mut self) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped() {
        let mut lines = Lines::default();
        lines.text("SUMMARY", "a\\b,c;d\r\ne\u{7}\tf");
        assert_eq!(lines.into_text(), "SUMMARY:a\\\\b\\,c\\;d \\ne  f\r\n");
    }

    /// RFC 5545, section 3.1: at most 75 octets, counting the space at the start of a folded line.
    #[test]
    fn lines_are_folded_between_characters() {
        for text in ["x", "材", "x材", "a b "] {
            for times in 1..200 {
                let text = text.repeat(times);
                let mut lines = Lines::default();
                lines.text("SUMMARY", &text);
                let written = lines.into_text();
                let folded = written.strip_suffix("\r\n").unwrap();
                assert!(
                    folded.split("\r\n").all(|line| line.len() <= 75),
                    "{folded}"
                );
                assert_eq!(folded.replace("\r\n ", ""), format!("SUMMARY:{text}"));
            }
        }
    }
}
