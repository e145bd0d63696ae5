//! Kinds of values: how each is read, and how to say what is allowed.

use crate::secret::Secret;
use std::fmt::Display;
use std::ops::RangeInclusive;

/// How a trimmed value that is not blank is read.
pub(super) struct SettingKind<T> {
    /// What is allowed, to be read after "It must be".
    pub allowed: String,
    /// `None` where the value is not allowed.
    pub parse: Parse<T>,
}

type Parse<T> = Box<dyn Fn(&str) -> Option<T>>;

impl<T: 'static> SettingKind<T> {
    pub(super) fn new(allowed: impl Into<String>, parse: impl Fn(&str) -> Option<T> + 'static) -> Self {
        Self { allowed: allowed.into(), parse: Box::new(parse) }
    }

    /// What was read, made into something else.
    pub(super) fn map<U: 'static>(self, make: impl Fn(T) -> U + 'static) -> SettingKind<U> {
        let Self { allowed, parse } = self;
        SettingKind::new(allowed, move |value| parse(value).map(&make))
    }
}

/// A whole number.
pub(super) fn whole<N>(range: RangeInclusive<N>) -> SettingKind<N>
where
    N: Copy + Display + PartialOrd + TryFrom<u64> + 'static,
{
    SettingKind::new(format!("a whole number from {} to {}", range.start(), range.end()), move |value| {
        let number = N::try_from(digits(value)?).ok()?;
        range.contains(&number).then_some(number)
    })
}

/// One of a few words, in any case.
pub(super) fn one_of<T: Copy + 'static>(words: &'static [(&'static str, T)]) -> SettingKind<T> {
    let names: Vec<_> = words.iter().map(|(name, _)| *name).collect();
    let allowed = match names.split_last() {
        Some((last, others @ [_, ..])) => format!("{} or {last}", others.join(", ")),
        Some(_) | None => names.concat(),
    };
    SettingKind::new(allowed, |value| {
        words.iter().find(|(name, _)| name.eq_ignore_ascii_case(value)).map(|(_, meant)| *meant)
    })
}

/// A line or a paragraph for people, at most this many characters.
pub(super) fn text(longest: usize) -> SettingKind<String> {
    SettingKind::new(format!("text of at most {longest} characters"), move |value| {
        (value.chars().count() <= longest).then(|| value.to_owned())
    })
}

/// Several entries, separated by commas or line breaks; `none` for no entry at all.
pub(super) fn list<T: 'static>(allowed: &str, entry: impl Fn(&str) -> Option<T> + 'static) -> SettingKind<Vec<T>> {
    entries(format!("{allowed}, separated by commas or line breaks"), &[',', '\n'], entry)
}

/// Several entries, one per line, so that an entry may hold commas; `none` for no entry at all.
pub(super) fn lines<T: 'static>(allowed: &str, entry: impl Fn(&str) -> Option<T> + 'static) -> SettingKind<Vec<T>> {
    entries(format!("{allowed}, one per line"), &['\n'], entry)
}

fn entries<T: 'static>(
    allowed: String,
    separators: &'static [char],
    entry: impl Fn(&str) -> Option<T> + 'static,
) -> SettingKind<Vec<T>> {
    SettingKind::new(allowed, move |value| {
        let entries = value.split(separators).map(str::trim).filter(|piece| !piece.is_empty());
        // A value of separators only was meant to say something.
        entries.map(&entry).collect::<Option<Vec<T>>>().filter(|entries| !entries.is_empty())
    })
}

/// The same list, where `none` stands for an empty one.
pub(super) fn or_none<T: 'static>(list: SettingKind<Vec<T>>) -> SettingKind<Vec<T>> {
    let SettingKind { allowed, parse } = list;
    SettingKind::new(format!("{allowed}, or the word none"), move |value| {
        if value.eq_ignore_ascii_case("none") { Some(Vec::new()) } else { parse(value) }
    })
}

/// An id that Intercom writes as a number.
pub(super) fn number_id(whose: &str) -> SettingKind<String> {
    SettingKind::new(format!("{whose}: digits only"), |value| {
        let id = digits(value).filter(|id| *id > 0)?.to_string();
        // With leading zeros it would never equal Intercom's own writing.
        (id == value).then_some(id)
    })
}

/// A token or key. It travels in a header or is compared with one.
pub(super) fn secret(shortest: usize) -> SettingKind<Secret> {
    let allowed = match shortest {
        0 | 1 => "printable ASCII characters without spaces".to_owned(),
        shortest => format!("at least {shortest} printable ASCII characters without spaces"),
    };
    SettingKind::new(allowed, move |value| {
        let fit = value.len() >= shortest && value.bytes().all(|b| b.is_ascii_graphic());
        if fit { Secret::new(value) } else { None }
    })
}

fn digits(value: &str) -> Option<u64> {
    // `parse` alone would take a leading plus.
    value.bytes().all(|b| b.is_ascii_digit()).then(|| value.parse().ok()).flatten()
}
