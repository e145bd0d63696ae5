//! The CommonMark specification's own examples. What they are and whose: `spec/README.md`.

use super::*;
use serde_json::Value;

/// Examples whose words are others here, and why.
const OTHERWISE: &[(&str, &[u64])] = &[
    ("the number of a list that does not begin at 1 is text", &[265, 267, 268, 271, 296, 297, 299, 302]),
    ("a definition that no link leads to is read", &[207, 208, 210, 317, 537, 563, 565, 567, 571]),
    ("so is one whose label differs in case beyond ASCII", &[206, 540]),
    ("the quotes around code part the words", &[327, 349]),
];

#[test]
fn every_example_of_the_specification_stays_inside_the_allow_list_and_keeps_its_words() {
    let examples: Vec<Value> = serde_json::from_str(include_str!("spec/examples.json")).expect("it is JSON");
    assert_eq!(examples.len(), 652);
    let mut compared = 0;
    let mut others = Vec::new();
    for example in &examples {
        let text = |name: &str| example[name].as_str().expect("a text");
        let number = example["example"].as_u64().expect("a number");
        let html = reply(text("markdown"));
        // Raw HTML passes through in the specification and shows as its text here; an image is its description here.
        if text("markdown").contains(['<', '!']) {
            continue;
        }
        compared += 1;
        if words(&browser::seen(&html)) != words(&browser::seen(text("html"))) {
            others.push(number);
        }
    }
    assert!(compared > 450, "{compared}");
    let mut known: Vec<_> = OTHERWISE.iter().flat_map(|(_, numbers)| numbers.iter().copied()).collect();
    known.sort_unstable();
    assert_eq!(others, known);
}

fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}
