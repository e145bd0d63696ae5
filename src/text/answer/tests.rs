use super::super::allow_list;
use super::*;
use proptest::prelude::*;

fn reply(markdown: &str) -> String {
    let html =
        answer_to_reply(&AnswerText(markdown.to_owned()), &[]).map_or(String::new(), |html| html.as_str().to_owned());
    allow_list::check(&html);
    html
}

#[test]
fn paragraphs_and_line_breaks_are_kept() {
    assert_eq!(reply("Hello!\nHow are you?\n\nBye  \nnow"), "<p>Hello!<br>How are you?</p><p>Bye<br>now</p>");
}

#[test]
fn bold_italic_and_headings() {
    assert_eq!(
        reply("# Opening *hours*\nWe **open** at *nine*. ***Really.***\n\n## **Bold**"),
        "<p><b>Opening <i>hours</i></b></p><p>We <b>open</b> at <i>nine</i>. <i><b>Really.</b></i></p><p><b>Bold</b></p>"
    );
}

#[test]
fn lists_are_lists() {
    assert_eq!(
        reply("Steps:\n1. One\n2. **Two**\n   - a\n   - b\n3. Three\n   more\n\nEnd"),
        "<p>Steps:</p><ol><li>One</li><li><b>Two</b><ul><li>a</li><li>b</li></ul></li><li>Three<br>more</li></ol><p>End</p>"
    );
    assert_eq!(reply("- a\n\n  b\n\n- c"), "<ul><li>a<br>b</li><li>c</li></ul>");
}

#[test]
fn a_list_that_goes_on_keeps_its_numbers() {
    assert_eq!(
        reply("1. One\n\nBecause.\n\n2. Two\n3. Three\n   - a\n\nEnd"),
        "<ol><li>One</li></ol><p>Because.</p><p>2. Two</p><p>3. Three</p><ul><li>a</li></ul><p>End</p>"
    );
    assert_eq!(reply("7) a\n\n   b"), "<p>7. a</p><p>b</p>");
}

#[test]
fn very_deep_lists_become_lines() {
    let deep: String = (0..7).map(|depth| format!("{}- {depth}\n", "  ".repeat(depth))).collect();
    assert_eq!(
        reply(&deep),
        "<ul><li>0<ul><li>1<ul><li>2<ul><li>3<br>- 4<br>- 5<br>- 6</li></ul></li></ul></li></ul></li></ul>"
    );
}

#[test]
fn links_lead_to_the_web_only() {
    assert_eq!(
        reply(
            "[Help](https://example.org/a?b=1&c=2) <https://example.org> <a@example.org> [mail](mailto:a@example.org)"
        ),
        "<p><a href=\"https://example.org/a?b=1&amp;c=2\">Help</a> <a href=\"https://example.org\">https://example.org</a> \
         <a href=\"mailto:a@example.org\">a@example.org</a> <a href=\"mailto:a@example.org\">mail</a></p>"
    );
    assert_eq!(reply("[x](javascript:alert(1)) [y](/path) [z](<data:text/html,a>)"), "<p>x y z</p>");
    assert_eq!(reply("See https://example.org."), "<p>See https://example.org.</p>");
    assert_eq!(
        reply("[](https://example.org/?a&b)"),
        "<p><a href=\"https://example.org/?a&amp;b\">https://example.org/?a&amp;b</a></p>"
    );
}

#[test]
fn an_image_is_a_link_to_it() {
    assert_eq!(reply("![A map](https://example.org/m.png)"), "<p><a href=\"https://example.org/m.png\">A map</a></p>");
    assert_eq!(
        reply("[![A map](https://example.org/m.png)](https://example.org)"),
        "<p><a href=\"https://example.org\">A map</a></p>"
    );
    assert_eq!(reply("![A map](cid:1)"), "<p>A map</p>");
}

#[test]
fn code_is_plain_text_with_its_lines() {
    assert_eq!(
        reply("Run `a < b`:\n```sh\ncd x\n\n  make [1.2] && <b>\n```"),
        "<p>Run a &lt; b:</p><p>cd x<br><br>  make [1.2] &amp;&amp; &lt;b&gt;</p>"
    );
}

#[test]
fn a_table_is_readable_lines() {
    assert_eq!(
        reply("| Day | Hours |\n|---|---|\n| Mon | 9-5 |\n| **Tue** | |\n\nEnd"),
        "<p><b>Day</b> | <b>Hours</b><br>Mon | 9-5<br><b>Tue</b> |</p><p>End</p>"
    );
}

#[test]
fn html_shows_as_its_text() {
    assert_eq!(reply("a <b>b</b><br/>c <!-- d --> e"), "<p>a b<br>c  e</p>");
    assert_eq!(reply("Write <your-name> here"), "<p>Write &lt;your-name&gt; here</p>");
    assert_eq!(reply("<a href=\"https://example.org\">Help</a>!"), "<p>Help (https://example.org)!</p>");
    assert_eq!(
        reply("See <img src='https://example.org/m.png' alt='the map'>"),
        "<p>See <a href=\"https://example.org/m.png\">the map</a></p>"
    );
    assert_eq!(
        reply(
            "<div>\n<p>One &amp; two</p>\n<p><a href='https://example.org'>Three</a></p>\n<your-name>\n</div>\n\nEnd"
        ),
        "<p>One &amp; two</p><p>Three (https://example.org)</p><p>&lt;your-name&gt;</p><p>End</p>"
    );
    assert_eq!(reply("<script>alert(1)</script>"), "");
    assert_eq!(reply("a <script>alert(1)</script>"), "<p>a alert(1)</p>");
    assert_eq!(reply("1 < 2 && 3 > 2"), "<p>1 &lt; 2 &amp;&amp; 3 &gt; 2</p>");
}

#[test]
fn citations_are_left_out() {
    assert_eq!(
        reply(
            "We open at nine [1.2]. Sure[73.1][2.4], **always** [1.1].\n\n- Yes [1.2]\n\nSee [1] and [v1.2] and [1.2](https://example.org)"
        ),
        "<p>We open at nine. Sure, <b>always</b>.</p><ul><li>Yes</li></ul>\
         <p>See [1] and [v1.2] and <a href=\"https://example.org\">1.2</a></p>"
    );
}

#[test]
fn what_nobody_can_see_is_no_reply() {
    for blank in [
        "",
        " \n\n",
        "---",
        "[1.2]",
        "\u{200b}\u{a0}",
        "<!-- x -->",
        "**  **",
        "&nbsp;",
        "- \n- ",
        "[a]: https://example.org",
    ] {
        assert_eq!(answer_to_reply(&AnswerText(blank.to_owned()), &[]), None, "{blank:?}");
    }
}

#[test]
fn a_long_answer_is_cut_and_shows_it() {
    let html = reply(&"words and more words. ".repeat(2_000));
    assert!(html.len() <= ANSWER_CAP + 100);
    assert!(html.ends_with("</p><p>…</p>"), "{}", &html[html.len() - 60..]);
}

#[test]
fn the_operators_line_is_taken_word_for_word() {
    let html = plain_reply("Thank *you*.\nBye & <b>\n\nUs").map(|html| html.as_str().to_owned());
    assert_eq!(html.as_deref(), Some("<p>Thank *you*.<br>Bye &amp; &lt;b&gt;</p><p>Us</p>"));
    assert_eq!(plain_reply(" \n"), None);
}

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
    reply(&"[".repeat(10_000));
    reply(&"> ".repeat(4_000));
    reply(&"- ".repeat(4_000));
    reply(&"*a ".repeat(3_000));
    reply(&"<a><b><!--".repeat(1_000));
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

#[test]
fn sources_stand_below_the_answer() {
    let sources = [("Prices & more", "https://example.org/?a=1&b=\""), ("", "https://example.org/help")];
    let sources = sources.map(|(title, address)| Source::new(title, address).expect("a page of the web"));
    let reply = answer_to_reply(&AnswerText("- It is 9 [1.2].".to_owned()), &sources);
    assert_eq!(
        reply.as_ref().map(ReplyHtml::as_str),
        Some(
            "<ul><li>It is 9.</li></ul>\
             <p><a href=\"https://example.org/?a=1&amp;b=%22\">Prices &amp; more</a><br>\
             <a href=\"https://example.org/help\">https://example.org/help</a></p>"
        )
    );
}

#[test]
fn each_citation_is_named_once() {
    for (answer, named) in [
        ("One [1.2], two [73.1][1.2] and [2.10].", &["1.2", "73.1", "2.10"][..]),
        ("[1] [1.] [.2] [a.b] [1.2.3] [12345.1] [", &[]),
        ("[[1.2]]", &["1.2"]),
    ] {
        assert_eq!(citations(&AnswerText(answer.to_owned())), named, "{answer}");
    }
}
