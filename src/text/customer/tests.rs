use super::*;
use proptest::prelude::*;

fn text(html: &str) -> String {
    customer_html_to_text(&CustomerHtml(html.to_owned())).0
}

#[test]
fn paragraphs_and_breaks_are_kept() {
    assert_eq!(text("<p>Hello  there,</p>\n<p>how<br>are\nyou?</p>"), "Hello there,\n\nhow\nare you?");
    assert_eq!(text("<p>a</p><p></p><p> </p><p>b</p><br><br><br>c"), "a\n\nb\n\nc");
    assert_eq!(text("<div>a</div><div>b</div>c"), "a\nb\nc");
    assert_eq!(text("<h1>Title</h1>text<hr>more"), "Title\n\ntext\n\nmore");
}

#[test]
fn plain_text_keeps_its_lines() {
    assert_eq!(text("one\ntwo\r\n\r\n\r\nthree & four"), "one\ntwo\n\nthree & four");
}

#[test]
fn plain_text_stays_as_it_is() {
    for typed in
        ["&lt;b&gt; is &amp;lt;b&amp;gt;", "a < b > c &nbsp; &#65;", "List<String> & co", "<3", "</> <!doc> <p", "x <y"]
    {
        assert_eq!(text(typed), typed);
    }
    assert_eq!(text("<p>&lt;b&gt; is &amp;lt;b&amp;gt;</p>"), "<b> is &lt;b&gt;");
}

#[test]
fn lists_do_not_run_together() {
    assert_eq!(
        text(
            "<p>I want</p><ul><li>one</li><li><p>two</p><ol><li>a</li><li>b</li></ol></li><li>three</li></ul><p>Thanks</p>"
        ),
        "I want\n\n- one\n- two\n  1. a\n  2. b\n- three\n\nThanks"
    );
    assert_eq!(text("<li>alone</li><li></li><li>again</li>"), "- alone\n- again");
}

#[test]
fn links_show_where_they_lead() {
    assert_eq!(
        text("<a href=\"https://example.org/a?b=1&amp;c=2\">this page</a>!"),
        "this page (https://example.org/a?b=1&c=2)!"
    );
    assert_eq!(text("<a href=\"https://example.org/\">example.org</a>"), "example.org");
    assert_eq!(text("<li><a href=\"https://example.org\">https://example.org</a></li>"), "- https://example.org");
    assert_eq!(text("<a href=\"https://example.org/gr%C3%BC%C3%9Fe\">example.org/grüße</a>"), "example.org/grüße");
    assert_eq!(text("<a href=\"mailto:a@example.org\">a@example.org</a>"), "a@example.org");
    assert_eq!(text("see <a href=\"https://example.org\"></a> now"), "see https://example.org now");
    assert_eq!(text("<a href=\"javascript:alert(1)\">click</a> <a>name</a></a>"), "click name");
}

#[test]
fn images_are_named() {
    assert_eq!(text("Look <img src=\"https://x.io/a/shot%201.png?sig=abc\"> here"), "Look [image: shot 1.png] here");
    assert_eq!(text("<img alt=\"My &quot;screen&quot;\" src=\"https://x.io/a.png\">"), "[image: My \"screen\"]");
    assert_eq!(text("<img src=\"data:image/png;base64,a/b\"><img>"), "[image] [image]");
    assert_eq!(text("<a href=\"https://x.io/a.png\"><img src=\"https://x.io/a.png\"></a>"), "[image: a.png]");
}

#[test]
fn recordings_are_named() {
    assert_eq!(text("<p>Hear</p><video src=\"/a/b.mp4\"></video><audio></audio>"), "Hear\n\n[video: b.mp4] [audio]");
}

#[test]
fn scripts_styles_and_comments_are_left_out() {
    assert_eq!(
        text("a<script>if (1 < 2) { \"<p>\" }</script><style>p > b {}</style><!-- c --><title>t</title>b"),
        "ab"
    );
    assert_eq!(text("a<script>never closed <p>b</p>"), "a");
}

#[test]
fn entities_are_decoded_once() {
    assert_eq!(text("<p>&lt;b&gt; &amp;lt; &#39;&quot;&nbsp;&eacute;&#x1F600;</p>"), "<b> &lt; '\" é😀");
}

#[test]
fn tables_and_preformatted_text_stay_readable() {
    assert_eq!(
        text("<table><tr><th>Day</th><th>Hours</th></tr><tr><td>Mon</td><td>9-5</td></tr></table>"),
        "Day | Hours\nMon | 9-5"
    );
    assert_eq!(text("<p>Log:</p><pre>one\n  two</pre><p>three\nfour</p>"), "Log:\n\none\n  two\n\nthree four");
    assert_eq!(text("if x:\n    y()\n\n\tz()\n   \nend"), "if x:\n    y()\n\n    z()\n\nend");
}

#[test]
fn what_is_no_html_is_survived() {
    for (html, expected) in [
        ("", ""),
        ("<", "<"),
        ("a < b > c", "a < b > c"),
        ("x<p", "x<p"),
        ("<b>x</b><p", "x"),
        ("</ul></ul></li></pre></a>x", "x"),
        ("<p>a\u{0}\u{7}b</p>", "ab"),
        ("<p>&#0;&#xD800;&#x110000;&bogus;&", "\u{fffd}\u{fffd}\u{fffd}&bogus;&"),
        ("<p><x-y>a</x-y>", "a"),
    ] {
        assert_eq!(text(html), expected, "{html}");
    }
    text(&"<ul><li>".repeat(5_000));
    text(&"<a href='https://x.io'>".repeat(2_000));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_body_gives_tidy_text(pieces in prop::collection::vec(prop_oneof![any::<String>(), prop::sample::select(PIECES).prop_map(str::to_owned)], 0..30)) {
        let text = text(&pieces.concat());
        prop_assert_eq!(text.trim(), &text);
        prop_assert!(!text.contains("\n\n\n"));
        prop_assert!(!text.contains(|c: char| c.is_control() && c != '\n'));
    }
}

const PIECES: &[&str] = &[
    "<p>",
    "</p>",
    "<br>",
    "<ul>",
    "</ul>",
    "<ol>",
    "<li>",
    "</li>",
    "<a href='https://x.io'>",
    "</a>",
    "<img src='/a.png'>",
    "<pre>",
    "</pre>",
    "<script>",
    "</script>",
    "<td>",
    "<tr>",
    "&lt;",
    "&",
    "<",
    ">",
    " ",
    "\n",
    "word",
    "<!--",
    "-->",
];
