//! One seed, played to its end and judged.

use crate::cause::{Cause, Causes};
use crate::deed::Places;
use crate::plan::Plan;
use crate::weather::{Loss, Outage, Weather};
use crate::world::audit::{Violation, judge};
use crate::world::second_judge::unexplained;
use crate::world::settings::settings_with;
use crate::world::shared::SETTLED;
use crate::world::tally::Tally;
use crate::world::variant::Variant;
use crate::world::{HOUR, START, World};
use onereply::audit::{Finding, FindingKind};
use onereply::settings::Ingest;
use onereply::turn::outcome::{FailureReason, HandOverReason, Outcome, RepliedBy, StandDownReason};
use onereply_sandbox::gpt_trainer::ScriptRule;
use serde_json::json;
use std::any::Any;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What came of a seed.
pub struct Played {
    pub seed: u64,
    pub failures: Vec<Failure>,
    pub tally: Tally,
    pub causes: BTreeSet<Cause>,
    /// In milliseconds of the world's own time.
    pub lasted: u64,
    pub trace: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    Broken(Violation),
    /// The product's own audit found something that this one did not.
    Found(Finding),
    /// The program, or the world around it.
    Panicked(String),
}

impl Failure {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Broken(violation) => violation.name(),
            Self::Found(finding) => match (finding.kind, finding.about) {
                (FindingKind::Unanswered, _) => "audit: unanswered",
                (FindingKind::AnsweredTwice, _) => "audit: answered twice",
                (FindingKind::OverAHuman, _) => "audit: over a human",
                (FindingKind::LedgerDisagrees, _) => "audit: ledger disagrees",
            },
            Self::Panicked(_) => "panic",
        }
    }
}

/// Whether an account of what happens is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    Nothing,
    Everything,
}

pub fn play(seed: u64, variant: Variant, left_out: BTreeSet<Cause>, telling: Telling) -> Played {
    let causes = Causes::without(left_out);
    let mut world = World::with(variant);
    world.trace = (telling == Telling::Everything).then(Vec::new);
    prepare(&mut world, seed, &causes);
    let ran = catch_unwind(AssertUnwindSafe(|| {
        world.run();
        let verdict = judge(&world);
        let found = if verdict.violations.is_empty() { unexplained(&world) } else { vec![] };
        (verdict, found)
    }));
    let failures = match ran {
        Ok((verdict, found)) => {
            verdict.excuses.iter().for_each(|excuse| world.tally.count("silences excused", excuse.name()));
            let broken = verdict.violations.into_iter().map(Failure::Broken);
            broken.chain(found.into_iter().map(Failure::Found)).collect()
        }
        Err(panic) => vec![Failure::Panicked(words_of(panic.as_ref()))],
    };
    count(&mut world);
    Played {
        seed,
        failures,
        causes: causes.took_place(),
        lasted: world.now.saturating_sub(START),
        tally: std::mem::take(&mut world.tally),
        trace: world.trace.take().unwrap_or_default(),
    }
}

/// Sets a world up as its plan wants it.
fn prepare(world: &mut World, seed: u64, causes: &Causes) {
    let plan = Plan::of(seed);
    world.settings =
        settings_with(|name| plan.settings.iter().find(|(of, _)| *of == name).map(|(_, value)| value.clone()));
    world.note(|| format!("settings {:?}", plan.settings));
    world.note(|| format!("Intercom's clock is ahead by {} ms; {:?}", plan.skew, plan.chances));
    world.skew = plan.skew;
    world.far_side.latency = plan.latency;
    world.far_side.gpt_trainer.account.answer_delay = plan.answer_delay;
    let citations = Some(json!({"1.2": {"title": "A page", "file_name": SOURCE}}));
    world.far_side.gpt_trainer.add_rule(ScriptRule { citations, ..ScriptRule::default() });
    world.far_side.marker = " [1.2]";
    (world.webhooks.unticked, world.webhooks.bare) = (plan.unticked, plan.bare);
    world.far_side.intercom.workspace.search_lag = plan.search_lag;
    world.far_side.page_size = Some(plan.page_size);
    let ingest = world.settings.ingest;
    world.tally.count("ingest", ingest_name(ingest));
    world.every_minute(ingest);
    world.horizon = plan.calm_at + 48 * HOUR;
    let after_start = |outage: Outage| Outage { from: START + outage.from, until: START + outage.until, ..outage };
    let lost = |loss: Loss| Loss { from: START + loss.from, until: START + loss.until, ..loss };
    world.fate = Box::new(Weather {
        seed,
        chances: plan.chances,
        outages: plan.outages.into_iter().map(after_start).collect(),
        losses: plan.losses.into_iter().map(lost).collect(),
        calm_at: START + plan.calm_at,
        causes: causes.clone(),
    });
    let places = Places::default();
    // The last deed brings back the program that can read everything.
    let last = plan.deeds.len() - 1;
    for (nth, (at, deed)) in plan.deeds.into_iter().enumerate() {
        if deed.mends() || nth == last || causes.allow(Cause::Deed(nth)) {
            let places = places.clone();
            world.at(at, move |world| deed.be_done(world, &places));
        }
    }
}

fn count(world: &mut World) {
    let ended = std::mem::take(&mut world.ended);
    for turn in &ended {
        if turn.event == SETTLED {
            world.tally.count("outcomes", name(&turn.outcome));
        }
        if matches!(turn.outcome, Outcome::Replied { by: RepliedBy::UsLate, .. }) {
            world.tally.count("replies", LANDED_LATE);
        }
    }
    let parts = world.far_side.intercom.records().into_iter().flat_map(|record| record.parts);
    let with_sources = parts.filter(|part| part.by_api && part.body.as_ref().is_some_and(|body| body.contains(SOURCE)));
    let with_sources = with_sources.count() as u64;
    world.tally.add("replies", WITH_SOURCES, with_sources);
    let now = world.now;
    let told =
        world.far_side.gpt_trainer.records(now).into_iter().filter(|session| session.initial_variables.is_some());
    let told = told.count() as u64;
    world.tally.add("sessions", WITH_CUSTOMER_FACTS, told);
    let figures = [
        ("calls", world.far_side.calls.len()),
        ("webhooks", world.webhooks.all.len()),
        ("conversations", world.begun.len()),
        ("steps of storage", world.storage_steps.len()),
    ];
    for (name, figure) in figures {
        world.tally.add("figures", name, figure as u64);
    }
}

fn ingest_name(ingest: Ingest) -> &'static str {
    match ingest {
        Ingest::Webhook => "webhook",
        Ingest::Polling => "polling",
        Ingest::Both => "both",
    }
}

fn name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Replied { by: RepliedBy::Us | RepliedBy::UsLate, .. } => "replied",
        Outcome::Replied { by: RepliedBy::AnotherProgram, .. } => "replied by another program",
        Outcome::Noted { .. } => "noted",
        Outcome::HandedOver(reason) => match reason {
            HandOverReason::AiUnavailable => "handed over: AI unavailable",
            HandOverReason::AiRefused => "handed over: AI refused",
            HandOverReason::EmptyAnswer => "handed over: empty answer",
            HandOverReason::ReplyRefused => "handed over: reply refused",
            HandOverReason::ReplyUnknown => "handed over: reply unknown",
            HandOverReason::IntercomUnavailable => "handed over: Intercom unavailable",
            HandOverReason::CustomerAsked => "handed over: customer asked",
            HandOverReason::AiAsked => "handed over: AI asked",
            HandOverReason::DailyCap => "handed over: daily cap",
            HandOverReason::OtherBotSilent => "handed over: other bot silent",
            HandOverReason::GrantUnavailable => "handed over: grant unavailable",
            HandOverReason::OnlyAttachments => "handed over: only attachments",
            HandOverReason::Operator => "handed over: operator",
        },
        Outcome::StoodDown(reason) => match reason {
            StandDownReason::Teammate => "stood down: teammate",
            StandDownReason::RuleAssigned => "stood down: rule assigned",
            StandDownReason::OtherBot => "stood down: other bot",
            StandDownReason::HandedOver => "stood down: handed over",
            StandDownReason::ModeOff => "stood down: mode off",
            StandDownReason::Channel => "stood down: channel",
            StandDownReason::NotATester => "stood down: not a tester",
            StandDownReason::Rollout => "stood down: rollout",
            StandDownReason::Vanished => "stood down: vanished",
            StandDownReason::ForeignWorkspace => "stood down: foreign workspace",
        },
        Outcome::Failed(reason) => match reason {
            FailureReason::ConversationGone => "failed: conversation gone",
            FailureReason::IntercomRefused => "failed: Intercom refused",
        },
    }
}

/// A reply that was given up as unknown, and landed while a teammate was being told or afterwards.
pub const LANDED_LATE: &str = "landed late";
pub const WITH_SOURCES: &str = "with sources";
pub const WITH_CUSTOMER_FACTS: &str = "told of the customer";

/// What each answer of the AI cites.
const SOURCE: &str = "https://example.org/page";

/// Every outcome, for whoever wants to see that all came about.
pub const OUTCOMES: [&str; 27] = [
    "replied",
    "replied by another program",
    "noted",
    "handed over: AI unavailable",
    "handed over: AI refused",
    "handed over: empty answer",
    "handed over: reply refused",
    "handed over: reply unknown",
    "handed over: Intercom unavailable",
    "handed over: customer asked",
    "handed over: AI asked",
    "handed over: daily cap",
    "handed over: other bot silent",
    "handed over: grant unavailable",
    "handed over: operator",
    "stood down: teammate",
    "stood down: rule assigned",
    "stood down: other bot",
    "stood down: handed over",
    "stood down: mode off",
    "stood down: channel",
    "stood down: not a tester",
    "stood down: rollout",
    "stood down: vanished",
    "stood down: foreign workspace",
    "failed: conversation gone",
    "failed: Intercom refused",
];

fn words_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}
