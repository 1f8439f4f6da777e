//! What a component writes to its standard output and error, passed to the host's standard error
//! line by line with the component's name in front.

use std::io::{self, Write as _};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};

/// The longest line kept together; a longer one is broken.
const MAX_LINE_BYTES: usize = 8 * 1024;

/// A component's standard output or error. Clones share the line begun.
#[derive(Clone)]
pub(crate) struct Labelled {
    label: Arc<str>,
    line: Arc<Mutex<Vec<u8>>>,
}

impl Labelled {
    /// A stream whose lines begin with `[label]`.
    pub(crate) fn new(label: Arc<str>) -> Self {
        Self {
            label,
            line: Arc::default(),
        }
    }

    fn print(&self, line: &[u8]) {
        let mut stderr = io::stderr().lock();
        // There is nowhere left to report that standard error cannot be written to.
        let _unreported = write!(stderr, "[{}] ", self.label)
            .and_then(|()| stderr.write_all(line))
            .and_then(|()| stderr.write_all(b"\n"));
    }

    fn take(&self, bytes: &[u8]) {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        for &byte in bytes {
            if byte == b'\n' {
                self.print(&line);
                line.clear();
            } else {
                line.push(byte);
                if line.len() == MAX_LINE_BYTES {
                    self.print(&line);
                    line.clear();
                }
            }
        }
    }
}

impl IsTerminal for Labelled {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Labelled {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }
}

impl AsyncWrite for Labelled {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.take(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
