//! What a webhook is about.

use std::fmt;

/// `topic` ("Webhook topics"). Intercom adds topics without a new version.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// `conversation.user.created`
    UserCreated,
    /// `conversation.user.replied`
    UserReplied,
    /// `conversation.admin.replied`; bots' replies come under it too.
    AdminReplied,
    /// `conversation.admin.noted`
    AdminNoted,
    /// `conversation.admin.assigned`
    AdminAssigned,
    /// `conversation.admin.open.assigned`
    AdminOpenAssigned,
    /// `conversation.admin.closed`
    AdminClosed,
    /// `conversation.admin.opened`
    AdminOpened,
    /// `conversation.admin.snoozed`
    AdminSnoozed,
    /// `conversation.admin.unsnoozed`
    AdminUnsnoozed,
    /// `conversation.operator.replied`, from 2.14 on
    OperatorReplied,
    /// `conversation.deleted`
    Deleted,
    /// `conversation_part.redacted`
    PartRedacted,
    /// `ping`
    Ping,
    /// Any other.
    Other(String),
}

static TOPICS: [(&str, Topic); 14] = [
    ("conversation.user.created", Topic::UserCreated),
    ("conversation.user.replied", Topic::UserReplied),
    ("conversation.admin.replied", Topic::AdminReplied),
    ("conversation.admin.noted", Topic::AdminNoted),
    ("conversation.admin.assigned", Topic::AdminAssigned),
    ("conversation.admin.open.assigned", Topic::AdminOpenAssigned),
    ("conversation.admin.closed", Topic::AdminClosed),
    ("conversation.admin.opened", Topic::AdminOpened),
    ("conversation.admin.snoozed", Topic::AdminSnoozed),
    ("conversation.admin.unsnoozed", Topic::AdminUnsnoozed),
    ("conversation.operator.replied", Topic::OperatorReplied),
    ("conversation.deleted", Topic::Deleted),
    ("conversation_part.redacted", Topic::PartRedacted),
    ("ping", Topic::Ping),
];

impl From<&str> for Topic {
    fn from(name: &str) -> Self {
        let known = TOPICS.iter().find(|(known, _)| *known == name);
        known.map_or_else(|| Self::Other(name.to_owned()), |(_, topic)| topic.clone())
    }
}

impl fmt::Display for Topic {
    /// Intercom's name of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = TOPICS.iter().find(|(_, topic)| topic == self).map(|(name, _)| *name);
        f.write_str(match self {
            Self::Other(name) => name,
            _known => known.unwrap_or("unnamed"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_keeps_its_name() {
        for (name, topic) in &TOPICS {
            assert_eq!((&Topic::from(*name), topic.to_string().as_str()), (topic, *name));
        }
        let read = Topic::from("conversation.read");
        assert_eq!(
            (&read, read.to_string().as_str()),
            (&Topic::Other("conversation.read".to_owned()), "conversation.read")
        );
    }
}
