//! `allowed_outbound_hosts`: which requests a component may send out.
//!
//! An entry is `scheme://host:port`. `*` may stand for the whole scheme, the whole host, the first
//! label of a host (`*.example.com`, any depth below it, not `example.com` itself) and the whole
//! port; a port may be a half-open range `8000..8010`; a port left out is the scheme's own.
//! Not here: sending the request.

use std::ops::Range;

use anyhow::{Context as _, Result, bail, ensure};
use http::Uri;
use url::Host;

/// The requests a component may send.
#[derive(Debug, Default)]
pub(crate) struct AllowedHosts(Vec<Entry>);

#[derive(Debug)]
struct Entry {
    scheme: Option<String>,
    host: HostRule,
    port: Option<Range<u32>>,
}

#[derive(Debug)]
enum HostRule {
    Any,
    Below(String),
    Exactly(Host),
}

/// What becomes of a request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// It may be sent.
    Send,
    /// No entry allows it.
    Deny,
    /// It is meant for this application itself, which from these components does not work on
    /// released Spin.
    ToSelf,
}

impl AllowedHosts {
    /// Reads the entries, templates already filled.
    ///
    /// # Errors
    ///
    /// For an entry Spin refuses, and for those the host does not support (the application itself,
    /// IP ranges).
    pub(crate) fn parse(entries: &[String]) -> Result<Self> {
        entries
            .iter()
            .map(|entry| {
                Entry::parse(entry.trim())
                    .with_context(|| format!("allowed_outbound_hosts {entry:?}"))
            })
            .collect::<Result<_>>()
            .map(Self)
    }

    /// Whether a request to `uri` may be sent. A URI without a host is one to the application
    /// itself.
    pub(crate) fn decide(&self, uri: &Uri) -> Decision {
        let scheme = uri.scheme_str().unwrap_or("https");
        let name = uri.host().unwrap_or_default();
        if name.is_empty() || name == "self.alt" {
            let any = self
                .0
                .iter()
                .any(|entry| matches!(entry.host, HostRule::Any) && entry.allows_scheme(scheme));
            return if any {
                Decision::ToSelf
            } else {
                Decision::Deny
            };
        }
        let Ok(host) = Host::parse(name) else {
            return Decision::Deny;
        };
        let Some(port) = uri.port_u16().or_else(|| default_port(scheme)) else {
            return Decision::Deny;
        };
        let allowed = self.0.iter().any(|entry| {
            entry.allows_scheme(scheme)
                && entry.host.allows(&host)
                && entry
                    .port
                    .as_ref()
                    .is_none_or(|ports| ports.contains(&u32::from(port)))
        });
        match host {
            _ if !allowed => Decision::Deny,
            Host::Domain(domain) if is_internal(&domain) => Decision::ToSelf,
            _ => Decision::Send,
        }
    }
}

impl Entry {
    fn parse(entry: &str) -> Result<Self> {
        let (scheme, rest) = entry
            .split_once("://")
            .context("must be of the form scheme://host[:port]")?;
        ensure!(
            scheme == "*" || scheme.chars().all(char::is_alphabetic) && !scheme.is_empty(),
            "a scheme is letters only, or `*`"
        );
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        ensure!(
            !rest.contains('/'),
            "must have no path (and IP ranges are not supported here)"
        );
        // The colons inside an IPv6 address are not the one before a port.
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (rest, None),
        };
        let port = match port {
            Some("*") => None,
            Some(port) => Some(parse_ports(port)?),
            None => {
                let port = default_port(scheme).with_context(|| {
                    format!("scheme {scheme:?} has no port of its own: name one")
                })?;
                Some(u32::from(port)..u32::from(port) + 1)
            }
        };
        Ok(Self {
            scheme: (scheme != "*").then(|| scheme.to_owned()),
            host: HostRule::parse(host)?,
            port,
        })
    }

    fn allows_scheme(&self, scheme: &str) -> bool {
        self.scheme
            .as_deref()
            .is_none_or(|allowed| allowed == scheme)
    }
}

impl HostRule {
    fn parse(host: &str) -> Result<Self> {
        if host == "*" {
            return Ok(Self::Any);
        }
        if host == "self" || host == "self.alt" || is_internal(host.trim_start_matches("*.")) {
            bail!(
                "requests of the application to itself do not work on released Spin, and the \
                 local host does not support them"
            );
        }
        if let Some(domain) = host.strip_prefix("*.") {
            ensure!(
                !domain.contains('*'),
                "`*` stands only for the first part of a host"
            );
            return Ok(Self::Below(format!(".{domain}")));
        }
        ensure!(
            !host.contains('*'),
            "`*` stands only for a whole part of a host"
        );
        Ok(Self::Exactly(Host::parse(host)?))
    }

    fn allows(&self, host: &Host) -> bool {
        match (self, host) {
            (Self::Any, _) => true,
            (Self::Below(suffix), Host::Domain(domain)) => domain.ends_with(suffix),
            (Self::Below(_), _) => false,
            (Self::Exactly(allowed), host) => allowed == host,
        }
    }
}

/// Whether `host` is Spin's name for one of the application's own components.
pub(crate) fn is_internal(host: &str) -> bool {
    host == "spin.internal" || host.ends_with(".spin.internal")
}

fn parse_ports(port: &str) -> Result<Range<u32>> {
    let number = |text: &str| {
        text.parse::<u16>()
            .map(u32::from)
            .with_context(|| format!("{text:?} is not a port"))
    };
    match port.split_once("..") {
        Some((start, end)) => Ok(number(start)?..number(end)?),
        None => number(port).map(|port| port..port + 1),
    }
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(entries: &[&str], uri: &str) -> Decision {
        let entries: Vec<_> = entries.iter().map(|entry| (*entry).to_owned()).collect();
        AllowedHosts::parse(&entries)
            .unwrap()
            .decide(&uri.parse().unwrap())
    }

    #[test]
    fn only_what_an_entry_allows_is_sent() {
        use Decision::{Deny, Send, ToSelf};
        for (entries, uri, expected) in [
            (&[][..], "http://a.cn/", Deny),
            (&["https://a.cn"], "https://a.cn/x", Send),
            (&["https://a.cn"], "https://A.CN/x", Send),
            (&["https://a.cn"], "http://a.cn/", Deny),
            (&["https://a.cn"], "https://a.cn:8443/", Deny),
            (&["https://a.cn"], "https://b.cn/", Deny),
            (&["https://*.a.cn"], "https://b.a.cn/", Send),
            (&["https://*.a.cn"], "https://c.b.a.cn/", Send),
            (&["https://*.a.cn"], "https://a.cn/", Deny),
            (&["https://*.a.cn"], "https://ba.cn/", Deny),
            (&["*://a.cn:8080"], "http://a.cn:8080/", Send),
            (&["http://a.cn:*"], "http://a.cn:1/", Send),
            (&["http://a.cn:8000..8002"], "http://a.cn:8001/", Send),
            (&["http://a.cn:8000..8002"], "http://a.cn:8002/", Deny),
            (&["http://127.0.0.1:80"], "http://127.0.0.1/", Send),
            (&["http://[::1]:80"], "http://[::1]/", Send),
            (&["http://*:80"], "http://127.0.0.1/", Send),
            (&["http://a.cn", "http://b.cn"], "http://b.cn/", Send),
            (&["*://*:*"], "http://notices.spin.internal/", ToSelf),
            (&["*://*:*"], "/relative", ToSelf),
            (&["*://*:*"], "http://self.alt/", ToSelf),
            (&["https://a.cn"], "/relative", Deny),
            (&["https://a.cn"], "http://notices.spin.internal/", Deny),
        ] {
            assert_eq!(decide(entries, uri), expected, "{entries:?} {uri}");
        }
    }

    #[test]
    fn bad_entries_are_refused_with_a_reason() {
        for (entry, reason) in [
            ("*", "scheme://host"),
            ("a.cn", "scheme://host"),
            ("https://a.cn/path", "no path"),
            ("http://10.0.0.0/8:80", "IP ranges"),
            ("*://a.cn", "no port of its own"),
            ("https://a.cn:x", "not a port"),
            ("https://a.*.cn", "whole part"),
            ("https://*.*.cn", "first part"),
            ("h2://a.cn:1", "letters only"),
            ("http://self", "to itself"),
            ("http://notices.spin.internal", "to itself"),
            ("http://*.spin.internal", "to itself"),
        ] {
            let error = AllowedHosts::parse(&[entry.to_owned()]).expect_err(entry);
            let error = format!("{error:#}");
            assert!(error.contains(reason) && error.contains(entry), "{error}");
        }
    }
}
