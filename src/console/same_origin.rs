//! Whether the page that made a browser send a request is the console itself. Another site's could do so too, and the browser would
//! add the cookie: the header cannot be set across sites without our leave, and what the browser says itself must agree.

/// The header that the console sends with everything that changes something, in lower case.
pub const HEADER: &str = "x-onereply-console";

/// What a request says of where it comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    /// The whole address that was asked.
    pub url: String,
    /// `X-OneReply-Console`.
    pub console: Option<String>,
    /// `Origin`.
    pub origin: Option<String>,
    /// `Sec-Fetch-Site`.
    pub fetch_site: Option<String>,
}

/// That the console itself asked. Only [`Origins::check`] makes one.
#[derive(Debug)]
pub struct SameOrigin(());

/// Another site asked, or nobody can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CrossSite;

impl Origins {
    /// Checks it.
    pub fn check(&self) -> Result<SameOrigin, CrossSite> {
        let named = self.console.as_deref() == Some("1");
        let fetched = self.fetch_site.as_deref().is_none_or(|site| site == "same-origin");
        let ours = self.origin.as_deref().is_none_or(|origin| is_origin_of(origin, &self.url));
        if named && fetched && ours { Ok(SameOrigin(())) } else { Err(CrossSite) }
    }
}

/// A tunnel ends TLS before us, so a page that came by `https` may ask an address that is `http` here; never the other way round.
fn is_origin_of(origin: &str, url: &str) -> bool {
    match (parts(origin), parts(url)) {
        (Some((scheme, host)), Some((our_scheme, our_host))) => {
            host.eq_ignore_ascii_case(our_host) && (scheme == our_scheme || scheme == "https")
        }
        (_, _) => false,
    }
}

/// Scheme and host with port, as browsers write them: without a port where it is the scheme's own.
fn parts(address: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = address.split_once("://")?;
    rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty()).map(|host| (scheme, host))
}

#[cfg(test)]
impl SameOrigin {
    pub(super) fn for_tests() -> Self {
        Self(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://onereply.example.workers.dev/api/pause?x=https://evil.example";

    fn check(console: Option<&str>, origin: Option<&str>, fetch_site: Option<&str>) -> Result<(), CrossSite> {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let url = URL.to_owned();
        let origins = Origins { url, console: owned(console), origin: owned(origin), fetch_site: owned(fetch_site) };
        origins.check().map(drop)
    }

    #[test]
    fn the_console_may_ask_and_so_may_a_browser_that_says_nothing_of_origins() {
        assert_eq!(check(Some("1"), Some("https://onereply.example.workers.dev"), Some("same-origin")), Ok(()));
        assert_eq!(check(Some("1"), None, None), Ok(()));
    }

    #[test]
    fn nobody_may_without_the_header() {
        for console in [None, Some(""), Some("0"), Some("true")] {
            let own = Some("https://onereply.example.workers.dev");
            assert_eq!(check(console, own, Some("same-origin")), Err(CrossSite), "{console:?}");
        }
    }

    #[test]
    fn another_origin_may_not_whatever_it_says_besides() {
        for origin in [
            "https://evil.example",
            "https://onereply.example.workers.dev.evil.example",
            "https://onereply.example.workers.dev:8443",
            "http://onereply.example.workers.dev",
            "https://other.example.workers.dev",
            "https://",
            "null",
            "",
        ] {
            assert_eq!(check(Some("1"), Some(origin), Some("same-origin")), Err(CrossSite), "{origin}");
            assert_eq!(check(Some("1"), Some(origin), None), Err(CrossSite), "{origin}");
        }
        for site in ["cross-site", "same-site", "none", ""] {
            let own = Some("https://onereply.example.workers.dev");
            assert_eq!(check(Some("1"), own, Some(site)), Err(CrossSite), "{site}");
        }
    }

    #[test]
    fn behind_a_tunnel_the_page_came_by_https_and_the_request_does_not() {
        assert!(is_origin_of("https://words.trycloudflare.com", "http://words.trycloudflare.com/api/pause"));
        assert!(is_origin_of("http://127.0.0.1:8000", "http://127.0.0.1:8000/console/sign-in"));
        assert!(!is_origin_of("http://127.0.0.1:8010", "http://127.0.0.1:8000/console/sign-in"));
        assert!(!is_origin_of("ftp://127.0.0.1:8000", "http://127.0.0.1:8000/"));
    }
}
