//! The fuzz targets without cargo-fuzz: the corpus as it is, and some thousand spoiled copies of it from a fixed seed.
#![allow(clippy::unwrap_used)]

#[path = "../fuzz/targets/mod.rs"]
mod targets;

use fastrand::Rng;
use std::fs;
use std::path::Path;

/// So many spoiled copies of the corpus go to each target: a few seconds.
const ROUNDS: usize = 3_000;

/// What means something to one of the readers.
const PIECES: [&[u8]; 24] = [
    b"<",
    b">",
    b"</",
    b"<!--",
    b"&",
    b"&#",
    b"**",
    b"_",
    b"`",
    b"```\n",
    b"[",
    b"](",
    b"![",
    b"|",
    b"\n",
    b"\n\n",
    b"> ",
    b"- ",
    b"\"",
    b"{",
    b"null",
    b"\\u0000",
    b"\xff",
    "漢".as_bytes(),
];

#[test]
fn webhooks() {
    fuzz("webhook", targets::webhook);
}

#[test]
fn customers_html() {
    fuzz("html", targets::html);
}

#[test]
fn answers() {
    fuzz("markdown", targets::markdown);
}

#[test]
fn gpt_trainers_bodies() {
    fuzz("trainer", targets::trainer);
}

fn fuzz(name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    paths.sort();
    let corpus: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
    assert!(corpus.len() >= 2);
    corpus.iter().for_each(|data| target(data));
    target(b"");
    let mut dice = Rng::with_seed(1);
    for _ in 0..ROUNDS {
        let mut data = corpus[dice.usize(..corpus.len())].clone();
        for _ in 0..dice.usize(1..8) {
            spoil(&mut data, &corpus, &mut dice);
        }
        target(&data);
    }
}

fn spoil(data: &mut Vec<u8>, corpus: &[Vec<u8>], dice: &mut Rng) {
    let at = dice.usize(..=data.len());
    let end = (at + dice.usize(..40)).min(data.len());
    match dice.u8(..6) {
        0 => data.truncate(at),
        1 => drop(data.splice(at..end, [])),
        2 => drop(data.splice(at..at, PIECES[dice.usize(..PIECES.len())].repeat(dice.usize(1..20)))),
        3 => {
            let copy = data[at..end].to_vec();
            drop(data.splice(at..at, copy));
        }
        4 => {
            let other = &corpus[dice.usize(..corpus.len())];
            let tail = other[dice.usize(..=other.len())..].to_vec();
            drop(data.splice(at.., tail));
        }
        _one_byte => drop(data.splice(at..end.min(at + 1), [dice.u8(..)])),
    }
}
