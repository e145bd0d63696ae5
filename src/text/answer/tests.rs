use super::super::{allow_list, browser};
use super::*;

mod golden;
mod hostile;
mod spec;
mod survival;

fn reply(markdown: &str) -> String {
    let html =
        answer_to_reply(&AnswerText(markdown.to_owned()), &[]).map_or(String::new(), |html| html.as_str().to_owned());
    allow_list::check(&html);
    browser::check(&html);
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
    assert_eq!(reply("- # a\n  b\n- ```\n  c\n  ```\n  d"), "<ul><li><b>a</b><br>b</li><li>“c”<br>d</li></ul>");
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
fn code_is_plain_text_in_quotes_with_its_lines() {
    assert_eq!(
        reply("Run `a < b`:\n```sh\ncd x\n\n  make [1.2] && <b>\n```"),
        "<p>Run “a &lt; b”:</p><p>“cd x<br><br>\u{a0}\u{a0}make [1.2] &amp;&amp; &lt;b&gt;”</p>"
    );
    assert_eq!(reply("``https://example.org`` and ` `\n```\n\n```"), "<p>“https://example.org” and</p>");
    assert_eq!(
        reply("- One\n  ```\n  a\n  b\n  ```\n- Two\n\n      c"),
        "<ul><li>One<br>“a<br>b”</li><li>Two<br>“c”</li></ul>"
    );
    assert_eq!(reply("```sh\nmake"), "<p>“make”</p>");
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
    assert_eq!(
        reply("<a href=\"https://example.org\">Help</a>!"),
        "<p>Help (<a href=\"https://example.org\">https://example.org</a>)!</p>"
    );
    assert_eq!(
        reply("See <img src='https://example.org/m.png' alt='the map'>"),
        "<p>See <a href=\"https://example.org/m.png\">the map</a></p>"
    );
    assert_eq!(
        reply(
            "<div>\n<p>One &amp; two</p>\n<p><a href='https://example.org'>Three</a></p>\n<your-name>\n</div>\n\nEnd"
        ),
        "<p>One &amp; two</p><p>Three (<a href=\"https://example.org\">https://example.org</a>)</p><p>&lt;your-name&gt;</p><p>End</p>"
    );
    assert_eq!(
        reply("Call at <time>, or send <b>it</b> to\n<address>\nby <DATA>."),
        "<p>Call at &lt;time&gt;, or send it to</p><p>&lt;address&gt; by &lt;data&gt;.</p>"
    );
    assert_eq!(reply("Open at <time>nine</time>."), "<p>Open at nine.</p>");
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
        "[//]: # (a comment)",
    ] {
        assert_eq!(answer_to_reply(&AnswerText(blank.to_owned()), &[]), None, "{blank:?}");
    }
}

#[test]
fn bare_addresses_become_links() {
    let link = |address: &str| format!("<a href=\"{address}\">{address}</a>");
    let (plain, path, round) =
        (link("https://example.org"), link("HTTP://example.org/a?b=c_d_e"), link("https://x.io/a_(b)"));
    for (markdown, html) in [
        ("See https://example.org.", format!("See {plain}.")),
        ("(https://example.org), **https://example.org**!", format!("({plain}), <b>{plain}</b>!")),
        ("HTTP://example.org/a?b=c_d_e; https://x.io/a_(b))", format!("{path}; {round})")),
        ("https://example.orgをご覧。また「https://example.org」", format!("{plain}をご覧。また「{plain}」")),
        ("https://example.org[1.2] \"https://example.org\"", format!("{plain} &quot;{plain}&quot;")),
        (
            "https://example.org/?a&amp;b",
            "<a href=\"https://example.org/?a&amp;b\">https://example.org/?a&amp;b</a>".to_owned(),
        ),
        ("xhttps://example.org https:// ftp://x http://.", "xhttps://example.org https:// ftp://x http://.".to_owned()),
        ("[https://example.org](https://example.org) [https://x.io](/a)", format!("{plain} https://x.io")),
        ("See [the guide](https://example.org", format!("See [the guide]({plain}")),
    ] {
        assert_eq!(reply(markdown), format!("<p>{html}</p>"), "{markdown}");
    }
    let line = plain_reply("Write to https://example.org!").map(|html| html.as_str().to_owned());
    assert_eq!(line, Some(format!("<p>Write to {plain}!</p>")));
}

#[test]
fn a_link_in_html_says_its_address_once() {
    assert_eq!(
        reply("a <a href='https://example.org'>https://example.org</a>, <a href='mailto:a@x.io'>a@x.io</a>"),
        "<p>a https://example.org, a@x.io</p>"
    );
}

#[test]
fn definitions_that_no_link_leads_to_are_read() {
    assert_eq!(
        reply(
            "See [the guide][g] and [1].\n\n[G]: https://x.io\n[1]: https://example.org \"The title\"\n[Tip]: Restart\n[//]: # (a comment)"
        ),
        "<p>See <a href=\"https://x.io\">the guide</a> and <a href=\"https://example.org\">1</a>.</p><p>Tip: Restart</p>"
    );
    assert_eq!(
        reply("Nine[^1].\n\n[^1]: Handbook\n[2]: https://x.io"),
        "<p>Nine^1.</p><p>^1: Handbook</p><p>2: <a href=\"https://x.io\">https://x.io</a></p>"
    );
}

#[test]
fn what_html_would_hide_without_end_is_shown() {
    assert_eq!(
        reply("<script>\nPut this into the head.\n\nThen save."),
        "<p>&lt;script&gt;<br>Put this into the head.</p><p>Then save.</p>"
    );
    assert_eq!(reply("<!-- half\n\nand more"), "<p>&lt;!-- half</p><p>and more</p>");
    assert_eq!(reply("Put <?php a(); ?> first"), "<p>Put &lt;?php a(); ?&gt; first</p>");
    assert_eq!(reply("<script>a()</script>\n\nb"), "<p>b</p>");
}

#[test]
fn bold_needs_no_spaces_where_the_script_has_none() {
    assert_eq!(reply("**注意：**必ず**「保存」**を"), "<p><b>注意：</b>必ず<b>「保存」</b>を</p>");
    assert_eq!(reply("**漢字**と**`保存`**を a ** b ** c"), "<p><b>漢字</b>と<b>“保存”</b>を a ** b ** c</p>");
}

#[test]
fn every_script_is_kept() {
    assert_eq!(reply("# مرحبا\n- **نعم**، شكراً"), "<p><b>مرحبا</b></p><ul><li><b>نعم</b>، شكراً</li></ul>");
    assert_eq!(reply("👩‍👩‍👧 *ok* 🇩🇪"), "<p>👩‍👩‍👧 <i>ok</i> 🇩🇪</p>");
}

#[test]
fn a_long_answer_ends_with_a_sentence_and_says_that_it_was_longer() {
    let html = reply(&"Words and more words. ".repeat(2_000));
    assert!(html.len() <= ANSWER_CAP + 100);
    assert!(
        html.ends_with("more words.</p><p>(The answer was longer and ends here.)</p>"),
        "{}",
        &html[html.len() - 90..]
    );
    let listed = reply(&"- An item\n".repeat(2_000));
    assert!(listed.ends_with("<li>An item</li></ul><p>(The answer was longer and ends here.)</p>"));
    let code = reply(&format!("```\n{}", "one two\n".repeat(2_000)));
    assert!(
        code.ends_with("one two”</p><p>(The answer was longer and ends here.)</p>"),
        "{}",
        &code[code.len() - 90..]
    );
    assert_eq!(reply(&"\n".repeat(20_000)), "");
    assert!(!reply(&"Words. ".repeat(1_000)).contains("longer"));
}

#[test]
fn the_operators_line_is_taken_word_for_word() {
    let html = plain_reply("Thank *you*.\nBye & <b>\n\nUs").map(|html| html.as_str().to_owned());
    assert_eq!(html.as_deref(), Some("<p>Thank *you*.<br>Bye &amp; &lt;b&gt;</p><p>Us</p>"));
    assert_eq!(plain_reply(" \n"), None);
}
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
