//! Which component answers a path, and the headers Spin adds to a request on its way in.
//!
//! An exact route wins over a wildcard, a longer prefix over a shorter one. Private triggers are
//! not routes at all: no request from outside reaches them.

use std::borrow::Cow;
use std::fmt;
use std::net::SocketAddr;

use anyhow::{Context as _, Result, anyhow, ensure};
use http::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;

use crate::manifest::{HttpTrigger, Route};

/// Paths under this prefix are answered by the host and reach no component.
pub(crate) const WELL_KNOWN: &str = "/.well-known/spin/";

/// The public routes of the application.
pub(crate) struct Routes(routefinder::Router<Target>);

/// Where a public route leads.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The component that answers.
    pub(crate) component: String,
    /// The route as the manifest writes it.
    route: String,
    /// The route with its slashes in order: one in front, none at the end.
    based: String,
}

/// A path that a route has matched.
pub(crate) struct Match<'a> {
    target: &'a Target,
    captures: Vec<(String, String)>,
    rest: Cow<'a, str>,
}

impl Routes {
    /// The routes of `triggers`.
    ///
    /// # Errors
    ///
    /// For a route that cannot be parsed, that another trigger has already (Spin would let the
    /// last one win), or that lies under `/.well-known/spin/`.
    pub(crate) fn new(triggers: &[HttpTrigger]) -> Result<Self> {
        let mut router: routefinder::Router<Target> = routefinder::Router::new();
        for trigger in triggers {
            let Route::Public(route) = &trigger.route else {
                continue;
            };
            let target = Target {
                component: trigger.component.clone(),
                route: route.clone(),
                based: based(route),
            };
            ensure!(
                !target.based.starts_with(WELL_KNOWN),
                "[[trigger.http]] {route}: paths under {WELL_KNOWN} are the host's own"
            );
            if let Some((_, other)) = router.iter().find(|(_, other)| other.based == target.based) {
                anyhow::bail!(
                    "[[trigger.http]] {route}: both {} and {} have this route",
                    other.component,
                    target.component
                );
            }
            let pattern = match target.based.strip_suffix("/...") {
                Some(prefix) => format!("{prefix}/*"),
                None => target.based.clone(),
            };
            router
                .add(pattern.as_str(), target)
                .map_err(|error| anyhow!("[[trigger.http]] {route}: {error}"))?;
        }
        Ok(Self(router))
    }

    /// The route that answers `path`, if any does.
    pub(crate) fn find<'a>(&'a self, path: &'a str) -> Option<Match<'a>> {
        let found = self.0.best_match(path)?;
        let captures = found.captures();
        Some(Match {
            target: found.handler(),
            captures: captures
                .iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            rest: match captures.wildcard() {
                None => Cow::Borrowed(""),
                Some(rest) => slashed(rest, path).into(),
            },
        })
    }

    /// The public routes and where they lead.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Target> {
        self.0.iter().map(|(_, target)| target)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.based.strip_suffix("/...") {
            Some("") => f.write_str("/ (wildcard)"),
            Some(prefix) => write!(f, "{prefix} (wildcard)"),
            None if self.based.is_empty() => f.write_str("/"),
            None => f.write_str(&self.based),
        }
    }
}

impl Match<'_> {
    /// The component that answers.
    pub(crate) fn component(&self) -> &str {
        &self.target.component
    }

    /// Adds the headers Spin adds. Each goes **after** what the client may have sent under the same
    /// name: the first value of such a header is the client's to forge, the last is the host's.
    ///
    /// # Errors
    ///
    /// When a header the client sent is not UTF-8; Spin answers 500 then, before the component sees
    /// the request.
    pub(crate) fn add_headers(&self, request: &mut Parts, client: SocketAddr) -> Result<()> {
        for (name, value) in &request.headers {
            std::str::from_utf8(value.as_bytes())
                .with_context(|| format!("the request's header {name} is not UTF-8"))?;
        }
        let host = match request.headers.get(HOST) {
            Some(host) => std::str::from_utf8(host.as_bytes())?,
            None => "localhost",
        };
        let path = request
            .uri
            .path_and_query()
            .map_or("/", |path| path.as_str());
        let full_url = format!("http://{host}{path}");
        let route = self.target.route.as_str();
        let headers = &mut request.headers;
        append(headers, "spin-path-info", &self.rest)?;
        append(headers, "spin-full-url", &full_url)?;
        append(headers, "spin-matched-route", &self.target.based)?;
        append(headers, "spin-base-path", "/")?;
        append(headers, "spin-raw-component-route", route)?;
        append(
            headers,
            "spin-component-route",
            route.strip_suffix("/...").unwrap_or(route),
        )?;
        append(headers, "spin-client-addr", &client.to_string())?;
        for (name, value) in &self.captures {
            append(
                headers,
                &format!("spin-path-match-{}", name.replace('_', "-")),
                value,
            )?;
        }
        Ok(())
    }
}

fn append(headers: &mut HeaderMap, name: &str, value: &str) -> Result<()> {
    headers.append(
        HeaderName::from_bytes(name.to_ascii_lowercase().as_bytes())?,
        HeaderValue::from_bytes(value.as_bytes())?,
    );
    Ok(())
}

fn based(route: &str) -> String {
    let route = route.strip_suffix('/').unwrap_or(route);
    if route.is_empty() || route.starts_with('/') {
        route.to_owned()
    } else {
        format!("/{route}")
    }
}

/// What a wildcard matched, with the slashes of the path around it, which the router leaves out.
fn slashed(rest: &str, path: &str) -> String {
    let before = if rest.is_empty() { "" } else { "/" };
    let after = if path.ends_with('/') { "/" } else { "" };
    format!("{before}{rest}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::Manifest;

    fn routes(routes: &[&str]) -> Result<Routes> {
        let mut text = "spin_manifest_version = 2\n[application]\nname = \"a\"\n".to_owned();
        for (index, route) in routes.iter().enumerate() {
            text += &format!("[[trigger.http]]\nroute = {route}\ncomponent = \"c{index}\"\n");
        }
        for index in 0..routes.len() {
            text += &format!("[component.c{index}]\nsource = \"x\"\n");
        }
        Routes::new(Manifest::parse(&text)?.http_triggers())
    }

    #[test]
    fn exact_first_then_the_longest_prefix() {
        let routes = routes(&[
            "\"/...\"",
            "\"/v1/notices/...\"",
            "\"/v1/notices/window\"",
            "\"/v1/...\"",
            "{ private = true }",
        ])
        .unwrap();
        for (path, component, rest) in [
            ("/", "c0", "/"),
            ("/other", "c0", "/other"),
            ("/v1", "c3", ""),
            ("/v1/", "c3", "/"),
            ("/v1/noticesx", "c3", "/noticesx"),
            ("/v1/notices", "c1", ""),
            ("/v1/notices/", "c1", "/"),
            ("/v1/notices/a/b", "c1", "/a/b"),
            ("/v1/notices/a/b/", "c1", "/a/b/"),
            ("/v1/notices/window", "c2", ""),
            ("/v1/notices/window/x", "c1", "/window/x"),
        ] {
            let found = routes.find(path).expect(path);
            assert_eq!(
                (found.component(), &*found.rest),
                (component, rest),
                "{path}"
            );
        }
    }

    #[test]
    fn a_path_without_a_route_has_none() {
        let routes = routes(&["\"/a\"", "{ private = true }"]).unwrap();
        assert!(routes.find("/b").is_none());
        assert!(routes.find("/a/b").is_none());
        assert!(routes.find("/").is_none());
    }

    #[test]
    fn routes_that_could_not_be_reached_are_refused() {
        for (given, reason) in [
            (&["\"/a\"", "\"/a\""][..], "both c0 and c1"),
            (&["\"/a\"", "\"a/\""], "both c0 and c1"),
            (&["\"/.well-known/spin/x\""], "the host's own"),
        ] {
            let error = routes(given).err().expect(reason).to_string();
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn headers_go_after_the_clients_own() {
        let routes = routes(&["\"/v1/:year/...\""]).unwrap();
        let path = "/v1/2026/a";
        let (mut parts, ()) = http::Request::builder()
            .uri("http://portal.example/v1/2026/a?q=1")
            .header("host", "portal.example")
            .header("spin-client-addr", "forged")
            .body(())
            .unwrap()
            .into_parts();
        let client = "127.0.0.1:5000".parse().unwrap();
        routes
            .find(path)
            .unwrap()
            .add_headers(&mut parts, client)
            .unwrap();
        let values = |name: &str| -> Vec<&str> {
            let values = parts.headers.get_all(name).iter();
            values.map(|value| value.to_str().unwrap()).collect()
        };
        assert_eq!(values("spin-client-addr"), ["forged", "127.0.0.1:5000"]);
        assert_eq!(
            values("spin-full-url"),
            ["http://portal.example/v1/2026/a?q=1"]
        );
        assert_eq!(values("spin-path-info"), ["/a"]);
        assert_eq!(values("spin-matched-route"), ["/v1/:year/..."]);
        assert_eq!(values("spin-raw-component-route"), ["/v1/:year/..."]);
        assert_eq!(values("spin-component-route"), ["/v1/:year"]);
        assert_eq!(values("spin-base-path"), ["/"]);
        assert_eq!(values("spin-path-match-year"), ["2026"]);
    }
}
