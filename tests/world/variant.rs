//! The world around the objects as it should be, and with one thing broken: a host that does not keep what it promises, or a door that
//! lets pass what it must not.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// Nothing is broken.
    AsBuilt,
    /// G1: what a run commits is durable only with its next commit, or at its end.
    ActBeforePersisting,
    /// G1: a post that was never answered is taken for one that did nothing.
    ResendUnanswered,
    /// G1: a wake-up forgets that a post was begun.
    ForgetIntent,
    /// G1: an ended turn leaves nothing behind.
    ForgetWatermark,
    /// G2: a webhook that was seen before is dropped, stored or not.
    DropSeenWebhooks,
    /// G2: only the quiet window sets the alarm.
    ForgetAlarm,
    /// G2: a run reads what it wrote itself, whatever was written meanwhile.
    KeepStateInMemory,
    /// G2: what the sweep told of counts as seen, without a read.
    NudgeIsDone,
    /// G2: a page of the search that failed counts as the last one, with nothing on it.
    PassFailedPages,
    /// G2: nobody looks after an object whose alarm was lost.
    WatchNobody,
    /// A report that failed is not made again.
    ReportOnce,
    /// A question that was never answered is put again at once.
    AskAgainAtOnce,
    /// Who cannot learn whether a turn may go on takes that for leave.
    GoOnUngranted,
    /// G3: the answer goes out on the first read.
    SkipReread,
    /// G3: neither reads nor webhooks show teammates.
    OverlookTeammates,
    /// G4: 200, whatever is on disk.
    AcknowledgeBeforeStoring,
}

impl Variant {
    /// All in which something is broken.
    pub const BROKEN: [Self; 16] = [
        Self::ActBeforePersisting,
        Self::ResendUnanswered,
        Self::ForgetIntent,
        Self::ForgetWatermark,
        Self::DropSeenWebhooks,
        Self::ForgetAlarm,
        Self::KeepStateInMemory,
        Self::NudgeIsDone,
        Self::PassFailedPages,
        Self::WatchNobody,
        Self::ReportOnce,
        Self::AskAgainAtOnce,
        Self::GoOnUngranted,
        Self::SkipReread,
        Self::OverlookTeammates,
        Self::AcknowledgeBeforeStoring,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::AsBuilt => "as_built",
            Self::ActBeforePersisting => "act_before_persisting",
            Self::ResendUnanswered => "resend_unanswered",
            Self::ForgetIntent => "forget_intent",
            Self::ForgetWatermark => "forget_watermark",
            Self::DropSeenWebhooks => "drop_seen_webhooks",
            Self::ForgetAlarm => "forget_alarm",
            Self::KeepStateInMemory => "keep_state_in_memory",
            Self::NudgeIsDone => "nudge_is_done",
            Self::PassFailedPages => "pass_failed_pages",
            Self::WatchNobody => "watch_nobody",
            Self::ReportOnce => "report_once",
            Self::AskAgainAtOnce => "ask_again_at_once",
            Self::GoOnUngranted => "go_on_ungranted",
            Self::SkipReread => "skip_reread",
            Self::OverlookTeammates => "overlook_teammates",
            Self::AcknowledgeBeforeStoring => "acknowledge_before_storing",
        }
    }

    /// Whether a conversation in this phase gets no alarm.
    pub fn forgets_alarm(self, phase: &str) -> bool {
        self == Self::ForgetAlarm && !["idle", "gathering", "deleted"].contains(&phase)
    }
}
