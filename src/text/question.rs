//! What the AI is asked: the messages of a turn as one text.

use super::customer::{Read, read};
use super::cut::{head, length, name};
use super::{CustomerHtml, Manner, PlainText};

/// A question has at most so many characters. GPT Trainer documents no limit, but the smallest models have a context of
/// 4,000 tokens, which a longer question would fill.
pub const QUESTION_CAP: usize = 6_000;

/// One message of a turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerMessage<'a> {
    /// Its words, if any.
    pub body: Option<&'a CustomerHtml>,
    /// What came with it.
    pub attachments: Vec<Attached<'a>>,
    /// How it was written.
    pub manner: Manner,
}

/// A file that came with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attached<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its MIME type, if told.
    pub content_type: Option<&'a str>,
}

impl CustomerMessage<'_> {
    /// Whether it says anything besides showing images and bringing files.
    pub fn says_words(&self) -> bool {
        self.body.is_some_and(|body| read(body, self.manner).says_words)
    }
}

impl Attached<'_> {
    /// GPT Trainer documents no way to look at a picture, so its name is all that is told.
    fn shown(&self) -> String {
        let kind = if self.is_image() { "image" } else { "attachment" };
        match name(self.name) {
            file if file.is_empty() => format!("[{kind}]"),
            file => format!("[{kind}: {file}]"),
        }
    }

    fn is_image(&self) -> bool {
        let extension = self.name.trim().rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
        let kind = self.content_type.unwrap_or_default().trim().to_ascii_lowercase();
        kind.starts_with("image/") || IMAGES.contains(&extension.as_str())
    }
}

const IMAGES: [&str; 12] = ["png", "jpg", "jpeg", "gif", "webp", "heic", "heif", "bmp", "svg", "tif", "tiff", "avif"];

/// The messages in their order, separated by empty lines, files as `[attachment: name]` or `[image: name]`. Never empty: a message of
/// which nothing can be read says so. Of too long a turn the longest messages are cut, so that a short last one such as
/// "What does this mean?" stays whole; a cut message says that it is cut.
pub fn question(messages: &[CustomerMessage<'_>]) -> PlainText {
    let mut texts: Vec<String> = messages.iter().map(text_of).filter(|text| !text.is_empty()).collect();
    if texts.is_empty() {
        return PlainText(UNREADABLE.to_owned());
    }
    let most = fair_share(&texts);
    for text in &mut texts {
        if let Some(head) = head(text, most) {
            *text = format!("{head}{CUT}");
        }
    }
    let joined = texts.join(GAP);
    // Only a turn of hundreds of messages is still too long: then its end goes.
    let room = QUESTION_CAP - length(CUT);
    PlainText(match head(&joined, QUESTION_CAP).and_then(|_| head(&joined, room)) {
        Some(head) => format!("{head}{CUT}"),
        None => joined,
    })
}

const UNREADABLE: &str = "[a message without text]";
const CUT: &str = " […] [The message is longer and was cut here.]";
const GAP: &str = "\n\n";

fn text_of(message: &CustomerMessage<'_>) -> String {
    let Read { text, mut pictures, says_words: _ } =
        message.body.map(|body| read(body, message.manner)).unwrap_or_default();
    // A picture in the words is among the attachments too.
    let is_in_the_words = |file: &&Attached<'_>| {
        let at = pictures.iter().position(|picture| file.is_image() && *picture == name(file.name));
        at.map(|at| pictures.swap_remove(at)).is_some()
    };
    let (_named, others): (Vec<_>, Vec<_>) = message.attachments.iter().partition(is_in_the_words);
    let others = others.into_iter().map(Attached::shown);
    Some(text).filter(|text| !text.is_empty()).into_iter().chain(others).collect::<Vec<_>>().join("\n")
}

/// The most characters that each text may keep, so that all of them fit. Texts below it stay whole.
fn fair_share(texts: &[String]) -> usize {
    let mut lengths: Vec<usize> = texts.iter().map(|text| length(text)).collect();
    lengths.sort_unstable();
    let mut room = QUESTION_CAP.saturating_sub(GAP.len() * (texts.len() - 1));
    for (n, length) in lengths.iter().enumerate() {
        let share = room / (lengths.len() - n);
        if *length > share {
            return share.saturating_sub(self::length(CUT));
        }
        room -= length;
    }
    usize::MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chat<'a>(body: Option<&'a CustomerHtml>, attachments: Vec<Attached<'a>>) -> CustomerMessage<'a> {
        CustomerMessage { body, attachments, manner: Manner::Chat }
    }

    fn file<'a>(name: &'a str, content_type: Option<&'a str>) -> Attached<'a> {
        Attached { name, content_type }
    }

    fn ask(bodies: &[&str]) -> String {
        let bodies: Vec<_> = bodies.iter().map(|body| CustomerHtml((*body).to_owned())).collect();
        let messages: Vec<_> = bodies.iter().map(|body| chat(Some(body), vec![])).collect();
        question(&messages).0
    }

    #[test]
    fn messages_stand_in_their_order_with_an_empty_line_between() {
        assert_eq!(ask(&["<p>Hi</p>", "<p>Are you <b>open</b>?</p>"]), "Hi\n\nAre you open?");
    }

    #[test]
    fn what_came_along_is_named() {
        let body = CustomerHtml("<p>See this</p>".to_owned());
        let files = vec![
            file("a.PNG", None),
            file("photo", Some("image/jpeg")),
            file("", Some("IMAGE/webp")),
            file("b\n[c].pdf", Some("application/pdf")),
        ];
        assert_eq!(
            question(&[chat(Some(&body), files), chat(None, vec![file("  ", None)])]).0,
            "See this\n[image: a.PNG]\n[image: photo]\n[image]\n[attachment: b [c].pdf]\n\n[attachment]"
        );
    }

    #[test]
    fn a_picture_in_the_words_and_among_the_attachments_is_named_once() {
        let body = CustomerHtml(
            "<p>Two of them</p><img src=\"https://downloads.intercomcdn.com/i/o/1/my%20shot.png?signature=x\">\
             <img alt=\"Logo\" src=\"https://x.io/logo.gif\">"
                .to_owned(),
        );
        let files = ["my shot.png", "my shot.png", "logo.gif", "other.png"].map(|name| file(name, Some("image/png")));
        assert_eq!(
            question(&[chat(Some(&body), files.to_vec())]).0,
            "Two of them\n\n[image: my shot.png] [image: Logo]\n[image: my shot.png]\n[image: other.png]"
        );
    }

    #[test]
    fn no_address_of_a_file_that_intercom_keeps_is_asked() {
        let signed = "https://downloads.intercomcdn.com/i/o/1/bill%201.pdf?expires=1&amp;signature=2";
        assert_eq!(
            ask(&[&format!("<p>See <a href=\"{signed}\">the bill</a>, <a href=\"{signed}\"></a></p>")]),
            "See the bill, [attachment: bill 1.pdf]"
        );
    }

    #[test]
    fn images_and_files_are_no_words() {
        let says = |body: &str, manner: Manner| {
            let body = CustomerHtml(body.to_owned());
            CustomerMessage { body: Some(&body), attachments: vec![file("a.png", None)], manner }.says_words()
        };
        for picture in
            ["<img src=\"https://x.io/a%20b.png\">", "<p><img alt=\"My bill\"><br><img></p>", "", "<p>\u{200b}</p>"]
        {
            assert!(!says(picture, Manner::Chat), "{picture}");
        }
        for words in ["<p><img> ?</p>", "see <img>", "<img>\u{1f44d}<img>"] {
            assert!(says(words, Manner::Chat), "{words}");
        }
        let sent = "<p><img src=\"https://x.io/a.png\"></p><p>Sent from my iPhone</p>";
        assert!(says(sent, Manner::Chat) && !says(sent, Manner::Mail));
        assert!(!says("<p>Sent from my iPhone</p>", Manner::Mail));
        assert!(!chat(None, vec![file("a.png", None)]).says_words());
    }

    #[test]
    fn a_question_is_never_empty() {
        assert_eq!(ask(&[]), UNREADABLE);
        assert_eq!(ask(&["<script>x</script><p></p>", " "]), UNREADABLE);
    }

    #[test]
    fn a_long_message_is_cut_and_says_so_and_a_short_one_after_it_stays() {
        let asked = ask(&["wörd ".repeat(5_000).as_str(), "What does this mean?"]);
        assert!(length(&asked) <= QUESTION_CAP && length(&asked) > QUESTION_CAP - 50, "{}", length(&asked));
        assert!(asked.ends_with(&format!("wörd{CUT}\n\nWhat does this mean?")));
    }

    #[test]
    fn a_turn_of_very_many_messages_fits() {
        let messages = vec!["<p>some words in a message</p>"; 2_000];
        let asked = ask(&messages);
        assert!(length(&asked) <= QUESTION_CAP);
        assert!(asked.ends_with(CUT));
    }

    #[test]
    fn a_turn_that_just_fits_is_not_cut() {
        let message = "x".repeat(QUESTION_CAP);
        assert_eq!(ask(&[&message]), message);
        let half = "x".repeat(QUESTION_CAP / 2 - 1);
        assert_eq!(ask(&[&half, &half]), format!("{half}\n\n{half}"));
    }
}
