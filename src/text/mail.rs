//! What is new in an e-mail: earlier mails and the signature are left out, but only behind the first words.

use super::cut::is_visible;
use crate::html::StartTag;

/// What a line of an earlier mail begins with.
pub(super) const QUOTED: &str = "> ";

/// Which elements of an e-mail hold an earlier one.
#[derive(Default)]
pub(super) struct Quotes {
    /// Whether each `div` that is open holds one.
    divs: Vec<Holds>,
    open: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Quote,
    Words,
}

impl Quotes {
    pub(super) fn start(&mut self, tag: &StartTag) {
        match tag.name.as_str() {
            "blockquote" => self.open += 1,
            "div" => {
                // Outlook puts the earlier mail beside this element, and nothing comes after it.
                self.open += usize::from(tag.attribute("id").is_some_and(|id| id.ends_with("divRplyFwdMsg")));
                let mut classes = tag.attribute("class").unwrap_or_default().split_ascii_whitespace();
                let holds = if classes.any(|class| QUOTES.contains(&class)) { Holds::Quote } else { Holds::Words };
                self.open += usize::from(holds == Holds::Quote);
                self.divs.push(holds);
            }
            _no_quote => {}
        }
    }

    pub(super) fn end(&mut self, name: &str) {
        let ended = match name {
            "blockquote" => true,
            "div" => self.divs.pop() == Some(Holds::Quote),
            _no_quote => false,
        };
        self.open = self.open.saturating_sub(usize::from(ended));
    }

    pub(super) fn are_open(&self) -> bool {
        self.open > 0
    }
}

const QUOTES: [&str; 3] = ["gmail_quote", "yahoo_quoted", "protonmail_quote"];

/// The mail up to its signature and to the earlier mails; `None` where nothing would be left. Answers that stand between the
/// lines of an earlier mail are kept, with these lines.
pub(super) fn newest(mail: &str) -> Option<&str> {
    let lines: Vec<Line<'_>> = mail.split_inclusive('\n').scan(0, Line::next).collect();
    let texts: Vec<&str> = lines.iter().map(|line| line.text).collect();
    let kept = without_end(&texts);
    let kept = match first_mark(kept) {
        Some(mark) => without_end(&kept[..mark]),
        None => kept,
    };
    let last = kept.len().checked_sub(1)?;
    Some(mail[..lines[last].end].trim_end())
}

struct Line<'a> {
    text: &'a str,
    /// Where it ends in the mail.
    end: usize,
}

impl<'a> Line<'a> {
    fn next(from: &mut usize, line: &'a str) -> Option<Self> {
        *from += line.len();
        Some(Self { text: line.trim(), end: *from })
    }
}

/// Lines without what ends a mail: quoted lines, a signature, "Sent from my iPhone".
fn without_end<'a, 'b>(mut lines: &'b [&'a str]) -> &'b [&'a str] {
    loop {
        let before = lines.len();
        lines = &lines[..last_visible(lines)];
        lines = &lines[..quote_at_end(lines)];
        lines = &lines[..last_visible(lines)];
        lines = &lines[..attribution_at_end(lines)];
        lines = &lines[..signature_at_end(lines)];
        if lines.last().is_some_and(|last| is_rule(last) || is_of_device(last)) {
            lines = &lines[..lines.len() - 1];
        }
        if lines.len() == before {
            return lines;
        }
    }
}

fn last_visible(lines: &[&str]) -> usize {
    lines.iter().rposition(|line| has_words(line)).map_or(0, |at| at + 1)
}

fn has_words(line: &str) -> bool {
    line.contains(is_visible)
}

fn is_quoted(line: &str) -> bool {
    line.starts_with('>')
}

/// Where the quoted lines at the end begin. What was forwarded is to be read.
fn quote_at_end(lines: &[&str]) -> usize {
    let from = lines.iter().rposition(|line| !is_quoted(line) && has_words(line)).map_or(0, |at| at + 1);
    let mut quoted = lines[from..].iter().filter(|line| is_quoted(line));
    let first = quoted.find(|line| line.contains(|c| c != '>' && is_visible(c)));
    let before = from.checked_sub(1).map(|at| lines[at]);
    if first.is_some_and(|line| forwards(line)) || before.is_some_and(forwards) { lines.len() } else { from }
}

fn attribution_at_end(lines: &[&str]) -> usize {
    let opened =
        (1..=MOST_WRAPPED).filter_map(|count| lines.len().checked_sub(count)).find(|from| is_opened(&lines[*from..]));
    // A quoted one belongs to the quote, which is kept as a whole where it was forwarded.
    let alone = || lines.last().filter(|last| !is_quoted(last) && is_signed_line(last)).map(|_| lines.len() - 1);
    opened.or_else(alone).unwrap_or(lines.len())
}

/// Where the signature at the end begins: behind the line `-- `, and short.
fn signature_at_end(lines: &[&str]) -> usize {
    let visible = lines.iter().enumerate().rev().filter(|(_, line)| has_words(line));
    let mut near = visible.take(MOST_OF_SIGNATURE + 1).take_while(|(_, line)| !is_quoted(line));
    near.find(|(_, line)| **line == "--").map_or(lines.len(), |(at, _)| at)
}

const MOST_OF_SIGNATURE: usize = 12;

/// A line that is drawn.
fn is_rule(line: &str) -> bool {
    line.len() >= 5 && (line.chars().all(|c| c == '_') || line.chars().all(|c| c == '-'))
}

/// Whether a program signs here: "Sent from my iPhone", "Get Outlook for Android".
fn is_of_device(line: &str) -> bool {
    let Some(line) = lower(line, 200) else { return false };
    SENT_FROM.iter().any(|start| line.starts_with(start)) && holds_one_of(&line, DEVICES)
}

#[rustfmt::skip]
const SENT_FROM: &[&str] = &[
    "sent from", "sent via", "get outlook for", "von meinem", "gesendet von", "gesendet mit", "envoyé de", "envoyé depuis",
    "enviado desde", "enviado do", "enviado de", "inviato da", "verzonden vanaf", "verstuurd vanaf", "wysłane z", "wysłano z",
    "skickat från", "sendt fra", "lähetetty", "отправлено с", "odesláno z", "发自我的", "從我的", "iphoneから送信", "ipadから送信",
];

#[rustfmt::skip]
const DEVICES: &[&str] = &[
    "iphone", "ipad", "android", "samsung", "galaxy", "huawei", "xiaomi", "pixel", "mobil", "phone", "handy", "tablet",
    "outlook", "mail", "yahoo", "windows",
];

/// Where the first earlier mail begins that is announced behind words.
fn first_mark(lines: &[&str]) -> Option<usize> {
    let first = lines.iter().position(|line| !is_quoted(line) && has_words(line))?;
    // Quoted lines at the end are gone already: behind each that is left somebody has answered it.
    let last_answered = lines.iter().rposition(|line| is_quoted(line) && line.len() > 1);
    let mut before = lines[first];
    for at in first + 1..lines.len() {
        let rest = &lines[at..];
        let answered = last_answered.is_some_and(|quoted| quoted > at);
        let is_mark = is_original(lines[at]) || begins_block(rest) || (begins_attribution(rest) && !answered);
        if is_mark && !forwards(before) {
            return Some(at);
        }
        if has_words(lines[at]) {
            before = lines[at];
        }
    }
    None
}

/// Whether the lines begin with an attribution, on one line or wrapped.
fn begins_attribution(lines: &[&str]) -> bool {
    let wrapped = (1..=MOST_WRAPPED.min(lines.len())).find(|count| is_opened(&lines[..*count]));
    match wrapped {
        // Else the line before it, which happens to begin so, would go with it.
        Some(wrapped) => (1..wrapped).all(|from| !is_opened(&lines[from..wrapped])),
        None => lines.first().is_some_and(|first| is_signed_line(first)),
    }
}

/// Mail programs wrap long lines.
const MOST_WRAPPED: usize = 3;

/// "On 5 Jan 2026, at 09:12, Bob wrote:"
fn is_opened(lines: &[&str]) -> bool {
    if !lines.last().is_some_and(|last| last.ends_with(COLONS)) {
        return false;
    }
    lower(&lines.join(" "), 400).is_some_and(|line| {
        OPENERS.iter().any(|opener| line.starts_with(opener)) && has_time(&line) && holds_one_of(&line, WROTE)
    })
}

/// "Bob <bob@example.org> wrote:", "2026年1月5日 Bob のメール:"
fn is_signed_line(line: &str) -> bool {
    line.ends_with(COLONS)
        && lower(line, 400).is_some_and(|line| {
            (line.contains('@') && holds_one_of(&line, WROTE))
                || (has_time(&line) && holds_one_of(&line, WROTE_UNSPACED))
        })
}

const COLONS: [char; 2] = [':', '：'];

fn holds_one_of(line: &str, words: &[&str]) -> bool {
    words.iter().any(|word| line.contains(word))
}

#[rustfmt::skip]
const OPENERS: &[&str] = &["on ", "am ", "le ", "el ", "il ", "em ", "a ", "op ", "den ", "på ", "w dniu ", "dnia ", "dne ", "в "];

#[rustfmt::skip]
const WROTE: &[&str] = &[
    " wrote", " schrieb", " a écrit", " escribió", " ha scritto", " escreveu", " schreef", " skrev", " napisał", " napsal",
    " kirjoitti", " написал", " пишет", " yazdı", " írta",
];

const WROTE_UNSPACED: &[&str] = &["写道", "寫道", "のメール", "書きました", "작성"];

/// Whether there is a year, or a time of day.
fn has_time(line: &str) -> bool {
    let is_year = |word: &str| word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit());
    let is_clock = |word: &str| {
        word.split_once(':').is_some_and(|(hours, minutes)| {
            let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            hours.len() <= 2 && digits(hours) && digits(minutes.get(..2).unwrap_or_default())
        })
    };
    line.split(|c: char| !c.is_ascii_digit()).any(is_year)
        || line.split(|c: char| c != ':' && !c.is_ascii_digit()).any(is_clock)
}

/// "-----Original Message-----"
fn is_original(line: &str) -> bool {
    let inner = line.trim_matches(|c: char| c == '-' || c == '_' || c.is_whitespace());
    line.starts_with("--") && lower(inner, 60).is_some_and(|inner| ORIGINAL.contains(&inner.as_str()))
}

#[rustfmt::skip]
const ORIGINAL: &[&str] = &[
    "original message", "ursprüngliche nachricht", "originalnachricht", "original-nachricht", "message d'origine",
    "message original", "mensaje original", "messaggio originale", "mensagem original", "oorspronkelijk bericht",
    "oprindelig meddelelse", "ursprungligt meddelande", "opprinnelig melding", "wiadomość oryginalna", "исходное сообщение",
];

/// Whether the lines begin with the head of an earlier mail, as Outlook writes it.
fn begins_block(lines: &[&str]) -> bool {
    let is_one_of = |line: &&&str, labels: &[&str]| label(line).is_some_and(|label| labels.contains(&label.as_str()));
    lines.first().is_some_and(|first| is_one_of(&first, FROM))
        && lines[1..].iter().take(6).filter(|line| is_one_of(line, HEAD)).count() >= 2
}

/// What stands before a line's colon.
fn label(line: &str) -> Option<String> {
    let at = line.char_indices().take(20).find(|(_, c)| matches!(c, ':' | '：'))?.0;
    lower(line[..at].trim_matches(|c: char| c == '*' || c.is_whitespace()), 60)
}

#[rustfmt::skip]
const FROM: &[&str] = &["from", "von", "de", "da", "van", "från", "fra", "lähettäjä", "od", "от", "发件人", "寄件者", "差出人"];

#[rustfmt::skip]
const HEAD: &[&str] = &[
    "sent", "date", "to", "cc", "subject", "gesendet", "datum", "an", "betreff", "envoyé", "à", "objet", "enviado",
    "enviado el", "fecha", "para", "asunto", "inviato", "data", "a", "oggetto", "assunto", "enviada em", "verzonden", "aan",
    "onderwerp", "skickat", "till", "ämne", "sendt", "til", "emne", "lähetetty", "aihe", "wysłano", "do", "temat", "odesláno",
    "komu", "předmět", "отправлено", "дата", "кому", "тема", "发送时间", "收件人", "主题", "送信日時", "宛先", "件名",
];

/// Whether the line says that what follows was forwarded.
fn forwards(line: &str) -> bool {
    lower(line, 200).is_some_and(|line| holds_one_of(&line, FORWARDED))
}

#[rustfmt::skip]
const FORWARDED: &[&str] = &[
    "forwarded message", "weitergeleitete nachricht", "message transféré", "mensaje reenviado", "messaggio inoltrato",
    "mensagem encaminhada", "doorgestuurd bericht", "vidarebefordrat", "videresendt", "przekazana wiadomość",
    "пересылаемое сообщение", "转发的邮件",
];

/// In lower case; `None` where it is longer than such a line is.
fn lower(line: &str, most: usize) -> Option<String> {
    (line.len() <= most).then(|| line.to_lowercase())
}

#[cfg(test)]
mod tests;
