//! Answers that mean harm, and answers of a megabyte.

use super::*;
use proptest::prelude::*;

#[test]
fn hostile_answers_stay_inside_the_allow_list() {
    for hostile in [
        "<img src=x onerror=alert(1)>",
        "[a](https://example.org/\"onmouseover=\"alert(1))",
        "[a](<https://example.org/\"><script>alert(1)</script>>)",
        "![\"><script>](https://example.org)",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<p><ul><li></p>",
        "*a <b>b* c</b>",
        "**a\n\n- b** c",
        "1. > - ```\n1. > - x",
        "> # a\n> | b |\n> |---|\n> | c <br> d |",
        "&lt;script&gt; &#60;b&#62; &#0; \u{0}\u{7f}\u{1b}[0m",
        "<svg><a xlink:href=\"javascript:x\">y</a></svg>",
        "<a href='https://example.org'>*x</a>*",
        "[*a](https://example.org)* [![[b](https://x.io)](https://y.io)](https://z.io)",
        "- | a |\n  |---|\n  | b |\n-     code",
    ] {
        reply(hostile);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_answer_stays_inside_the_allow_list(text in any::<String>()) {
        reply(&text);
    }

    #[test]
    fn any_mixture_of_marks_stays_inside_the_allow_list(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        reply(&pieces.concat());
    }
}

const PIECES: &[&str] = &[
    "a",
    " ",
    "\n",
    "\n\n",
    "  ",
    "    ",
    "*",
    "**",
    "_",
    "`",
    "```\n",
    "# ",
    "- ",
    "1. ",
    "3. ",
    "> ",
    "[",
    "]",
    "(",
    ")",
    "![",
    "](https://x.io)",
    "](javascript:x)",
    "<b>",
    "</b>",
    "<a href='https://x.io'>",
    "</a>",
    "<br>",
    "<p>",
    "<div>\n",
    "</div>\n",
    "<x-y>",
    "<!--",
    "-->",
    "| a | b |\n",
    "|---|---|\n",
    "[1.2]",
    "&amp;",
    "&",
    "<",
    ">",
    "\"",
    "\\",
    "\t",
    "ü",
    "<https://x.io>",
    "<script>",
    "</script>",
    "---\n",
    "\u{0}",
];

/// What makes parsers slow, piece by piece.
const SLOW: &[&str] = &[
    "[",
    "]",
    "<",
    ">",
    "*",
    "**",
    "_",
    "&",
    "`",
    "![",
    "![a](",
    "[a](",
    "[a](b",
    "[a][",
    "> ",
    ">",
    "- ",
    "1. ",
    "*a ",
    "*a **b ",
    "a_b*c",
    "a**b_",
    "`a``b",
    "&amp;",
    "&#x",
    "<a ",
    "<a>",
    "<!--",
    "<![CDATA[",
    "<?",
    "<b><i>",
    "</p>",
    "\\",
    "\n> - ",
    "| a ",
    "|a|b|\n|-|-|\n",
    "a|b\n-|-\n",
    "[a]: b\n",
    "[a]:b\n\n[a]",
    "https://",
    "http://x.io/)",
    "://",
    "(https://x.io/((",
    "**漢",
    "[1.2]",
    "[1.",
    ". ",
    ".)",
    "\n",
    " ",
    "\t",
    "  \n",
    "\r",
    "\u{0}",
    "漢",
    "👋",
    "- a\n  ",
    "```\n",
    "~~~",
    "# ",
    "***\n",
    "<script>\n",
    "<a href='https://x.io'>",
    "a\n=\n",
    "! .",
];

fn repeated(piece: &str, characters: usize) -> String {
    piece.chars().cycle().take(characters).collect()
}

#[test]
fn nothing_behind_the_cap_is_read() {
    for piece in SLOW {
        let html = reply(&repeated(piece, 1_000_000));
        assert_eq!(html, reply(&repeated(piece, ANSWER_CAP + 100)), "{piece:?}");
        assert!(html.len() < 10 * ANSWER_CAP, "{piece:?}: {} bytes", html.len());
    }
}

/// Far beyond the cap, so that this takes minutes where the time grows with the square of the length.
#[test]
fn a_long_answer_without_the_cap_is_converted_in_time() {
    for piece in SLOW {
        write_markdown(&mut Writer::default(), &repeated(piece, 200_000));
    }
}

#[test]
fn definitions_cannot_swell_an_answer() {
    let address = format!("https://example.org/{}", "a".repeat(1_900));
    let html = reply(&format!("[a]: {address}\n\n{}", "[a] ".repeat(1_400)));
    assert!(html.len() < 30 * ANSWER_CAP, "{} bytes", html.len());
}

#[test]
fn nesting_to_the_cap_is_survived() {
    for (open, close) in [
        ("*a **b ", " b** a*"),
        ("[", "](https://x.io)"),
        ("![", "](https://x.io)"),
        ("<b>", "</b>"),
        ("> ", ""),
        ("> - ", ""),
    ] {
        let times = ANSWER_CAP / (open.len() + close.len());
        reply(&format!("{}x{}", open.repeat(times), close.repeat(times)));
    }
    let stairs: String = (0..100).map(|depth| format!("{}- {depth}\n", "  ".repeat(depth))).collect();
    reply(&stairs);
}
