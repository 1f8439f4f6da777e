//! Finds the line of a defect in a programme's file, so that its message can name the line.

/// The line in the file `text`, from 1, of the defect with that place and message: the line of the
/// field that the message names, or else of the record. Line 1 where neither is found.
pub(crate) fn line(text: &str, place: &str, message: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    // A quote is found by its own words.
    if let Some((_, quote)) = message.split_once("does not say: ")
        && let Some(at) = lines.iter().position(|line| line.contains(quote))
    {
        return at + 1;
    }
    let (record, id) = match place.split_once(" `") {
        Some((record, id)) => (record, Some(("id", id.trim_end_matches('`')))),
        None => match place.split_once(" from ") {
            Some((record, from)) => (record, Some(("from", from))),
            None => (place, None),
        },
    };
    // Where two records clash, take the last first: it is probably the one that was added.
    let found: Vec<Block> = blocks(&lines)
        .into_iter()
        .rev()
        .filter(|block| {
            let mut body = lines[block.lines.clone()].iter();
            block.record == record
                && id.is_none_or(|(key, id)| {
                    body.any(|line| line.starts_with(key) && value(line) == Some(id))
                })
        })
        .collect();
    let names = || message.split('`').skip(1).step_by(2);
    let line_with = |within: std::ops::Range<usize>, part: String| {
        within.into_iter().find(|at| lines[*at].contains(&part))
    };
    // Look for the value that the message names, in each of the records; else for the field, in the
    // last record.
    let of_value = found.iter().find_map(|block| {
        names().find_map(|name| line_with(block.lines.clone(), format!("\"{name}\"")))
    });
    let of_field = || {
        let block = found.first()?;
        let mut fields = names().flat_map(|name| name.split('.'));
        let field = fields.find_map(|field| line_with(block.lines.clone(), format!("{field} =")));
        Some(field.unwrap_or(block.header))
    };
    // Else look for the name anywhere in the file.
    let anywhere = || names().find_map(|name| line_with(0..lines.len(), format!("\"{name}\"")));
    of_value.or_else(of_field).or_else(anywhere).unwrap_or(0) + 1
}

/// A record of the file: its header and the lines below, with those of its parts.
struct Block<'t> {
    record: &'t str,
    header: usize,
    lines: std::ops::Range<usize>,
}

fn blocks<'t>(lines: &[&'t str]) -> Vec<Block<'t>> {
    let headers = lines.iter().enumerate().filter_map(|(at, line)| {
        let line = line.trim();
        let name = line.strip_prefix('[')?.strip_suffix(']')?;
        let name = name.trim_start_matches('[').trim_end_matches(']');
        // `[[obligation.outcome]]` is part of the obligation above it.
        (!name.contains('.')).then_some((name, at))
    });
    let headers: Vec<_> = [("programme", 0)].into_iter().chain(headers).collect();
    let ends = headers.iter().skip(1).map(|(_, at)| *at);
    let ends = ends.chain([lines.len()]);
    headers
        .iter()
        .zip(ends)
        .map(|((record, header), end)| Block {
            record,
            header: *header,
            lines: *header..end,
        })
        .collect()
}

/// The string that a line `key = "value"` gives.
fn value(line: &str) -> Option<&str> {
    line.split('"').nth(1)
}
