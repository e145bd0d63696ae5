//! Answers that models put into a code block as a whole, though they are to be read and not to be copied.

/// What is to be set: an answer that is one block of Markdown, from its first line to its last or cut off before that, without
/// the fence around it.
pub(super) fn unwrapped(answer: &str) -> &str {
    let trimmed = answer.trim();
    let Some((first, inside)) = trimmed.split_once('\n') else { return answer };
    if !is_markdown_fence(first) {
        return answer;
    }
    let mut block = Block::None;
    let mut read = 0;
    for line in inside.split_inclusive('\n') {
        match (fence(line), block) {
            (Some(Fence::Plain), Block::None) => {
                // The end of the whole: what follows it was meant to stand outside, so this was an example.
                return if inside[read + line.len()..].trim().is_empty() { &inside[..read] } else { answer };
            }
            (Some(Fence::Plain), Block::Open) => block = Block::None,
            (Some(Fence::Named), _) => block = Block::Open,
            (None, _) => {}
        }
        read += line.len();
    }
    inside
}

/// Whether a block of code is open within.
#[derive(Clone, Copy)]
enum Block {
    None,
    Open,
}

enum Fence {
    /// It begins or ends a block.
    Plain,
    /// It begins one, of a named language.
    Named,
}

fn fence(line: &str) -> Option<Fence> {
    let named = line.trim().strip_prefix("```")?;
    Some(if named.is_empty() { Fence::Plain } else { Fence::Named })
}

fn is_markdown_fence(line: &str) -> bool {
    let named = line.trim_end().strip_prefix("```").map(str::trim);
    named.is_some_and(|name| ["markdown", "md"].iter().any(|known| name.eq_ignore_ascii_case(known)))
}

#[cfg(test)]
mod tests {
    use super::unwrapped;

    #[test]
    fn a_whole_answer_loses_its_fence() {
        assert_eq!(unwrapped("```markdown\n# Hi\n\n- a\n```"), "# Hi\n\n- a\n");
        assert_eq!(unwrapped("\n```MD \nHi\n```\n\n"), "Hi\n");
        assert_eq!(unwrapped("```markdown\nRun:\n```sh\nls\n```\nDone.\n```"), "Run:\n```sh\nls\n```\nDone.\n");
        assert_eq!(unwrapped("```markdown\nHalf an ans"), "Half an ans");
    }

    #[test]
    fn an_example_keeps_it() {
        for answer in [
            "```markdown\n# Hi\n```\nmakes a heading.",
            "Like this:\n```markdown\n# Hi\n```",
            "```html\n<b>\n```",
            "```markdown",
            "```\na\n```",
        ] {
            assert_eq!(unwrapped(answer), answer);
        }
    }
}
