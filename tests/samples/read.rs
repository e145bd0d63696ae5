//! The recorded files.

use std::path::PathBuf;

/// Where the samples lie.
pub fn webhooks() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples/webhooks")
}

/// The exact bytes of one.
pub fn sample(name: &str) -> Vec<u8> {
    std::fs::read(webhooks().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Every name in `SIGNATURES` with its `X-Hub-Signature`.
pub fn recorded_signatures() -> Vec<(String, String)> {
    let file = String::from_utf8(sample("SIGNATURES")).unwrap();
    file.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once("  ").unwrap())
        .map(|(signature, name)| (name.to_owned(), signature.to_owned()))
        .collect()
}

/// The `X-Hub-Signature` of one.
pub fn recorded_signature(name: &str) -> String {
    recorded_signatures().into_iter().find(|(it, _)| it == name).map(|(_, signature)| signature).unwrap()
}
