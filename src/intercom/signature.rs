//! Who may wake us: a webhook is worth reading only after its signature was proved.
//!
//! Intercom signs the raw bytes with HMAC-SHA1 under the app's `client_secret` ("Signed notifications"). Its other
//! signatures (`X-Body-Signature`, `X-Fin-Agent-API-Webhook-Signature`) belong to other doors and are not accepted here.

use crate::secret::Secret;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha1::Sha1;
use std::fmt;

/// The name of the header, in lower case.
pub const SIGNATURE_HEADER: &str = "x-hub-signature";

/// A delivery as it came in. All that can be done with it is to [verify](Self::verify) it.
pub struct RawWebhook {
    /// The exact bytes of the body: JSON that parses equal may be signed differently.
    pub bytes: Vec<u8>,
    /// `X-Hub-Signature`.
    pub header: Option<String>,
}

/// A delivery that Intercom signed. Only [`RawWebhook::verify`] makes one.
pub struct VerifiedWebhook {
    bytes: Vec<u8>,
    signed_with: SignedWith,
}

/// The client secret, and during a rotation the one before it. There is always at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookSecrets {
    /// `INTERCOM_CLIENT_SECRET`.
    pub current: Secret,
    /// `INTERCOM_CLIENT_SECRET_PREVIOUS`.
    pub previous: Option<Secret>,
}

/// Which client secret signed a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignedWith {
    /// `INTERCOM_CLIENT_SECRET`.
    Current,
    /// `INTERCOM_CLIENT_SECRET_PREVIOUS`: the rotation is not over at Intercom's side.
    Previous,
}

/// Why a delivery is not believed. All are answered 401.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// There is no `X-Hub-Signature`.
    #[error("no signature")]
    Missing,
    /// It is not `sha1=` and 40 hex digits.
    #[error("malformed signature")]
    Malformed,
    /// It was made with another secret or for other bytes.
    #[error("signature does not match")]
    Mismatch,
}

impl RawWebhook {
    /// Proves that Intercom sent exactly these bytes. Replays verify for ever: what was answered is told by part ids.
    pub fn verify(self, secrets: &WebhookSecrets) -> Result<VerifiedWebhook, SignatureError> {
        let given = digest(self.header.as_deref().ok_or(SignatureError::Missing)?)?;
        // Both are always tried, so that the time taken does not tell which secret is in use.
        let current = verify_with(&secrets.current, &self.bytes, &given);
        let previous = secrets.previous.as_ref().map(|secret| verify_with(secret, &self.bytes, &given));
        let signed_with = match (current, previous) {
            (Ok(()), _) => SignedWith::Current,
            (Err(_), Some(Ok(()))) => SignedWith::Previous,
            (Err(mismatch), Some(Err(_)) | None) => return Err(mismatch),
        };
        Ok(VerifiedWebhook { bytes: self.bytes, signed_with })
    }
}

impl VerifiedWebhook {
    /// The bytes that were signed.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Which secret they were signed with.
    pub fn signed_with(&self) -> SignedWith {
        self.signed_with
    }
}

fn digest(header: &str) -> Result<[u8; 20], SignatureError> {
    let mut digest = [0; 20];
    let hex_digits = header.strip_prefix("sha1=").ok_or(SignatureError::Malformed)?;
    hex::decode_to_slice(hex_digits, &mut digest).map_err(|_| SignatureError::Malformed)?;
    Ok(digest)
}

fn verify_with(secret: &Secret, bytes: &[u8], given: &[u8; 20]) -> Result<(), SignatureError> {
    Hmac::<Sha1>::new_from_slice(secret.expose().as_bytes())
        .expect("HMAC takes keys of any length")
        .chain_update(bytes)
        .verify_slice(given)
        .map_err(|_| SignatureError::Mismatch)
}

// The bytes are a customer's words.
impl fmt::Debug for RawWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawWebhook").field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

impl fmt::Debug for VerifiedWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedWebhook")
            .field("bytes", &self.bytes.len())
            .field("signed_with", &self.signed_with)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// RFC 2202, test case 2.
    const BYTES: &[u8] = b"what do ya want for nothing?";
    const SIGNATURE: &str = "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79";

    fn secrets(current: &str, previous: Option<&str>) -> WebhookSecrets {
        WebhookSecrets { current: Secret::new(current).unwrap(), previous: previous.and_then(Secret::new) }
    }

    fn verify(bytes: &[u8], header: Option<&str>, secrets: &WebhookSecrets) -> Result<SignedWith, SignatureError> {
        let raw = RawWebhook { bytes: bytes.to_vec(), header: header.map(str::to_owned) };
        raw.verify(secrets).map(|verified| {
            assert_eq!(verified.bytes(), bytes);
            verified.signed_with()
        })
    }

    #[test]
    fn signed_bytes_verify() {
        assert_eq!(verify(BYTES, Some(SIGNATURE), &secrets("Jefe", None)), Ok(SignedWith::Current));
    }

    #[test]
    fn hex_digits_may_be_upper_case_but_the_prefix_not() {
        let upper = format!("sha1={}", SIGNATURE[5..].to_uppercase());
        assert_eq!(verify(BYTES, Some(&upper), &secrets("Jefe", None)), Ok(SignedWith::Current));
        let prefix = format!("SHA1={}", &SIGNATURE[5..]);
        assert_eq!(verify(BYTES, Some(&prefix), &secrets("Jefe", None)), Err(SignatureError::Malformed));
    }

    // shows: G4
    #[test]
    fn during_a_rotation_either_secret_verifies() {
        let both = secrets("new", Some("Jefe"));
        assert_eq!(verify(BYTES, Some(SIGNATURE), &both), Ok(SignedWith::Previous));
        assert_eq!(verify(BYTES, Some(SIGNATURE), &secrets("Jefe", Some("old"))), Ok(SignedWith::Current));
        assert_eq!(verify(BYTES, Some(SIGNATURE), &secrets("Jefe", Some("Jefe"))), Ok(SignedWith::Current));
        assert_eq!(verify(BYTES, Some(SIGNATURE), &secrets("new", Some("old"))), Err(SignatureError::Mismatch));
    }

    // shows: G4
    #[test]
    fn a_changed_byte_or_digit_does_not_verify() {
        let jefe = secrets("Jefe", None);
        let mut bytes = BYTES.to_vec();
        bytes.push(b'\n');
        assert_eq!(verify(&bytes, Some(SIGNATURE), &jefe), Err(SignatureError::Mismatch));
        for at in 5..SIGNATURE.len() {
            let digit = if &SIGNATURE[at..=at] == "0" { "1" } else { "0" };
            let mut changed = SIGNATURE.to_owned();
            changed.replace_range(at..=at, digit);
            assert_eq!(verify(BYTES, Some(&changed), &jefe), Err(SignatureError::Mismatch), "digit {at}");
        }
    }

    #[test]
    fn anything_but_sha1_and_forty_hex_digits_is_malformed() {
        let digits = &SIGNATURE[5..];
        for header in [
            String::new(),
            "sha1=".to_owned(),
            digits.to_owned(),
            format!("sha1={}", &digits[..39]),
            format!("sha1={}", &digits[..38]),
            format!("sha1={digits}00"),
            format!(" sha1={digits}"),
            format!("sha1={digits} "),
            format!("sha1= {digits}"),
            format!("sha1={digits}\n"),
            format!("sha1={digits},sha1={digits}"),
            format!("sha256={digits}"),
            format!("sha1={}g", &digits[..39]),
            format!("sha1={}é", &digits[..38]),
        ] {
            assert_eq!(
                verify(BYTES, Some(&header), &secrets("Jefe", None)),
                Err(SignatureError::Malformed),
                "{header:?}"
            );
        }
    }

    #[test]
    fn an_unsigned_delivery_is_not_believed() {
        assert_eq!(verify(BYTES, None, &secrets("Jefe", None)), Err(SignatureError::Missing));
    }

    #[test]
    fn debug_shows_neither_words_nor_secrets() {
        let raw = RawWebhook { bytes: BYTES.to_vec(), header: Some(SIGNATURE.to_owned()) };
        let shown = format!("{raw:?} {:?} {:?}", secrets("Jefe", Some("old")), {
            let raw = RawWebhook { bytes: BYTES.to_vec(), header: Some(SIGNATURE.to_owned()) };
            raw.verify(&secrets("Jefe", None)).unwrap()
        });
        assert!(!["nothing", "Jefe", "effc", "old"].iter().any(|it| shown.contains(it)), "{shown}");
    }
}
