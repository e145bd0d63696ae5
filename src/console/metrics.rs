//! `GET /metrics`: the figures in Prometheus' text format 0.0.4. `docs/api.md` says what each is; all are gauges.

use crate::time::{Millis, UnixMillis};
use crate::workspace::ledger::OutcomeKind;
use crate::workspace::trends::TurnFigures;
use std::collections::BTreeSet;
use std::fmt::Write;

/// The format, as its content type names it.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What is known.
pub struct Snapshot<'a> {
    /// The program's version.
    pub build: &'a str,
    /// `ok`, `degraded` or `problem`.
    pub status: &'a str,
    /// The names of what stands against answering.
    pub problems: Vec<&'a str>,
    /// The rest; `None` while settings are wrong.
    pub workspace: Option<WorkspaceMetrics>,
}

/// What is known of the workspace.
pub struct WorkspaceMetrics {
    /// By what it is paused.
    pub paused_by: Option<&'static str>,
    /// The mode that turns go by.
    pub mode: &'static str,
    /// How many conversations have something open.
    pub open: u64,
    /// For how long the oldest of them has.
    pub oldest_open: Option<Millis>,
    /// Turns of the last hour.
    pub hour: TurnFigures,
    /// Turns of the last 24 hours.
    pub day: TurnFigures,
    /// When the last webhook came.
    pub webhook_at: Option<UnixMillis>,
    /// When the cron trigger fired last.
    pub cron_at: Option<UnixMillis>,
    /// When the last sweep ended.
    pub sweep_at: Option<UnixMillis>,
    /// The last audit.
    pub audit: Option<Audit>,
}

/// What came of an audit.
pub struct Audit {
    /// When it ended; `None` while it is under way.
    pub at: Option<UnixMillis>,
    /// How many of each finding, by name.
    pub found: [(&'static str, u32); 4],
}

const STATUSES: [&str; 3] = ["ok", "degraded", "problem"];
const PAUSERS: [&str; 2] = ["operator", "hourly_limit"];
const MODES: [&str; 3] = ["reply", "note", "off"];

/// Writes it down. What is not known is left out, rather than 0.
pub fn write(snapshot: &Snapshot<'_>) -> String {
    let mut text = MetricsText(String::new());
    text.gauge("build_info", "The running version; always 1.");
    text.sample("build_info", &[("version", snapshot.build)], "1");
    text.gauge("up", "1 if customers are answered, 0 if there is a problem.");
    text.sample("up", &[], flag(snapshot.status != "problem"));
    text.gauge("status", "The status of /healthz, as one of three series.");
    text.one_of("status", "status", &STATUSES, Some(snapshot.status));
    text.gauge("problem", "1 for each problem at /healthz; absent otherwise.");
    // Several settings may be wrong, and a series that comes twice makes Prometheus refuse all of them.
    for problem in snapshot.problems.iter().collect::<BTreeSet<_>>() {
        text.sample("problem", &[("problem", problem)], "1");
    }
    if let Some(workspace) = &snapshot.workspace {
        text.workspace(workspace);
    }
    text.0
}

struct MetricsText(String);

impl MetricsText {
    fn workspace(&mut self, snapshot: &WorkspaceMetrics) {
        self.gauge("paused", "1 if replies are paused, by cause.");
        self.one_of("paused", "by", &PAUSERS, snapshot.paused_by);
        self.gauge("mode", "The current mode, as one of three series.");
        self.one_of("mode", "mode", &MODES, Some(snapshot.mode));
        self.gauge("open_conversations", "Conversations with a waiting message.");
        self.sample("open_conversations", &[], &snapshot.open.to_string());
        self.gauge("open_oldest_age_seconds", "How long the oldest of them has waited.");
        self.seconds(
            "open_oldest_age_seconds",
            &[],
            snapshot.oldest_open.or((snapshot.open == 0).then_some(Millis(0))),
        );
        let windows = [("hour", &snapshot.hour), ("day", &snapshot.day)];
        self.gauge("turns", "Turns that ended in the window, by outcome.");
        for (window, figures) in windows {
            for ended in OutcomeKind::ALL {
                let count = figures.tally.ended(ended).to_string();
                self.sample("turns", &[("window", window), ("outcome", ended.name())], &count);
            }
        }
        self.gauge("turns_found_by_sweep", "Turns among them that no webhook had reported.");
        for (window, figures) in windows {
            self.sample("turns_found_by_sweep", &[("window", window)], &figures.tally.found_by_sweep.to_string());
        }
        self.gauge("answer_seconds", "Time from the newest message of a turn to its reply; absent without replies.");
        for (window, figures) in windows {
            self.seconds("answer_seconds", &[("window", window), ("quantile", "0.5")], figures.p50_ms);
            self.seconds("answer_seconds", &[("window", window), ("quantile", "0.95")], figures.p95_ms);
        }
        for (name, what, at) in [
            ("last_webhook_timestamp_seconds", "When the last verified webhook arrived.", snapshot.webhook_at),
            ("last_cron_timestamp_seconds", "When the cron trigger last fired.", snapshot.cron_at),
            ("last_sweep_timestamp_seconds", "When the last sweep ended.", snapshot.sweep_at),
            (
                "last_audit_timestamp_seconds",
                "When the last audit ended.",
                snapshot.audit.as_ref().and_then(|it| it.at),
            ),
        ] {
            self.gauge(name, what);
            self.seconds(name, &[], at.map(|at| Millis(at.0)));
        }
        self.gauge("audit_findings", "Findings of the last audit by kind; of a running audit, so far.");
        for (kind, count) in snapshot.audit.iter().flat_map(|audit| audit.found) {
            self.sample("audit_findings", &[("kind", kind)], &count.to_string());
        }
    }

    fn gauge(&mut self, name: &str, what: &str) {
        self.line(format_args!("# HELP onereply_{name} {what}\n# TYPE onereply_{name} gauge"));
    }

    fn one_of(&mut self, name: &str, label: &str, all: &[&str], is: Option<&str>) {
        for value in all {
            self.sample(name, &[(label, value)], flag(is == Some(value)));
        }
    }

    fn seconds(&mut self, name: &str, labels: &[(&str, &str)], value: Option<Millis>) {
        if let Some(Millis(ms)) = value {
            self.sample(name, labels, &format!("{}.{:03}", ms / 1_000, ms % 1_000));
        }
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: &str) {
        let labels: Vec<_> = labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        self.line(format_args!("onereply_{name}{labels} {value}"));
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        writeln!(self.0, "{line}").expect("a text takes what is written to it");
    }
}

fn flag(is: bool) -> &'static str {
    if is { "1" } else { "0" }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::ledger::Tally;

    fn snapshot(workspace: Option<WorkspaceMetrics>) -> Snapshot<'static> {
        Snapshot { build: "0.1.0", status: "degraded", problems: vec!["sweep_stuck"], workspace }
    }

    fn workspace() -> WorkspaceMetrics {
        let day = Tally { turns: 3, replied: 2, failed: 1, found_by_sweep: 1, ..Tally::default() };
        WorkspaceMetrics {
            paused_by: Some("hourly_limit"),
            mode: "note",
            open: 2,
            oldest_open: Some(Millis(61_005)),
            hour: TurnFigures::default(),
            day: TurnFigures { tally: day, p50_ms: Some(Millis(4_500)), p95_ms: Some(Millis(12_030)) },
            webhook_at: Some(UnixMillis(1_770_000_000_123)),
            cron_at: None,
            sweep_at: None,
            audit: Some(Audit {
                at: Some(UnixMillis(5)),
                found: [("unanswered", 1), ("answered_twice", 0), ("over_a_human", 0), ("ledger_disagrees", 0)],
            }),
        }
    }

    fn samples(text: &str) -> Vec<&str> {
        text.lines().filter(|line| !line.starts_with('#')).collect()
    }

    #[test]
    fn all_that_is_known_is_told_and_nothing_else() {
        let text = write(&snapshot(Some(workspace())));
        let expected = r#"onereply_build_info{version="0.1.0"} 1
onereply_up 1
onereply_status{status="ok"} 0
onereply_status{status="degraded"} 1
onereply_status{status="problem"} 0
onereply_problem{problem="sweep_stuck"} 1
onereply_paused{by="operator"} 0
onereply_paused{by="hourly_limit"} 1
onereply_mode{mode="reply"} 0
onereply_mode{mode="note"} 1
onereply_mode{mode="off"} 0
onereply_open_conversations 2
onereply_open_oldest_age_seconds 61.005
onereply_turns{window="hour",outcome="replied"} 0
onereply_turns{window="hour",outcome="noted"} 0
onereply_turns{window="hour",outcome="handed_over"} 0
onereply_turns{window="hour",outcome="stood_down"} 0
onereply_turns{window="hour",outcome="failed"} 0
onereply_turns{window="day",outcome="replied"} 2
onereply_turns{window="day",outcome="noted"} 0
onereply_turns{window="day",outcome="handed_over"} 0
onereply_turns{window="day",outcome="stood_down"} 0
onereply_turns{window="day",outcome="failed"} 1
onereply_turns_found_by_sweep{window="hour"} 0
onereply_turns_found_by_sweep{window="day"} 1
onereply_answer_seconds{window="day",quantile="0.5"} 4.500
onereply_answer_seconds{window="day",quantile="0.95"} 12.030
onereply_last_webhook_timestamp_seconds 1770000000.123
onereply_last_audit_timestamp_seconds 0.005
onereply_audit_findings{kind="unanswered"} 1
onereply_audit_findings{kind="answered_twice"} 0
onereply_audit_findings{kind="over_a_human"} 0
onereply_audit_findings{kind="ledger_disagrees"} 0"#;
        assert_eq!(samples(&text), expected.lines().collect::<Vec<_>>());
        assert!(text.ends_with('\n'));
    }

    #[test]
    fn every_sample_comes_after_the_help_and_the_type_of_its_family() {
        let text = write(&snapshot(Some(workspace())));
        let mut family = "";
        for line in text.lines() {
            if let Some(typed) = line.strip_prefix("# TYPE ") {
                family = typed.strip_suffix(" gauge").unwrap_or_default();
            } else if !line.starts_with('#') {
                assert_eq!(line.split(['{', ' ']).next(), Some(family), "{line}");
            }
        }
    }

    #[test]
    fn while_settings_are_wrong_that_is_all() {
        let snapshot = Snapshot { status: "problem", problems: vec!["setting", "setting"], ..snapshot(None) };
        let text = write(&snapshot);
        assert_eq!(
            samples(&text)[1..],
            [
                "onereply_up 0",
                r#"onereply_status{status="ok"} 0"#,
                r#"onereply_status{status="degraded"} 0"#,
                r#"onereply_status{status="problem"} 1"#,
                r#"onereply_problem{problem="setting"} 1"#
            ]
        );
    }

    #[test]
    fn with_nothing_open_the_oldest_is_of_no_age_and_an_age_that_nobody_knows_is_left_out() {
        let age = |open, oldest_open| {
            let text = write(&snapshot(Some(WorkspaceMetrics { open, oldest_open, ..workspace() })));
            samples(&text)
                .iter()
                .find_map(|line| line.strip_prefix("onereply_open_oldest_age_seconds "))
                .map(str::to_owned)
        };
        assert_eq!((age(0, None).as_deref(), age(1, None)), (Some("0.000"), None));
    }

    #[test]
    fn a_label_cannot_end_itself() {
        assert_eq!(escaped("a\"b\\c\nd"), "a\\\"b\\\\c\\nd");
    }
}
