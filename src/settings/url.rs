//! Base addresses of the two APIs.

use super::kinds::SettingKind;
use crate::secret::Secret;

/// An absolute address to which paths are appended, without a slash at its end.
pub(super) fn base_url() -> SettingKind<String> {
    SettingKind::new(
        "an absolute https:// URL without user name, query or fragment (http:// only for localhost)",
        parse_base_url,
    )
}

/// An absolute address that is used as it is, and whose path or query opens something.
pub(super) fn secret_address() -> SettingKind<Secret> {
    SettingKind::new("an absolute https:// URL without user name or fragment (http:// only for localhost)", |value| {
        let (before_query, query) = value.split_once('?').unwrap_or((value, ""));
        let query_fits = query.bytes().all(|b| b.is_ascii_graphic() && !b"#\\\"<>".contains(&b));
        parse_base_url(before_query).filter(|_| query_fits).and_then(|_| Secret::new(value))
    })
}

fn parse_base_url(value: &str) -> Option<String> {
    let (scheme, rest) = value.split_once("://")?;
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = host_of(authority)?;
    let scheme = scheme.to_ascii_lowercase();
    let scheme_fits = match scheme.as_str() {
        "https" => true,
        // A token travels in every request, so it must not leave the machine in the clear.
        "http" => ["localhost", "127.0.0.1", "[::1]"].contains(&host.to_ascii_lowercase().as_str()),
        _ => false,
    };
    let path_fits = path.bytes().all(|b| b.is_ascii_graphic() && !b"?#\\\"<>".contains(&b));
    (scheme_fits && path_fits).then(|| format!("{scheme}://{authority}{}", path.trim_end_matches('/')))
}

/// The host of `host`, `host:port`, `[v6]` or `[v6]:port`; `None` where it is anything else.
fn host_of(authority: &str) -> Option<&str> {
    let end_of_v6 = authority.find(']').map_or(0, |at| at + 1);
    let (host, port) = match authority[end_of_v6..].find(':') {
        Some(colon) => (&authority[..end_of_v6 + colon], Some(&authority[end_of_v6 + colon + 1..])),
        None => (authority, None),
    };
    let port_fits = port.is_none_or(|port| port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok());
    let host_fits = match host.strip_prefix('[').and_then(|v6| v6.strip_suffix(']')) {
        Some(v6) => v6.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-'),
    };
    (port_fits && host_fits).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_loses_its_last_slashes_and_nothing_else() {
        for (given, taken) in [
            ("https://api.intercom.io", "https://api.intercom.io"),
            ("HTTPS://api.eu.intercom.io/", "https://api.eu.intercom.io"),
            ("https://ai.example.org:8443/api/v1//", "https://ai.example.org:8443/api/v1"),
            ("http://127.0.0.1:8010/intercom", "http://127.0.0.1:8010/intercom"),
            ("http://localhost:8010/gpt-trainer/api/v1/", "http://localhost:8010/gpt-trainer/api/v1"),
            ("http://[::1]:8010", "http://[::1]:8010"),
        ] {
            assert_eq!(parse_base_url(given), Some(taken.to_owned()), "{given}");
        }
    }

    #[test]
    fn a_secret_address_stays_as_it_is_and_may_have_a_query() {
        for given in [
            "https://hooks.slack.com/services/T0/B0/x",
            "https://example.org/hook/?sig=a%2Bb&x=1",
            "http://127.0.0.1:8010/alerts",
        ] {
            let taken = (secret_address().parse)(given);
            assert_eq!(taken.as_ref().map(Secret::expose), Some(given));
        }
        for given in [
            "hooks.slack.com/x",
            "http://example.org/x",
            "https://me:pw@example.org/x",
            "https://example.org/x#y",
            "https://example.org/?a b",
        ] {
            assert_eq!((secret_address().parse)(given), None, "{given}");
        }
    }

    #[test]
    fn what_could_send_a_token_astray_is_no_base_url() {
        for given in [
            "api.intercom.io",
            "https://",
            "https:///path",
            "ftp://api.intercom.io",
            "http://api.intercom.io",
            "http://localhost.example.org",
            "http://127.0.0.1@example.org",
            "https://me:pw@api.intercom.io",
            "https://api.intercom.io?x=1",
            "https://api.intercom.io/?x=1",
            "https://api.intercom.io/#x",
            "https://api.intercom.io:port",
            "https://api.intercom.io:99999",
            "https://api.intercom.io:+80",
            "https://api.intercom.io\\@example.org",
            "https://api intercom.io",
            "https://[::1",
            "https://[::1]x",
            "https://]:80",
        ] {
            assert_eq!(parse_base_url(given), None, "{given}");
        }
    }
}
