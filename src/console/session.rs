//! The console's session: a cookie that we signed. Nothing is kept of it, so what ends it is its time, or another `CONSOLE_TOKEN`.
//!
//! `v1.<expires_ms>.<hex of the name>.<hex of an HMAC>`. The key is `CONSOLE_TOKEN`, and what is signed begins with a [`Salt`]: without
//! it a cookie would show whoever makes one up whether they have guessed the token, past the limit of attempts.

use super::name::OperatorName;
use super::operator::{Admitted, Operator};
use super::same_origin::SameOrigin;
use crate::secret::Secret;
use crate::time::{Millis, UnixMillis};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha1::Sha1;
use std::fmt;

/// The cookie's name. `__Host-`: browsers take it only over HTTPS, for this host alone and for all of its paths.
pub const COOKIE: &str = "__Host-onereply";

/// A session lasts a working day.
pub const LASTS: Millis = Millis::from_hours(12);

/// Who must never learn of the token by a cookie cannot know this. It is made once and kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Salt(String);

impl Salt {
    /// Of these random bytes.
    pub fn new(random: [u8; 32]) -> Self {
        Self(hex::encode(random))
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(…)")
    }
}

/// What sessions are signed with.
pub struct Key<'a> {
    /// `CONSOLE_TOKEN`.
    pub token: &'a Secret,
    /// The workspace's own.
    pub salt: &'a Salt,
}

/// Why a request is in no session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSession {
    /// It has no such cookie.
    Absent,
    /// We did not sign it, or not with the present token.
    Forged,
    /// It has ended.
    Expired,
}

/// Begins a session: the `Set-Cookie` of it.
pub fn begin(_: Admitted, _: SameOrigin, key: &Key<'_>, name: Option<&OperatorName>, now: UnixMillis) -> String {
    set_cookie(&signed(key, name, now.after(LASTS)), LASTS)
}

/// Ends one, in the browser: the `Set-Cookie` of that.
pub fn end(_: SameOrigin) -> String {
    set_cookie("", Millis(0))
}

/// Whose session a request is in, by its `Cookie`.
pub fn check(cookies: Option<&str>, key: &Key<'_>, now: UnixMillis) -> Result<Operator, NoSession> {
    let (said, signature) = cookie(cookies).ok_or(NoSession::Absent)?.rsplit_once('.').ok_or(NoSession::Forged)?;
    let signature = hex::decode(signature).map_err(|_| NoSession::Forged)?;
    mac(key, said).verify_slice(&signature).map_err(|_| NoSession::Forged)?;
    // We said it ourselves; a version that we do not know is another program's.
    let mut parts = said.split('.');
    let (Some("v1"), Some(expires_at), Some(name), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(NoSession::Forged);
    };
    let expires_at = UnixMillis(expires_at.parse().map_err(|_| NoSession::Forged)?);
    if expires_at <= now {
        return Err(NoSession::Expired);
    }
    let name = hex::decode(name).ok().and_then(|name| String::from_utf8(name).ok());
    Ok(Operator::in_session(name.as_deref().and_then(OperatorName::new), expires_at))
}

/// Whether a request has the cookie at all.
pub fn cookie(cookies: Option<&str>) -> Option<&str> {
    let named = |cookie: &'_ str| cookie.trim().split_once('=').is_some_and(|(name, _)| name == COOKIE);
    let found = cookies?.split(';').find(|cookie| named(cookie))?;
    found.split_once('=').map(|(_, value)| value.trim())
}

fn signed(key: &Key<'_>, name: Option<&OperatorName>, expires_at: UnixMillis) -> String {
    let name = hex::encode(name.map_or("", OperatorName::as_str));
    let said = format!("v1.{}.{name}", expires_at.0);
    let signature = hex::encode(mac(key, &said).finalize().into_bytes());
    format!("{said}.{signature}")
}

fn mac(key: &Key<'_>, said: &str) -> Hmac<Sha1> {
    let mac = Hmac::<Sha1>::new_from_slice(key.token.expose().as_bytes()).expect("HMAC takes a key of any length");
    // Nothing else is signed with this key that begins so.
    mac.chain_update(b"onereply session\n").chain_update(&key.salt.0).chain_update(b"\n").chain_update(said)
}

fn set_cookie(value: &str, lasts: Millis) -> String {
    format!("{COOKIE}={value}; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age={}", lasts.0 / 1_000)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::console::attempts::Verdict;
    use crate::console::operator::{CameBy, Judged};

    const NOW: UnixMillis = UnixMillis(1_770_000_000_000);
    const END: UnixMillis = NOW.after(LASTS);

    fn token() -> Secret {
        Secret::new("correct horse").unwrap()
    }

    fn salt() -> Salt {
        Salt::new([1; 32])
    }

    fn value(name: &str) -> String {
        let admitted = Judged::of(Some("correct horse"), &token()).admit(Verdict::Within).ok().unwrap();
        let (token, salt) = (token(), salt());
        let key = Key { token: &token, salt: &salt };
        let set = begin(admitted, SameOrigin::for_tests(), &key, OperatorName::new(name).as_ref(), NOW);
        let attributes = "; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=43200";
        set.strip_prefix("__Host-onereply=").unwrap().strip_suffix(attributes).unwrap().to_owned()
    }

    fn said(cookies: Option<&str>, token: &Secret, salt: &Salt, now: UnixMillis) -> Result<Option<String>, NoSession> {
        let operator = check(cookies, &Key { token, salt }, now)?;
        assert_eq!(operator.came_by(), CameBy::Console { expires_at: END });
        Ok(operator.name().map(|name| name.as_str().to_owned()))
    }

    fn whose(cookies: &str) -> Result<Option<String>, NoSession> {
        said(Some(cookies), &token(), &salt(), NOW)
    }

    #[test]
    fn whoever_signed_in_is_known_by_name_until_the_session_ends() {
        let cookie = format!("__Host-onereply={}", value("Ana Müller"));
        assert_eq!(whose(&cookie), Ok(Some("Ana Müller".to_owned())));
        assert_eq!(whose(&format!("a=b;  {cookie}; c=d")), Ok(Some("Ana Müller".to_owned())));
        assert_eq!(whose(&format!("__Host-onereply={}", value(""))), Ok(None));
        let last = UnixMillis(END.0 - 1);
        assert!(said(Some(&cookie), &token(), &salt(), last).is_ok());
        assert_eq!(said(Some(&cookie), &token(), &salt(), END), Err(NoSession::Expired));
    }

    #[test]
    fn another_token_or_salt_ends_it() {
        let cookie = format!("__Host-onereply={}", value("Ana"));
        let (other_token, other_salt) = (Secret::new("correct horsf").unwrap(), Salt::new([2; 32]));
        assert_eq!(said(Some(&cookie), &other_token, &salt(), NOW), Err(NoSession::Forged));
        assert_eq!(said(Some(&cookie), &token(), &other_salt, NOW), Err(NoSession::Forged));
    }

    #[test]
    fn no_character_of_it_can_be_changed() {
        let value = value("Ana");
        for at in 0..value.len() {
            let other = if &value[at..=at] == "1" { "2" } else { "1" };
            let changed = format!("{}{other}{}", &value[..at], &value[at + 1..]);
            assert_eq!(whose(&format!("__Host-onereply={changed}")), Err(NoSession::Forged), "{changed}");
        }
        for forged in ["", ".", "v1", "v1...", "v1.9999999999999..", &value[..value.len() - 2], &format!("{value}00")] {
            assert_eq!(whose(&format!("__Host-onereply={forged}")), Err(NoSession::Forged), "{forged}");
        }
    }

    #[test]
    fn under_another_name_it_is_none() {
        let value = value("Ana");
        for name in ["onereply", "__Secure-onereply", "__host-onereply", "__Host-onereply2", "x__Host-onereply"] {
            assert_eq!(whose(&format!("{name}={value}")), Err(NoSession::Absent), "{name}");
        }
        assert_eq!(said(None, &token(), &salt(), NOW), Err(NoSession::Absent));
        assert_eq!(whose("__Host-onereply"), Err(NoSession::Absent));
    }

    #[test]
    fn signing_out_empties_it() {
        let set = end(SameOrigin::for_tests());
        assert_eq!(set, "__Host-onereply=; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=0");
    }

    #[test]
    fn a_salt_is_not_shown() {
        assert_eq!(format!("{:?}", salt()), "Salt(…)");
    }
}
