//! What holds for whatever a customer writes.

#![allow(clippy::unwrap_used)]
use super::{Attached, CustomerHtml, CustomerMessage, Manner, QUESTION_CAP, customer_words, question};
use crate::html::{Token, tokens};
use proptest::prelude::*;
use std::fmt::Write;

const MANNERS: [Manner; 2] = [Manner::Chat, Manner::Mail];

/// As long as a body may be: more does not fit into a webhook.
const LONGEST: usize = 1_000_000;

/// Work is counted and not timed: each piece of the text is in one token, and no token is made twice.
#[test]
fn a_hostile_megabyte_is_read_in_one_pass() {
    for piece in [
        "<",
        "&",
        ">",
        "\"",
        "'",
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<ul><li>",
        "<blockquote>",
        "<b><i>",
        "<a href=x>",
        "<a href='",
        "</a>",
        "<img>",
        "<img src='/a.png'>",
        "<pre>\n",
        "<!--",
        "<!---->",
        "<script>",
        "</script",
        "<td>",
        "&amp",
        "&amp;",
        "&#",
        "&a",
        "<p>&lt;",
        "<div class=gmail_quote>",
        "<div id=divRplyFwdMsg>x",
        "> ",
        ">\n",
        "x\n> y\n",
        "-- \n",
        "x\n-- \n",
        "On 2026 wrote:\n",
        "On 2026\n",
        "From: a\n",
        "From: a\nTo: b\nSubject: c\n",
        "Sent from my iPhone\n",
        "\n",
        " \n",
        "\u{301}",
        "\u{200d}",
        "🇩🇪",
        "https://x.io/",
        "forwarded message\n> ",
        "\u{0}",
    ] {
        for prefix in ["<p>x</p>", "x\n"] {
            let html = format!("{prefix}{}", piece.repeat(LONGEST / piece.len()));
            let (count, size) =
                tokens(&html).fold((0, 0), |(count, size), token| (count + 1, size + size_of_token(&token)));
            assert!(count <= html.len(), "{prefix}{piece}: {count} tokens");
            // A reference may stand for more bytes than it has, and a NUL for three.
            assert!(size <= 3 * html.len(), "{prefix}{piece}: {size} bytes in tokens");
            let body = CustomerHtml(html);
            // What is done for a message in a messenger is done for a mail too.
            assert_is_question(&body, Manner::Mail);
        }
    }
}

fn size_of_token(token: &Token) -> usize {
    match token {
        Token::Start(tag) => tag.name.len(),
        Token::End(name) => name.len(),
        Token::Text(words) => words.len(),
    }
}

fn assert_is_question(body: &CustomerHtml, manner: Manner) -> String {
    let attachments = vec![Attached { name: "a\u{0}\r\nb.png", content_type: None }];
    let asked = question(&[CustomerMessage { body: Some(body), attachments, manner }]).0;
    assert!(!asked.trim().is_empty());
    assert!(asked.chars().count() <= QUESTION_CAP);
    assert!(!asked.contains(|c: char| c.is_control() && c != '\n'), "{asked:?}");
    asked
}

/// A document with words of its own, and these in their order.
#[derive(Clone, Debug, Default)]
struct Document {
    html: String,
    words: usize,
}

#[derive(Clone, Copy, Debug)]
enum Block {
    Paragraph,
    Div,
    List,
    Table,
    Heading,
    Preformatted,
}

#[derive(Clone, Copy, Debug)]
enum Inline {
    Word,
    Bold,
    Link,
    Image,
    Break,
    Entity,
    Comment,
    Script,
    Unclosed,
}

impl Document {
    fn word(&mut self) -> String {
        self.words += 1;
        format!("w{}w", self.words)
    }

    fn add(&mut self, block: Block, inlines: &[Inline]) {
        let mut inner = String::new();
        for inline in inlines {
            let piece = match inline {
                Inline::Word => format!(" {} ", self.word()),
                Inline::Bold => format!(" <b>{}</b> <i> {}</i> ", self.word(), self.word()),
                Inline::Link => format!(" <a href=\"https://x.io/a?b=1&amp;c\">{}</a> ", self.word()),
                Inline::Image => format!("<img alt=\"{}\" src=\"https://x.io/y.png\">", self.word()),
                Inline::Break => "<br>".to_owned(),
                Inline::Entity => format!(" &lt;{}&gt; &amp;amp; ", self.word()),
                Inline::Comment => "<!-- w0w -->".to_owned(),
                Inline::Script => "<script>w0w</script><style>w0w</style>".to_owned(),
                Inline::Unclosed => format!(" <span class='w0w'>{} ", self.word()),
            };
            inner.push_str(&piece);
        }
        let (start, end) = match block {
            Block::Paragraph => ("<p>", "</p>"),
            Block::Div => ("<div class=x>", "</div>"),
            Block::List => ("<ul><li>", "</li></ul>"),
            Block::Table => ("<table><tr><td>", "</td></tr></table>"),
            Block::Heading => ("<h2>", "</h2>"),
            Block::Preformatted => ("<pre>", "</pre>"),
        };
        write!(self.html, "{start}{inner}{end}").unwrap();
    }
}

fn block() -> impl Strategy<Value = Block> {
    prop::sample::select(vec![
        Block::Paragraph,
        Block::Div,
        Block::List,
        Block::Table,
        Block::Heading,
        Block::Preformatted,
    ])
}

fn inline() -> impl Strategy<Value = Inline> {
    prop::sample::select(vec![
        Inline::Word,
        Inline::Bold,
        Inline::Link,
        Inline::Image,
        Inline::Break,
        Inline::Entity,
        Inline::Comment,
        Inline::Script,
        Inline::Unclosed,
    ])
}

/// The marked words of a text, in their order.
fn words_of(text: &str) -> Vec<String> {
    let pieces = text.split(|c: char| !c.is_ascii_alphanumeric());
    pieces.filter(|word| word.len() > 2 && word.starts_with('w') && word.ends_with('w')).map(str::to_owned).collect()
}

const PIECES: &[&str] = &[
    "<p>",
    "</p>",
    "<br>",
    "<div class=gmail_quote>",
    "<div id=x_divRplyFwdMsg>",
    "</div>",
    "<blockquote>",
    "</blockquote>",
    "<li>",
    "<a href='https://x.io'>",
    "</a>",
    "<img src='/a.png'>",
    "<pre>",
    "&lt;",
    "&amp;",
    "<",
    ">",
    "> ",
    "\n",
    "\r\n",
    "\t",
    "-- \n",
    "--",
    "word",
    "?",
    "On 5 Jan 2026 A wrote:\n",
    "On 5 Jan 2026 A\n",
    "<a@x.io> wrote:",
    "-----Original Message-----\n",
    "From: a\n",
    "Sent: b\n",
    "To: c\n",
    "Sent from my iPhone\n",
    "Begin forwarded message:\n",
    "\u{200b}",
    "\u{0}",
    "\u{7f}",
    "\u{85}",
    "e\u{301}",
    "👩\u{200d}👧",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_word_is_asked_once(blocks in prop::collection::vec((block(), prop::collection::vec(inline(), 0..6)), 0..12)) {
        let mut document = Document::default();
        for (block, inlines) in &blocks {
            document.add(*block, inlines);
        }
        let expected: Vec<_> = (1..=document.words).map(|n| format!("w{n}w")).collect();
        let body = CustomerHtml(document.html);
        for manner in MANNERS {
            prop_assert_eq!(words_of(&customer_words(&body, manner).0), expected.clone());
        }
    }

    #[test]
    fn plain_text_is_asked_word_for_word(words in prop::collection::vec("[a-z&;<#>]{1,6}", 0..30)) {
        let typed = words.join(" ");
        prop_assume!(!tokens(&typed).any(|token| !matches!(token, Token::Text(_))));
        prop_assert_eq!(customer_words(&CustomerHtml(typed.clone()), Manner::Chat).0, typed);
    }

    #[test]
    fn whatever_is_written_can_be_asked(
        pieces in prop::collection::vec(prop_oneof![any::<String>(), prop::sample::select(PIECES).prop_map(str::to_owned)], 0..40),
    ) {
        let body = CustomerHtml(pieces.concat());
        for manner in MANNERS {
            assert_is_question(&body, manner);
        }
    }

    #[test]
    fn a_mail_loses_its_end_and_nothing_else(
        pieces in prop::collection::vec(prop::sample::select(PIECES).prop_map(str::to_owned), 0..40),
    ) {
        // Without elements that quote, what is left of a mail is how the same text begins in a messenger.
        let quotes = |piece: &String| piece.contains("blockquote") || piece.starts_with("<div");
        let body = CustomerHtml(pieces.into_iter().filter(|piece| !quotes(piece)).collect());
        let (whole, left) = (customer_words(&body, Manner::Chat).0, customer_words(&body, Manner::Mail).0);
        prop_assert!(whole.starts_with(&left), "{:?} of {:?}", left, whole);
        prop_assert_eq!(whole.is_empty(), left.is_empty());
    }

    #[test]
    fn a_cut_question_ends_where_a_word_ends(words in prop::collection::vec("[a-zé👍🏽]{1,12}", 1_200..2_000)) {
        let typed = words.join(" ");
        prop_assume!(typed.chars().count() > QUESTION_CAP);
        let body = CustomerHtml(typed.clone());
        let asked = question(&[CustomerMessage { body: Some(&body), attachments: vec![], manner: Manner::Chat }]).0;
        let (kept, _) = asked.split_once(" […]").unwrap();
        prop_assert!(typed.strip_prefix(kept).unwrap().starts_with(' '));
    }
}
