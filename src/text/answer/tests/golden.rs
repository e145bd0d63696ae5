//! Answers as chatbots write them, and what customers see of them: `golden/*.md` and `golden/*.html`.
//! `GOLDEN=write cargo test golden` writes the HTML anew; read the difference before you commit it.

use super::*;
use std::path::{Path, PathBuf};
use std::{env, fs};

#[test]
fn answers_look_as_they_did() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/text/answer/tests/golden");
    let files = fs::read_dir(folder).expect("the folder is there").map(|file| file.expect("a file").path());
    let mut answers: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
    answers.sort();
    assert!(answers.len() >= 12, "only {}", answers.len());
    for markdown in answers {
        let golden = markdown.with_extension("html");
        let html = readable(&reply(&fs::read_to_string(&markdown).expect("it is a text")));
        if env::var_os("GOLDEN").is_some_and(|mode| mode == "write") {
            fs::write(&golden, &html).expect("it can be written");
        }
        assert_eq!(html, fs::read_to_string(&golden).unwrap_or_default(), "{}", markdown.display());
    }
}

/// A line for each block and each line in it, for people who compare.
fn readable(html: &str) -> String {
    let mut lines = html.to_owned();
    for end in ["</p>", "</li>", "<ul>", "<ol>", "</ul>", "</ol>", "<br>"] {
        lines = lines.replace(end, &format!("{end}\n"));
    }
    lines
}
