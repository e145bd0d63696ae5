//! Versions of Intercom's API, as far as they differ in what this program shows.

/// A version `2.<minor>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ApiVersion {
    minor: u32,
}

impl ApiVersion {
    /// 2.14: HTML in webhooks, `null` for nobody.
    pub const V2_14: Self = Self { minor: 14 };
    /// 2.16: plain text in webhooks, `0` for nobody.
    pub const V2_16: Self = Self { minor: 16 };

    /// Reads `2.0` to `2.17`, or the words for what comes next.
    pub fn parse(text: &str) -> Option<Self> {
        if matches!(text, "Preview" | "Unstable") {
            return Some(Self { minor: u32::MAX });
        }
        let minor = text.strip_prefix("2.")?.parse().ok()?;
        (minor <= 17).then_some(Self { minor })
    }

    /// From 2.15 on, bodies in webhooks are plain text (description of `conversation_part.body`).
    pub fn has_plain_text_webhooks(self) -> bool {
        self.minor >= 15
    }

    /// From 2.16 on, `0` stands for nobody, `priority` has five values, and `channel` is there.
    pub fn is_2_16_or_later(self) -> bool {
        self.minor >= 16
    }
}
