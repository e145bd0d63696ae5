//! `X-Hub-Signature` (Intercom's page "Webhook models", section "Signed notifications").

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// `sha1=` and the lower-case hex of HMAC-SHA1 over the exact bytes of the body, keyed with the app's client secret.
pub fn sign(client_secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(client_secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(body);
    format!("sha1={}", hex::encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_rfc_2202() {
        let signature = sign("Jefe", b"what do ya want for nothing?");
        assert_eq!(signature, "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    }
}
