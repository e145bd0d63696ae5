#![allow(clippy::unwrap_used)]
use super::newest;
use crate::text::{CustomerHtml, Manner, customer_html_to_text, customer_words};

fn asked(mail: &str) -> String {
    customer_words(&CustomerHtml(mail.to_owned()), Manner::Mail).0
}

#[test]
fn an_earlier_mail_is_not_asked() {
    for (program, mail) in [
        (
            "Gmail",
            "<div dir=\"ltr\">Does it ship to Norway?<br></div><br><div class=\"gmail_quote gmail_quote_container\">\
             <div dir=\"ltr\" class=\"gmail_attr\">On Mon, Jan 5, 2026 at 9:12 AM Acme &lt;<a href=\"mailto:help@acme.example\">\
             help@acme.example</a>&gt; wrote:<br></div><blockquote class=\"gmail_quote\" style=\"margin:0\"><p>Hello!</p>\
             <div>We ship.</div></blockquote></div>",
        ),
        (
            "Apple Mail",
            "<div>Does it ship to Norway?<br><div><br><blockquote type=\"cite\"><div>On 5 Jan 2026, at 09:12, Acme \
             &lt;help@acme.example&gt; wrote:</div><br><div>Hello!</div></blockquote></div></div>",
        ),
        (
            "Outlook on the web",
            "<div>Does it ship to Norway?</div><hr><div id=\"x_divRplyFwdMsg\" dir=\"ltr\"><b>From:</b> Acme<br><b>Sent:</b> Monday\
             <br><b>To:</b> Marie<br><b>Subject:</b> Hello</div><div>Hello!</div><p>We ship.</p>",
        ),
        (
            "Outlook",
            "<p>Does it ship to Norway?</p><div><div><p><b>From:</b> Acme &lt;help@acme.example&gt; <br><b>Sent:</b> Monday, \
             January 5, 2026<br><b>To:</b> Marie<br><b>Subject:</b> RE: Hello</p></div></div><p>Hello!</p>",
        ),
        (
            "Outlook, as text",
            "Does it ship to Norway?\r\n\r\n-----Original Message-----\r\nFrom: Acme\r\nSubject: Hello\r\n\r\nHello!",
        ),
        (
            "Outlook, with a line",
            "Does it ship to Norway?\n________________________________\nVon: Acme\nGesendet: Montag\nAn: Marie\nBetreff: Hallo\n\nHallo!",
        ),
        (
            "Outlook in German",
            "Does it ship to Norway?\n\n-----Ursprüngliche Nachricht-----\nVon: Acme\nBetreff: Hallo\n\nHallo!",
        ),
        (
            "Thunderbird",
            "<p>Does it ship to Norway?</p><div class=\"moz-cite-prefix\">Am 05.01.2026 um 09:12 schrieb Acme:<br></div>\
             <blockquote type=\"cite\" cite=\"mid:x\"><p>Hello!</p><blockquote>older</blockquote></blockquote>",
        ),
        (
            "mutt",
            "Does it ship to Norway?\n\nOn Mon, Jan 05, 2026 at 09:12:00AM +0100, Acme wrote:\n> Hello!\n>\n> > older\n> We ship.",
        ),
        (
            "a wrapped line",
            "Does it ship to Norway?\nOn Mon, 5 Jan 2026 at 09:12, Acme Customer Service\n<help@acme.example> wrote:\n\n> Hello!",
        ),
        (
            "Yahoo",
            "<div>Does it ship to Norway?</div><div class=\"yahoo_quoted\"><div>On Monday, Acme wrote:</div>x</div>",
        ),
        ("a phone", "<p>Does it ship to Norway?</p><br><div>Sent from my iPhone</div><blockquote>Hello!</blockquote>"),
        ("a phone, below", "Does it ship to Norway?\n\n> Hello!\n\nSent from my Galaxy S25"),
        (
            "Outlook on a phone",
            "Does it ship to Norway?\n\nGet Outlook for iOS (https://aka.ms/o0ukef)\n________________________________\nFrom: A\nSent: B\nTo: C",
        ),
        ("a signature", "Does it ship to Norway?\n-- \nMarie Curie\nParis"),
        (
            "a signature, and a quote below",
            "Does it ship to Norway?\n\n-- \nMarie\n\nOn 5 Jan 2026 Acme wrote:\n> Hello!\n> We ship.",
        ),
        ("a signature below a quote", "Does it ship to Norway?\n\nOn 5 Jan 2026 Acme wrote:\n> Hello!\n\n-- \nMarie"),
    ] {
        assert_eq!(asked(mail), "Does it ship to Norway?", "{program}");
    }
}

#[test]
fn an_earlier_mail_is_announced_in_many_languages() {
    for line in [
        "On Mon, Jan 5, 2026 at 9:12 AM Acme <help@acme.example> wrote:",
        "Am Mo., 5. Jan. 2026 um 09:12 Uhr schrieb Acme <help@acme.example>:",
        "Le lun. 5 janv. 2026 à 09:12, Acme <help@acme.example> a écrit :",
        "El lun, 5 ene 2026 a las 9:12, Acme (<help@acme.example>) escribió:",
        "Il giorno lun 5 gen 2026 alle ore 09:12 Acme <help@acme.example> ha scritto:",
        "Em seg., 5 de jan. de 2026 às 09:12, Acme <help@acme.example> escreveu:",
        "Op ma 5 jan 2026 om 09:12 schreef Acme <help@acme.example>:",
        "Den mån 5 jan. 2026 kl 09:12 skrev Acme <help@acme.example>:",
        "pon., 5 sty 2026 o 09:12 Acme <help@acme.example> napisał(a):",
        "po 5. 1. 2026 v 9:12 odesílatel Acme <help@acme.example> napsal:",
        "ma 5. tammik. 2026 klo 9.12 Acme (help@acme.example) kirjoitti:",
        "пн, 5 янв. 2026 г. в 09:12, Acme <help@acme.example>: написал:",
        "2026年1月5日(月) 9:12 Acme <help@acme.example>のメール:",
        "Acme <help@acme.example> 于2026年1月5日周一 09:12写道：",
        "2026년 1월 5일 (월) 오전 9:12, Acme <help@acme.example>님이 작성:",
    ] {
        assert_eq!(asked(&format!("Hi?\n\n{line}\n\nHello!\nWe ship.")), "Hi?", "{line}");
        assert_eq!(asked(&format!("Hi?\n\n{line}\n> Hello!\n> We ship.")), "Hi?", "{line}");
    }
}

#[test]
fn what_is_no_earlier_mail_is_asked() {
    for words in [
        "On Monday your bot wrote:\nWe ship.",
        "See below.\n\nOn 5 Jan 2026 Acme wrote:\n> Do you ship?\nYes.\n> When?\nOn Friday.",
        "> Do you ship?\nYes.\n\n> When?\nOn Friday.",
        "On 5 Jan 2026 Acme wrote:\n> Do you ship?\n\nYes, we do.",
        "From: Oslo\nI want to ship it to Bergen.",
        "My details\nFrom: Oslo\nTo: Bergen\nHow long does it take?",
        "Please read this.\n\n---------- Forwarded message ---------\nFrom: Acme\nDate: Monday\nSubject: Hello\nTo: Marie\n\nWe ship.",
        "Sent from my office?\nNo, I ask where it was sent from: my iPhone.",
        "One\n--\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13",
        "a > b\nc",
    ] {
        assert_eq!(asked(words), words, "{words}");
    }
}

#[test]
fn what_was_forwarded_is_asked() {
    let mail = "<div>What does this mean?</div><div class=\"gmail_quote\"><div>---------- Forwarded message ---------<br>From: Acme\
         <br>Date: Monday<br>Subject: Hello</div><p>You owe us 5.</p></div>";
    assert!(asked(mail).ends_with("You owe us 5."), "{}", asked(mail));
    let mail = "<div>And this?</div><div>Begin forwarded message:</div><blockquote type=\"cite\"><div>From: Acme</div>You owe us 5.\
         </blockquote>";
    assert!(asked(mail).ends_with("You owe us 5."), "{}", asked(mail));
}

#[test]
fn something_is_always_asked() {
    for (mail, expected) in [
        ("<blockquote>Hello!<br>We ship.</blockquote>", "> Hello!\n> We ship."),
        ("Sent from my iPhone", "Sent from my iPhone"),
        ("> Hello!\n> We ship.\n\nSent from my iPhone", "> Hello!\n> We ship.\n\nSent from my iPhone"),
        ("-- \nMarie", "--\nMarie"),
        ("On 5 Jan 2026 Acme wrote:\n> Hello!", "On 5 Jan 2026 Acme wrote:\n> Hello!"),
        ("-----Original Message-----\nHello!", "-----Original Message-----\nHello!"),
        ("", ""),
    ] {
        assert_eq!(asked(mail), expected, "{mail}");
    }
}

#[test]
fn in_a_messenger_people_quote_on_purpose() {
    for words in ["This is wrong:\n> We ship.", "Hi\n-- \nMarie", "Hi\n\nSent from my iPhone"] {
        let body = CustomerHtml(format!("<p>{}</p>", words.replace('>', "&gt;").replace('\n', "<br>")));
        assert_eq!(customer_html_to_text(&body).0, words.replace("-- ", "--"));
    }
    let body = CustomerHtml("<p>Look</p><blockquote>We ship.</blockquote>".to_owned());
    assert_eq!(customer_html_to_text(&body).0, "Look\n\nWe ship.");
}

#[test]
fn div_after_div_the_quote_ends_where_it_began() {
    let mail = "<div>One</div><div class=\"gmail_quote\"><div><div>x</div></div>y</div><div>Two</div></div></div></blockquote>";
    assert_eq!(asked(mail), "One\n> x\n> y\nTwo");
}

/// Were the time to grow with the square of the length, this would take hours.
#[test]
fn a_mail_of_a_million_lines_is_read() {
    for (head, piece, end) in [
        ("x\n", "-----\n", ""),
        ("x\n", "-- \n", ""),
        ("x\n", "Sent from my iPhone\n", ""),
        ("x\n", "On 2026, Bob wrote:\n", ""),
        ("x\n", "a@b.org wrote:\n", ""),
        ("x\n> forwarded message\n", "> a@b.org wrote:\n", ""),
        ("x\nforwarded message\n", "> -- \n", ""),
        ("x\n> forwarded message\n", "> y\n", "On 2026\n> Bob wrote:\n"),
        ("x\n", "\n", "-----\n-- \n"),
        ("x\n", "> y\nz\n", ""),
        ("x\n", "From: a\nTo: b\nSubject: c\n", ""),
        ("x\n", "\u{200b}\n-----\n", ""),
    ] {
        let mail = format!("{head}{}{end}", piece.repeat(1_000_000));
        assert!(newest(&mail).is_some_and(|new| new.starts_with('x')), "{head:?} {piece:?}");
    }
}
