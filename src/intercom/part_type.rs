//! What a `part_type` means. Intercom's set is open and grows without a new version.

/// What a part is, before it is known who wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PartType {
    /// `comment`, `quick_reply`.
    Comment,
    /// A note, alone or together with a change of state.
    Note,
    /// `open`.
    Open,
    /// `close`.
    Close,
    /// `snoozed`.
    Snooze,
    /// `unsnoozed`.
    Unsnooze,
    /// An assignment that a person made.
    Assignment(Along),
    /// An assignment that Intercom made (`away_mode_assignment`, `default_assignment`, `balanced_assignment` …).
    RuleAssignment,
    /// `merged_primary_conversation`, on the conversation that survives.
    Merged,
    /// Written by Intercom about the conversation, not in it.
    Automatic,
    /// A type that Intercom added later: a message if a person wrote words with it.
    Unknown,
}

/// What an assignment does besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Along {
    /// Nothing.
    Alone,
    /// It reopens (`assign_and_reopen`).
    Opens,
    /// It wakes (`assign_and_unsnooze`).
    Wakes,
}

impl PartType {
    /// Whether a customer sees the words of such a part, if it has any.
    pub(super) fn is_public(self) -> bool {
        match self {
            Self::Comment
            | Self::Open
            | Self::Close
            | Self::Snooze
            | Self::Unsnooze
            | Self::Assignment(_)
            | Self::RuleAssignment
            | Self::Unknown => true,
            Self::Note | Self::Merged | Self::Automatic => false,
        }
    }

    /// Sorts Intercom's `part_type`. The names are those of the API description and the help pages on conversation parts.
    pub(super) fn of(name: &str) -> Self {
        match name {
            "comment" | "quick_reply" => Self::Comment,
            "note" => Self::Note,
            "open" => Self::Open,
            "close" => Self::Close,
            "snoozed" => Self::Snooze,
            "unsnoozed" => Self::Unsnooze,
            "assignment" => Self::Assignment(Along::Alone),
            "assign_and_reopen" => Self::Assignment(Along::Opens),
            "assign_and_unsnooze" => Self::Assignment(Along::Wakes),
            "merged_primary_conversation" => Self::Merged,
            other if AUTOMATIC.contains(&other) => Self::Automatic,
            other if AUTOMATIC_FAMILIES.iter().any(|family| other.starts_with(family)) => Self::Automatic,
            // `note_and_reopen`, `note_and_unsnooze`: taking an unknown one for words in public would show it to the AI.
            other if other.starts_with("note_") => Self::Note,
            other if other.ends_with("assignment") => Self::RuleAssignment,
            _ => Self::Unknown,
        }
    }
}

const AUTOMATIC: [&str; 13] = [
    "attribute_collector",
    "call_summary",
    "channel_and_reply_time_expectation",
    "company_updated",
    "conversation_tags_updated",
    "fin_guidance_applied",
    "language_detection_details",
    "merged_secondary_conversation",
    "operator_workflow_event",
    "participant_added",
    "participant_removed",
    "priority_changed",
    "timer_unsnooze",
];

const AUTOMATIC_FAMILIES: [&str; 5] =
    ["conversation_attribute_updated_by_", "conversation_rating", "conversation_sla_", "custom_action_", "ticket_"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_in_every_form_stay_internal() {
        for name in ["note", "note_and_reopen", "note_and_unsnooze"] {
            assert_eq!(PartType::of(name), PartType::Note, "{name}");
        }
    }

    #[test]
    fn what_intercom_writes_itself_is_automatic() {
        for name in [
            "channel_and_reply_time_expectation",
            "attribute_collector",
            "language_detection_details",
            "conversation_attribute_updated_by_admin",
            "conversation_attribute_updated_by_user",
            "conversation_attribute_updated_by_workflow",
            "custom_action_started",
            "custom_action_finished",
            "operator_workflow_event",
            "ticket_state_updated_by_admin",
            "ticket_attribute_updated_by_admin",
            "conversation_tags_updated",
            "priority_changed",
            "conversation_sla_applied_by_rule",
            "conversation_sla_target_missed",
            "call_summary",
            "conversation_rating_changed",
            "conversation_rating_remark_added",
        ] {
            assert_eq!(PartType::of(name), PartType::Automatic, "{name}");
        }
    }

    #[test]
    fn assignments_tell_who_made_them_and_what_else_they_do() {
        assert_eq!(PartType::of("assignment"), PartType::Assignment(Along::Alone));
        assert_eq!(PartType::of("assign_and_reopen"), PartType::Assignment(Along::Opens));
        assert_eq!(PartType::of("assign_and_unsnooze"), PartType::Assignment(Along::Wakes));
        for name in ["away_mode_assignment", "default_assignment", "balanced_assignment", "message_strategy_assignment"]
        {
            assert_eq!(PartType::of(name), PartType::RuleAssignment, "{name}");
        }
    }

    #[test]
    fn what_is_not_known_is_left_open() {
        assert_eq!(PartType::of("video_reply"), PartType::Unknown);
        assert_eq!(PartType::of(""), PartType::Unknown);
    }
}
