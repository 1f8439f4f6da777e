//! Many evaluations in one request: each line of JSON gives a line of JSON (NDJSON).
//!
//! The whole request, at most 8 MiB, is kept in memory, because a caller may send all of it before reading
//! the answers. The answers are many times longer, so they are produced while they are sent.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};
use text::Text;

use bytes::Bytes;
use http_body::Frame;
use web::{BODY_LIMIT, Fault, Problem};

use crate::judge;

/// About this many bytes are sent at a time.
const FRAME: usize = 64 * 1024;

/// The answers to a batch.
pub(crate) struct Lines {
    rest: Bytes,
    line: usize,
}

impl Lines {
    pub(crate) fn new(batch: Bytes) -> Self {
        Self {
            rest: batch,
            line: 0,
        }
    }

    /// The next line that is not blank, with its number.
    fn next_line(&mut self) -> Option<(usize, Bytes)> {
        while !self.rest.is_empty() {
            let end = self
                .rest
                .iter()
                .position(|b| *b == b'\n')
                .unwrap_or(self.rest.len());
            let mut line = self.rest.split_to(end);
            if !self.rest.is_empty() {
                let _newline = self.rest.split_to(1);
            }
            self.line += 1;
            // A line may end in CR LF. The CR does not belong to the JSON.
            if line.ends_with(b"\r") {
                line.truncate(line.len() - 1);
            }
            if !line.trim_ascii().is_empty() {
                return Some((self.line, line));
            }
        }
        None
    }
}

impl http_body::Body for Lines {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let mut frame = Vec::new();
        while frame.len() < FRAME {
            let Some((number, line)) = self.next_line() else {
                break;
            };
            let (name, json) = match judge(&line) {
                Ok(evaluation) => ("evaluation", evaluation),
                Err(problem) => ("problem", problem.to_json()),
            };
            frame.extend_from_slice(format!("{{\"line\":{number},\"{name}\":").as_bytes());
            frame.extend_from_slice(&json);
            frame.extend_from_slice(b"}\n");
        }
        Poll::Ready((!frame.is_empty()).then(|| Ok(Frame::data(frame.into()))))
    }
}

fn judge(line: &[u8]) -> Result<Vec<u8>, Problem> {
    if line.len() > BODY_LIMIT {
        let text = Text::new(
            format!("一行不得超过{BODY_LIMIT}字节。"),
            format!("A line has at most {BODY_LIMIT} bytes."),
        );
        return Err(Problem::invalid_body(vec![Fault::in_body("", text)]));
    }
    Ok(judge::evaluation(line)?.json)
}
