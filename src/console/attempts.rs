//! How many wrong tokens are looked at. The count is held in memory alone, so that nobody's address is ever stored; what a
//! start of the object forgets, it also forgets a guesser's attempts, who gains ten guesses.

use crate::time::{Millis, UnixMillis};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::fmt;
use std::net::Ipv6Addr;

/// Wrong tokens count for so long.
pub const WINDOW: Millis = Millis::from_minutes(10);

/// So many from one client; then none of theirs is looked at, not even the right one: else the limit would tell which that is.
pub const MOST_BY_CLIENT: usize = 10;

/// So many from all together.
pub const MOST_IN_ALL: usize = 200;

/// Who tries, by address. It is neither stored nor logged, so `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Client(String);

/// What the count says of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AttemptVerdict {
    /// Nothing stands against it.
    Within,
    /// It was wrong, and is counted.
    Counted(Limit),
    /// It is not looked at.
    TooMany {
        /// For so many seconds.
        retry_after_s: u64,
    },
}

/// What a wrong attempt has used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Neither: they may try again.
    Open,
    /// [`MOST_BY_CLIENT`].
    ByClient,
    /// [`MOST_IN_ALL`].
    InAll,
}

/// The wrong attempts of the last [`WINDOW`], oldest first.
#[derive(Debug, Default)]
pub struct Attempts(VecDeque<(UnixMillis, Client)>);

impl Client {
    /// By the address as Cloudflare tells it. One subscriber has a whole /64 of IPv6 addresses.
    pub fn of(address: Option<&str>) -> Self {
        let address = address.unwrap_or_default().trim();
        match address.parse::<Ipv6Addr>() {
            Ok(address) => Self(address.segments()[..4].iter().map(|segment| format!("{segment:x}:")).collect()),
            // It is Cloudflare's own word, so it is short; whatever else it is, it is compared whole.
            Err(_) => Self(address.chars().take(64).collect()),
        }
    }
}

impl Attempts {
    /// Judges an attempt, and counts a wrong one. What is not looked at is not counted: a client that waits comes in again.
    pub fn judge(&mut self, client: &Client, is_right: bool, now: UnixMillis) -> AttemptVerdict {
        while self.0.front().is_some_and(|(at, _)| now.since(*at) >= WINDOW) {
            self.0.pop_front();
        }
        let by_client = self.0.iter().filter(|(_, other)| other == client).count();
        let limits = [(MOST_BY_CLIENT, by_client, Some(client)), (MOST_IN_ALL, self.0.len(), None)];
        let reached = limits.into_iter().filter(|(most, count, _)| count >= most);
        if let Some(over_at) = reached.filter_map(|(_, _, client)| self.over_at(client)).max() {
            return AttemptVerdict::TooMany { retry_after_s: over_at.since(now).0.div_ceil(1_000).max(1) };
        }
        if is_right {
            return AttemptVerdict::Within;
        }
        self.0.push_back((now, client.clone()));
        AttemptVerdict::Counted(match (by_client + 1 >= MOST_BY_CLIENT, self.0.len() >= MOST_IN_ALL) {
            (_, true) => Limit::InAll,
            (true, false) => Limit::ByClient,
            (false, false) => Limit::Open,
        })
    }

    /// When the oldest attempt, of this client or of anybody, counts no more: at the limit that is when it ends.
    fn over_at(&self, client: Option<&Client>) -> Option<UnixMillis> {
        let mut of_them = self.0.iter().filter(|(_, other)| client.is_none_or(|client| client == other));
        of_them.next().map(|(at, _)| at.after(WINDOW))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = UnixMillis(1_770_000_000_000);

    fn at(seconds: u64) -> UnixMillis {
        NOW.after(Millis::from_seconds(seconds))
    }

    fn client(n: usize) -> Client {
        Client::of(Some(&format!("203.0.113.{n}")))
    }

    #[test]
    fn a_client_has_ten_wrong_ones_in_ten_minutes_and_then_not_even_the_right_one_is_looked_at() {
        let mut attempts = Attempts::default();
        for n in 0..9 {
            assert_eq!(attempts.judge(&client(1), false, at(n)), AttemptVerdict::Counted(Limit::Open), "{n}");
        }
        assert_eq!(attempts.judge(&client(1), true, at(9)), AttemptVerdict::Within);
        assert_eq!(attempts.judge(&client(1), false, at(9)), AttemptVerdict::Counted(Limit::ByClient));
        for token in [true, false] {
            assert_eq!(attempts.judge(&client(1), token, at(10)), AttemptVerdict::TooMany { retry_after_s: 590 });
            assert_eq!(attempts.judge(&client(1), token, at(599)), AttemptVerdict::TooMany { retry_after_s: 1 });
        }
        assert_eq!(attempts.judge(&client(2), true, at(10)), AttemptVerdict::Within, "somebody else");
        assert_eq!(attempts.judge(&client(1), true, at(600)), AttemptVerdict::Within);
        assert_eq!(
            attempts.judge(&client(1), false, at(600)),
            AttemptVerdict::Counted(Limit::ByClient),
            "nine still count"
        );
    }

    #[test]
    fn all_together_have_two_hundred() {
        let mut attempts = Attempts::default();
        for n in 0..199 {
            assert_eq!(attempts.judge(&client(n), false, at(1)), AttemptVerdict::Counted(Limit::Open), "{n}");
        }
        assert_eq!(attempts.judge(&client(199), false, at(1)), AttemptVerdict::Counted(Limit::InAll));
        assert_eq!(attempts.judge(&client(1_000), true, at(2)), AttemptVerdict::TooMany { retry_after_s: 599 });
        assert_eq!(attempts.judge(&client(1_000), true, at(601)), AttemptVerdict::Within);
    }

    #[test]
    fn what_is_not_looked_at_neither_counts_nor_takes_room() {
        let mut attempts = Attempts::default();
        for n in 0..1_000 {
            attempts.judge(&client(n % 50), false, at(1));
        }
        assert_eq!(attempts.0.len(), MOST_IN_ALL);
        let mut attempts = Attempts::default();
        for n in 0..600 {
            attempts.judge(&client(1), false, at(n));
        }
        assert_eq!(attempts.0.len(), MOST_BY_CLIENT);
        assert_eq!(attempts.judge(&client(1), true, at(600)), AttemptVerdict::Within, "no longer than from the first");
    }

    #[test]
    fn a_subscriber_of_ipv6_is_one_client_and_whoever_is_not_told_of_are_one() {
        let of = |address: &str| Client::of(Some(address));
        assert_eq!(of("2001:db8:1:2::1"), of("2001:0db8:0001:0002:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("203.0.113.1"), of("203.0.113.2"));
        assert_eq!(Client::of(None), of(""));
        assert_eq!(of(&"x".repeat(1_000)).0.len(), 64);
        assert!(!format!("{:?}", of("203.0.113.1")).contains("203"));
    }
}
