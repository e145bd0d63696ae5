//! For tests: words reach a customer in one way only. The types see to most of it ([`ReplyHtml`](crate::text::ReplyHtml) has
//! no constructor but the writer's, and a reply takes nothing else); this watches the ways around them in the sources.

use std::fs;
use std::path::Path;

/// The program's own lines of all sources: without comments and tests, each with its file.
fn lines() -> Vec<(String, String)> {
    let mut lines = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut lines);
    assert!(lines.len() > 5_000, "only {} lines", lines.len());
    lines
}

fn collect(folder: &Path, lines: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        if path.is_dir() && name != "tests" {
            collect(&path, lines);
        } else if name.ends_with(".rs") && name != "tests.rs" && name != "one_exit.rs" {
            let source = fs::read_to_string(&path).expect("a source is a text");
            let file = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).expect("it is below").display().to_string();
            let program = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            let code = program.lines().map(str::trim).filter(|line| !line.starts_with("//"));
            lines.extend(code.map(|line| (file.clone(), line.to_owned())));
        }
    }
}

/// In which files a line holds this, once for each line.
fn places(what: impl Fn(&str) -> bool) -> Vec<String> {
    let mut places: Vec<_> = lines().into_iter().filter(|(_, line)| what(line)).map(|(file, _)| file).collect();
    places.sort();
    places
}

fn makes(line: &str, name: &str, opens: char) -> bool {
    let is_made = line.match_indices(name).any(|(at, _)| {
        let alone = !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '>' || c == '"');
        alone && line[at + name.len()..].trim_start().starts_with(opens)
    });
    let declared = ["struct ", "impl ", "fn ", "-> "].iter().any(|word| line.contains(&format!("{word}{name}")));
    is_made && !declared && !line.contains(&format!("for {name}"))
}

#[test]
fn a_replys_words_are_made_by_the_writer_alone() {
    assert_eq!(places(|line| makes(line, "ReplyHtml", '(')), ["src/text/html.rs"]);
    assert_eq!(places(|line| line.contains("into_reply()")), ["src/text/answer.rs", "src/text/answer.rs"]);
    let source = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/text/html.rs")).expect("a text");
    let declared = "#[derive(Clone, PartialEq, Eq)]\npub struct ReplyHtml(String);";
    assert!(source.contains(declared), "neither read from anywhere, nor open to others");
    assert_eq!(places(|line| line.contains(" for ReplyHtml")), ["src/text/html.rs"], "`Debug` and nothing else");
}

#[test]
fn a_reply_is_posted_from_one_place() {
    let requests = "src/intercom/requests.rs";
    assert_eq!(places(|line| line.contains("}/reply")), [requests], "the address of replies");
    assert_eq!(places(|line| line.contains("ReplyText::Public(html))")), [requests], "the call");
    assert_eq!(places(|line| line.contains("ReplyText::Public(html) =>")), [requests], "the body");
    assert_eq!(places(|line| line.contains("(\"comment\",")), [requests], "its kind");
    assert_eq!(places(|line| makes(line, "ReplyBody", '{')), [requests], "the only body with words");
}

#[test]
fn requests_are_made_by_the_two_languages_and_for_alerts_and_sent_from_one_place() {
    let mut makers = places(|line| makes(line, "HttpRequest", '{'));
    makers.dedup();
    assert_eq!(makers, ["src/gpt_trainer/requests.rs", "src/intercom/requests.rs", "src/workspace/alerts.rs"]);
    assert_eq!(places(|line| line.contains("Fetch::")), ["src/edge/fetch.rs"]);
    assert_eq!(places(|line| line.contains("api.intercom.io") && line.contains("format!")), Vec::<String>::new());
}
