//! A receiver of webhooks: a small HTTP server on a port of this machine, which answers each path as it is
//! told and remembers what came.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime};

/// What a path answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reply {
    /// This status, without a body.
    Status(u16),
    /// 307, to this address.
    Redirect(String),
    /// Nothing, and the connection stays open for as long as the tests run.
    Hang,
    /// The head of a 200 and the beginning of a body that never goes on.
    HangInBody,
    /// Nothing, and the connection ends.
    CloseEarly,
}

/// A request that came.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    /// The method.
    pub(crate) method: String,
    /// The path, with its query.
    pub(crate) path: String,
    /// The headers in their order, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: Vec<u8>,
    /// When it had arrived whole.
    pub(crate) at: SystemTime,
}

impl Received {
    /// The value of the header `name`, or nothing. Panics where there is more than one.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(given, _)| given == name);
        let (_, value) = values.next()?;
        assert!(values.next().is_none(), "more than one {name} in {self:?}");
        Some(value)
    }
}

/// The server. It answers for as long as the tests run.
#[derive(Debug)]
pub(crate) struct Receiver {
    addr: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    came: Condvar,
}

#[derive(Debug, Default)]
struct State {
    replies: BTreeMap<String, Reply>,
    received: Vec<Received>,
    // Connections that are to stay open.
    hanging: Vec<TcpStream>,
}

impl Receiver {
    /// Serves on a free port. Every path answers 200.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let addr = listener.local_addr().expect("a bound listener");
        let shared = Arc::new(Shared::default());
        let serving = shared.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serving = serving.clone();
                thread::spawn(move || serving.serve(stream));
            }
        });
        Self { addr, shared }
    }

    /// `http://` and its address, without a slash at the end.
    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Has a path answer so from now on.
    pub(crate) fn answer(&self, path: &str, reply: Reply) {
        self.shared.state().replies.insert(path.to_owned(), reply);
    }

    /// What came to a path so far, in order.
    pub(crate) fn received(&self, path: &str) -> Vec<Received> {
        self.shared.state().of(path)
    }

    /// What came to a path, once it is so many requests at least. Panics where they do not come within
    /// `patience`.
    pub(crate) fn wait_for(&self, path: &str, count: usize, patience: Duration) -> Vec<Received> {
        let few = |state: &mut State| state.of(path).len() < count;
        let waiting = self
            .shared
            .came
            .wait_timeout_while(self.shared.state(), patience, few);
        let (state, timed_out) = waiting.unwrap_or_else(PoisonError::into_inner);
        let received = state.of(path);
        drop(state);
        assert!(
            !timed_out.timed_out(),
            "{count} requests to {path} did not come in {patience:?}, only {received:?}"
        );
        received
    }
}

impl State {
    fn of(&self, path: &str) -> Vec<Received> {
        let received = self.received.iter().filter(|one| one.path == path);
        received.cloned().collect()
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers the one request of a connection.
    fn serve(&self, mut stream: TcpStream) {
        // A client that breaks off has sent no request.
        let Some(received) = read(&stream) else {
            return;
        };
        let mut state = self.state();
        let reply = state.replies.get(&received.path).cloned();
        state.received.push(received);
        let head = match reply.unwrap_or(Reply::Status(200)) {
            Reply::Status(status) => format!("{status} -\r\ncontent-length: 0"),
            Reply::Redirect(to) => format!("307 -\r\nlocation: {to}\r\ncontent-length: 0"),
            Reply::HangInBody => {
                state.hanging.extend(stream.try_clone());
                "200 -\r\ncontent-length: 1000".to_owned()
            }
            Reply::Hang => {
                state.hanging.push(stream);
                self.came.notify_all();
                return;
            }
            Reply::CloseEarly => {
                self.came.notify_all();
                return;
            }
        };
        drop(state);
        self.came.notify_all();
        let answer = format!("HTTP/1.1 {head}\r\nconnection: close\r\n\r\n");
        // Whoever asked may have gone.
        let _gone = stream.write_all(answer.as_bytes());
    }
}

/// Reads a request whose length is told. One in chunks is not read: senders of webhooks had better tell.
fn read(stream: &TcpStream) -> Option<Received> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).ok()?;
    let mut words = line.split_ascii_whitespace().map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(Some(0), |(_, length)| length.parse().ok())?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(Received {
        method,
        path,
        headers,
        body,
        at: SystemTime::now(),
    })
}

/// How long a test waits for what comes at once.
const SOON: Duration = Duration::from_secs(10);

#[test]
fn each_path_answers_as_it_is_told() {
    let receiver = Receiver::start();
    let url = |path: &str| format!("{}{path}", receiver.base());
    receiver.answer("/broken", Reply::Status(500));
    receiver.answer("/gone", Reply::Status(410));
    receiver.answer("/moved", Reply::Redirect(url("/ok")));
    receiver.answer("/closes", Reply::CloseEarly);
    receiver.answer("/hangs", Reply::Hang);
    receiver.answer("/stops", Reply::HangInBody);
    let agent = super::server::agent();
    for (path, status) in [
        ("/ok", Some(200)),
        ("/broken", Some(500)),
        ("/gone", Some(410)),
        ("/moved", Some(307)),
        ("/stops", Some(200)),
        ("/closes", None),
    ] {
        let answer = agent.post(url(path)).header("x-of", path).send("body");
        assert_eq!(answer.ok().map(|a| a.status().as_u16()), status, "{path}");
        let received = receiver.received(path);
        assert_eq!(received.len(), 1, "{path}");
        assert_eq!(received[0].header("x-of"), Some(path));
        assert_eq!(
            (received[0].method.as_str(), &*received[0].body),
            ("POST", &b"body"[..])
        );
    }
    let hangs = url("/hangs");
    thread::spawn(move || agent.post(hangs).send("body"));
    let received = receiver.wait_for("/hangs", 1, SOON);
    assert!(received[0].at <= SystemTime::now());
    // Nothing was followed.
    assert_eq!(receiver.received("/ok").len(), 1);
}
