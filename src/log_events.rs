//! Every event of the log once: its fields and when it is written. `npm run docs` makes the table of `docs/troubleshooting.md` from
//! this list; names and levels come from the calls, and a test compares them. Levels stand there alone.

macro_rules! events {
    ($($name:ident: $fields:expr, $when:expr;)*) => {
        /// The name of each event, its fields besides `event` and `level`, and when it is written, as Markdown.
        pub const EVENTS: &[(&str, &str, &str)] = &[$((stringify!($name), $fields, $when)),*];
    };
}

events! {
    webhook_stored: "`is_new` (false for a duplicate), `ms`", "a webhook is on disk; `ms` until then";
    webhook_ignored: "`reason`: `ping`, `unwanted_topic`, `only_automatic`", "nothing to do, 200";
    webhook_incomplete: "`reason`: `no_conversation`, `no_workspace`", "a topic that is used, without its ids, 400";
    webhook_malformed: "`where`, `bytes`", "signed and not understood, 400";
    webhook_not_stored: "", "the conversation's object did not take it, 500";
    webhook_signature_refused: "`reason`", "401";
    webhook_too_large: "`limit_bytes`", "413";
    webhook_without_secret: "`missing`", "500";
    delivery_not_noted: "", "the Workspace object could not be reached after a webhook";
    turn_settled: "`turn`, `outcome`, `detail`", "a turn, or some of its messages, ended";
    turn_corrected: "`turn`, `outcome`, `detail`", "a post that was given up has arrived, or Intercom's answer names another part than the webhook before it";
    turn_waits: "`for`: `other_bot`, `paused`, `budget`", "once for each reason";
    turn_reopened: "`turn`", "a turn that was left to teammates is answered after all";
    hand_over_begun: "`reason`", "a hand-over starts";
    answer_superseded: "", "the customer wrote again; everything is asked together";
    taken_over: "`sign`: `spoke`, `assigned`, `rule_assigned`, `stopped`, `closed_or_snoozed`", "a teammate has the conversation";
    given_back: "`by`: `note`, `reply`, `assignment`", "OneReply has it again";
    call: "`call`, `result`, `ms`", "a command was carried out";
    call_failed: "`service`, `fault`", "a call failed; it is made again, or the turn handed over";
    credentials_refused: "`service`, `fault`", "401 or 403; the turn waits";
    credentials_accepted: "`service`", "they work again";
    workspace_mismatch: "`variable`", "`INTERCOM_APP_ID` is not the token's workspace; the turn waits";
    another_program_answers: "", "another program writes under our name";
    stale_read: "", "a read lacks something that is known to exist; it is made again";
    nudge_unfounded: "`written_at`", "the reads of two sweeps lacked what Intercom's search had found";
    late_result: "`attempt`", "a result of an earlier command";
    interrupted: "", "a command ended with its process";
    conversation_held: "`object`, `reason`, `variables`", "settings are wrong; every 15 seconds";
    state_unreadable: "`object`, `reason`", "the stored state is damaged or of a newer version; every 15 seconds";
    held_events_unreadable: "`error`", "a stored event was damaged; the next read shows what it reported";
    wake_failed: "`object`, `error`", "the object's storage failed; it tries again after 15 seconds";
    mode_unheard: "`object`, `error`", "the Workspace object did not say which mode is in force";
    trouble_not_reported: "`object`, `error`", "the Workspace object did not take a problem";
    report_failed: "`object`, `error`", "the Workspace object did not take an outcome; it is reported again";
    conversation_forgotten: "", "Intercom said that the conversation was deleted";
    conversation_deleted: "`object`", "everything stored about a conversation was deleted";
    swept: "`found`, `told`, `ms`", "a sweep ended and had found conversations";
    sweep_failed: "`fault`", "a page of the search could not be read; it is read again";
    object_unreachable: "`object`, `error`", "a conversation's object did not answer; it is called again";
    alarm_lost: "`object`", "an object had work and no alarm; it has one again";
    maintenance_failed: "`error`", "a part of the maintenance failed; the others ran, and the next minute goes on";
    audited: "`conversations`, `turns`, `unread`, `reach`, `unanswered`, `answered_twice`, `over_a_human`, `ledger_disagrees`", "an audit ended";
    audit_finding: "`kind`, `about`, `conversation`, `message`, `part`, `turn`", "one of its findings";
    audit_call_failed: "`fault`", "one of its calls failed; it is made again";
    alert_sent: "`alert`: `alert`, `all_clear`; `problems`", "an alert was delivered";
    alert_failed: "`alert`, `status`", "the receiver did not take it; it is sent again";
    paused: "`by`: `operator`, `hourly_limit`", "the workspace is paused";
    resumed: "", "it goes on";
    mode_set: "`configured`, `in_force`", "an operator set the mode, or set it back";
    control_not_remembered: "`error`", "the list of operators' acts could not be written; the act was done";
    signed_in: "", "an operator signed in to the console";
    sign_in_refused: "`by`: `sign_in`, `bearer`, `cookie`; `reason`: `wrong_token`, `cross_site`; `limit`: `open`, `by_client`, `in_all`",
        "a wrong token, or a change that another site requested. `limit` says what this attempt used up; those after it are not logged";
}
