//! Code, for which there is no element among those that are written.

/// Code as text. Quotes show where it begins and ends; they are typographic, because the straight ones are characters of code: of `"a"` in
/// straight quotes nobody could tell what to type. Its indentation and its gaps are of no-break spaces, because HTML shows others as one;
/// browsers copy them as plain spaces.
pub(super) fn as_text(code: &str) -> String {
    let lines: Vec<String> = code.split('\n').map(line).collect();
    format!("\u{201c}{}\u{201d}", lines.join("\n"))
}

fn line(code: &str) -> String {
    let code = code.replace('\t', "    ");
    let mut kept = String::with_capacity(code.len());
    let mut spaces = 0;
    for c in code.trim_end().chars() {
        if c == ' ' {
            spaces += 1;
            continue;
        }
        // A line may end in the last space of a gap, but not within its indentation.
        let breaking = usize::from(spaces > 0 && !kept.is_empty());
        kept.extend(std::iter::repeat_n('\u{a0}', spaces - breaking));
        kept.extend(std::iter::repeat_n(' ', breaking));
        spaces = 0;
        kept.push(c);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::as_text;

    #[test]
    fn indentation_and_gaps_are_kept() {
        assert_eq!(
            as_text("if x:\n    y(a, b)\n\tz()"),
            "“if x:\n\u{a0}\u{a0}\u{a0}\u{a0}y(a, b)\n\u{a0}\u{a0}\u{a0}\u{a0}z()”"
        );
        assert_eq!(as_text("a   = 1  \n\n bc = 2"), "“a\u{a0}\u{a0} = 1\n\n\u{a0}bc = 2”");
        assert_eq!(as_text("a b"), "“a b”");
    }
}
