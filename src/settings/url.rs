//! Base addresses of the two APIs.

use super::kinds::SettingKind;
use crate::secret::Secret;
use fluent_uri::Uri;

/// An absolute address to which paths are appended, without a slash at its end.
pub(super) fn base_url() -> SettingKind<String> {
    SettingKind::new(
        "a full https:// URL without a user name, query or fragment (http:// only for localhost)",
        parse_base_url,
    )
}

/// An absolute address that is used as it is, and whose path or query opens something.
pub(super) fn secret_address() -> SettingKind<Secret> {
    SettingKind::new("a full https:// URL without a user name or fragment (http:// only for localhost)", |value| {
        absolute(value).and_then(|_| Secret::new(value))
    })
}

fn parse_base_url(value: &str) -> Option<String> {
    let url = absolute(value).filter(|url| url.query().is_none())?;
    let scheme = url.scheme().as_str().to_ascii_lowercase();
    Some(format!("{scheme}://{}{}", url.authority()?, url.path().as_str().trim_end_matches('/')))
}

/// An address that a secret may travel to.
fn absolute(value: &str) -> Option<Uri<&str>> {
    let url = Uri::parse(value).ok().filter(|url| !url.has_fragment())?;
    let authority = url.authority().filter(|authority| !authority.has_userinfo() && authority.port_to_u16().is_ok())?;
    let host = authority.host().to_ascii_lowercase();
    let is_safe = match url.scheme().as_str().to_ascii_lowercase().as_str() {
        "https" => !host.is_empty(),
        // A token travels in every request, so it must not leave the machine in the clear.
        "http" => ["localhost", "127.0.0.1", "[::1]"].contains(&host.as_str()),
        _ => false,
    };
    is_safe.then_some(url)
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
