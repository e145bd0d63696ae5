//! How to reach Intercom, and as whom.

use crate::intercom::ids::AdminId;
use crate::secret::Secret;
use crate::turn::policy::CredentialsPrint;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// The account at Intercom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntercomAccount {
    /// `INTERCOM_API_URL`, without a slash at its end.
    pub api_url: String,
    /// `INTERCOM_VERSION`.
    pub version: String,
    /// `INTERCOM_ACCESS_TOKEN`.
    pub token: Secret,
    /// `INTERCOM_ADMIN_ID`.
    pub admin: AdminId,
}

impl IntercomAccount {
    /// What tells this access token from another one: the first 8 hex digits of an HMAC, too few to guess the token by.
    pub fn credentials(&self) -> CredentialsPrint {
        let mut mac =
            Hmac::<Sha1>::new_from_slice(self.token.expose().as_bytes()).expect("HMAC takes a key of any length");
        mac.update(b"onereply credentials");
        let mut print = hex::encode(mac.finalize().into_bytes());
        print.truncate(8);
        CredentialsPrint(print)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn credentials_print_format_unchanged() {
        let account = IntercomAccount {
            api_url: "https://api.intercom.io".to_owned(),
            version: "2.16".to_owned(),
            token: Secret::new("sandbox-access-token").unwrap(),
            admin: AdminId::new("3156780").unwrap(),
        };
        assert_eq!(account.credentials(), CredentialsPrint("bd5d107c".to_owned()));
    }
}
