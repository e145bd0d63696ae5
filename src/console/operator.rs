//! A caller who was proven to be the operator. Every handler of the API needs one, and one that changes something needs
//! [`MayChange`]; both can only be had here, at the price of a proof.

use super::attempts::AttemptVerdict;
use super::name::OperatorName;
use super::same_origin::{CrossSite, SameOrigin};
use crate::secret::Secret;
use crate::time::UnixMillis;

/// A caller who may read.
#[derive(Debug)]
pub struct Operator {
    name: Option<OperatorName>,
    came_by: CameBy,
}

/// How a caller signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CameBy {
    /// With the console's cookie.
    Console {
        /// When the session ends.
        expires_at: UnixMillis,
    },
    /// With the token itself.
    Bearer,
}

/// A caller who may also change something: no other site made their browser ask for it.
#[derive(Debug)]
pub struct MayChange(Operator);

/// A token from outside, compared with ours.
pub struct Judged(Option<Proof>);

/// That a token was the right one.
struct Proof;

/// A caller with the right token, within the limits of attempts.
pub struct Admitted(Proof);

/// Why a token does not open the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAdmitted {
    /// It is not the token.
    WrongToken,
    /// There were too many wrong ones, so that it does not matter whether this one is right.
    TooManyAttempts {
        /// For so many seconds.
        retry_after_s: u64,
    },
}

impl Judged {
    /// Compares a token. How long that takes says nothing of where they differ.
    pub fn of(given: Option<&str>, token: &Secret) -> Self {
        Self(given.is_some_and(|given| token.is(given.trim())).then_some(Proof))
    }

    /// What the count of attempts must know of it.
    pub fn is_right(&self) -> bool {
        self.0.is_some()
    }

    /// Lets them in, if the count of attempts does.
    pub fn admit(self, verdict: AttemptVerdict) -> Result<Admitted, NotAdmitted> {
        match (verdict, self.0) {
            (AttemptVerdict::TooMany { retry_after_s }, _) => Err(NotAdmitted::TooManyAttempts { retry_after_s }),
            (AttemptVerdict::Within, Some(proof)) => Ok(Admitted(proof)),
            (AttemptVerdict::Within | AttemptVerdict::Counted(_), _) => Err(NotAdmitted::WrongToken),
        }
    }
}

impl Operator {
    /// The token came with the request itself. They say who they are, if at all, in the request's body.
    pub fn with_token(_admitted: Admitted) -> Self {
        Self { name: None, came_by: CameBy::Bearer }
    }

    pub(super) fn in_session(name: Option<OperatorName>, expires_at: UnixMillis) -> Self {
        Self { name, came_by: CameBy::Console { expires_at } }
    }

    /// What they call themselves, if they came by the console and said so.
    pub fn name(&self) -> Option<&OperatorName> {
        self.name.as_ref()
    }

    /// By which door they came.
    pub fn came_by(&self) -> CameBy {
        self.came_by
    }

    /// Whether they may change something. A browser sends the cookie whoever made it ask, so there the same site must have
    /// done so; the token is sent by nobody but its holder.
    pub fn may_change(self, asked: Result<SameOrigin, CrossSite>) -> Result<MayChange, CrossSite> {
        match self.came_by {
            CameBy::Bearer => Ok(MayChange(self)),
            CameBy::Console { .. } => asked.map(|_same| MayChange(self)),
        }
    }
}

impl MayChange {
    /// Who it is.
    pub fn operator(&self) -> &Operator {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::console::attempts::Limit;

    fn judged(given: Option<&str>) -> Judged {
        Judged::of(given, &Secret::new("correct horse").unwrap())
    }

    fn admit(given: Option<&str>, verdict: AttemptVerdict) -> Result<(), NotAdmitted> {
        judged(given).admit(verdict).map(drop)
    }

    #[test]
    fn only_the_right_token_within_the_limits_opens_the_door() {
        let right = Some(" correct horse ");
        assert_eq!(
            (judged(right).is_right(), judged(Some("x")).is_right(), judged(None).is_right()),
            (true, false, false)
        );
        assert_eq!(admit(right, AttemptVerdict::Within), Ok(()));
        assert_eq!(admit(Some("wrong"), AttemptVerdict::Counted(Limit::Open)), Err(NotAdmitted::WrongToken));
        let too_many = NotAdmitted::TooManyAttempts { retry_after_s: 9 };
        for given in [right, Some("wrong"), None] {
            assert_eq!(admit(given, AttemptVerdict::TooMany { retry_after_s: 9 }), Err(too_many));
        }
        // Whatever is said of the count: a wrong token is a wrong token.
        assert_eq!(admit(Some("wrong"), AttemptVerdict::Within), Err(NotAdmitted::WrongToken));
    }

    #[test]
    fn with_the_cookie_a_change_needs_the_same_site_and_with_the_token_it_does_not() {
        let bearer = || Operator::with_token(judged(Some("correct horse")).admit(AttemptVerdict::Within).ok().unwrap());
        assert!(bearer().may_change(Err(CrossSite)).is_ok());
        let session = || Operator::in_session(OperatorName::new("Ana"), UnixMillis(9));
        assert_eq!(session().may_change(Err(CrossSite)).unwrap_err(), CrossSite);
        let may = session().may_change(Ok(SameOrigin::for_tests())).unwrap();
        assert_eq!(may.operator().name(), OperatorName::new("Ana").as_ref());
        assert_eq!(may.operator().came_by(), CameBy::Console { expires_at: UnixMillis(9) });
    }
}
