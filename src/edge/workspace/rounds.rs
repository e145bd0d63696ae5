//! What the workspace does each minute: it looks after objects whose alarm may be lost, and sweeps, and audits. Each run makes at most
//! [`MOST_CALLS`] calls; what is left goes on in the next one, begun by the object's own alarm.

use super::alerting::Went;
use super::rows::{self, Listed, Open, PauseEnd, SWEEP};
use super::{Answer, WorkspaceObject};
use crate::edge::log::{Level, line};
use crate::edge::running::Run;
use crate::edge::trouble::Trouble;
use crate::edge::{clock, conversation, environment, pacing};
use crate::fault::Whose;
use crate::intercom::answers::parse_page;
use crate::intercom::ids::{AppId, ConversationId};
use crate::intercom::notice::{News as Told, Notice};
use crate::intercom::pace::Caller;
use crate::intercom::search::Found;
use crate::settings::{Ingest, Settings};
use crate::time::{Millis, UnixMillis, UnixSeconds};
use crate::workspace::sweep::{News, Next, Sweep};
use crate::workspace::watch::Standing;
use serde_json::json;
use worker::Result;

/// A free plan allows 50 subrequests in one go.
const MOST_CALLS: u32 = 40;

/// An object that could not be reached is called again so soon.
const UNREACHED_PAUSE: Millis = Millis::from_seconds(30);

/// How turns ended is known from the ledger for so long after a start: the sweep finds nothing older again.
const REMEMBERED: Millis = Millis::from_minutes(15);

/// So many conversations are remembered; beyond this all are asked again.
const MOST_REMEMBERED: usize = 10_000;

/// When a run is over, and there is more.
pub(super) type More = Option<UnixMillis>;

/// A run ends after so long, whoever is slow: the next one begins with the objects that are looked after.
const LONGEST_RUN: Millis = Millis::from_seconds(20);

/// What a run may still do.
pub(super) struct Calls {
    left: u32,
    until: UnixMillis,
}

impl Calls {
    fn new() -> Self {
        Self { left: MOST_CALLS, until: clock::now().after(LONGEST_RUN) }
    }

    pub(super) fn spent(&self) -> bool {
        self.left == 0 || clock::now() >= self.until
    }

    pub(super) fn take(&mut self) {
        self.left = self.left.saturating_sub(1);
    }
}

/// What began a run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Begun {
    /// The cron trigger.
    ByCron,
    /// This object's alarm: a run goes on.
    ByAlarm,
}

impl WorkspaceObject {
    pub(super) async fn tick(&self) -> Result<Answer> {
        let noted = self.note_tick();
        self.go_round(Begun::ByCron).await?;
        noted.map(|()| Answer::Done)
    }

    pub(super) async fn go_round(&self, begun: Begun) -> Result<()> {
        let Some(_run) = Run::begin(&self.running) else {
            // The one that is under way has looked already.
            self.again.set(Again::Yes);
            return Ok(());
        };
        self.again.set(Again::No);
        let mut calls = Calls::new();
        // What holds one of them for ever, such as a row that only a newer program can read, holds neither the others nor the alert.
        let parts = [
            self.look_after_all(&mut calls).await,
            self.sweep_if_possible(begun, &mut calls).await,
            self.audit_by_night_and_wish(begun, &mut calls).await,
        ];
        let rest = self.go_on_at(parts.iter().flatten().flatten().min().copied());
        let went = if rest.is_ok() && parts.iter().all(Result::is_ok) { Went::Well } else { Went::Wrong };
        // Last, as its receiver may be slow, and however many calls were made: there are some beyond those.
        let alerted = self.alert(begun, went).await;
        let asked = self.go_on_at((self.again.get() == Again::Yes).then(clock::now));
        parts.into_iter().try_for_each(|part| part.map(drop))?;
        rest.and(alerted).and(asked)
    }

    /// This object's alarm begins the next run then.
    fn go_on_at(&self, at: More) -> Result<()> {
        match at {
            Some(at) => self.storage()?.set_alarm(Some(at.max(clock::now()))),
            None => Ok(()),
        }
    }

    async fn sweep_if_possible(&self, begun: Begun, calls: &mut Calls) -> Result<More> {
        match environment::settings(&self.env) {
            Ok(settings) => self.sweep(&settings, begun, calls).await,
            // Conversations say so themselves.
            Err(_problems) => Ok(None),
        }
    }

    async fn audit_by_night_and_wish(&self, begun: Begun, calls: &mut Calls) -> Result<More> {
        if begun == Begun::ByCron {
            self.begin_audit_at_night()?;
        }
        self.go_on_auditing(calls).await
    }

    /// Objects that have had something open for a while are asked whether their alarm is still there.
    async fn look_after_all(&self, calls: &mut Calls) -> Result<More> {
        // However many wait, the other half is for those that nobody knows yet.
        let most = calls.left / 2;
        let due = rows::due(&self.storage()?, clock::now(), most)?;
        for open in &due {
            if calls.spent() {
                return Ok(Some(clock::now()));
            }
            calls.take();
            let stands = match (open.waits_since, open.pause) {
                (Some(at), _) => self.tell_object(&open.object, Some(at)).await,
                (None, PauseEnd::Untold) => conversation::resumed(&self.env, &open.object).await,
                (None, PauseEnd::NoNews) => conversation::look(&self.env, &open.object).await,
            };
            match stands {
                Ok(standing) => {
                    rows::looked_after(&self.storage()?, open, standing, clock::now())?;
                }
                Err(error) => {
                    let fields = json!({ "object": open.object, "error": error.to_string() });
                    line(Level::Error, "object_unreachable", fields);
                    let now = clock::now();
                    rows::list_unreached(&self.storage()?, open, now, now.after(UNREACHED_PAUSE))?;
                }
            }
        }
        Ok((due.len() >= most as usize).then(clock::now))
    }

    async fn sweep(&self, settings: &Settings, begun: Begun, calls: &mut Calls) -> Result<More> {
        if settings.ingest == Ingest::Webhook || calls.spent() {
            return Ok(None);
        }
        calls.take();
        let Ok(app) = self.identity().await? else { return Ok(None) };
        if settings.policy.app_id.as_ref().is_some_and(|expected| *expected != app) {
            return Ok(None);
        }
        let mut sweep = match self.kept_for_sure::<Sweep>(SWEEP)?.filter(|sweep| sweep.app == app) {
            Some(sweep) => sweep,
            None => {
                let first = Sweep::first(app, clock::now(), settings.backlog);
                // Should this run be cut short, the next one must not begin later.
                self.keep(SWEEP, &first)?;
                first
            }
        };
        let before = sweep.clone();
        if begun == Begun::ByCron {
            sweep.begin(clock::now());
        }
        let passed = sweep.last;
        let more = self.go_on_sweeping(&mut sweep, settings, calls).await?;
        if before != sweep {
            self.keep(SWEEP, &sweep)?;
        }
        if sweep.last != passed
            && let Some(done) = sweep.last.filter(|done| done.found > 0)
        {
            let ms = done.ended_at.since(done.began_at).0;
            line(Level::Info, "swept", json!({ "found": done.found, "told": done.told, "ms": ms }));
        }
        Ok(more)
    }

    async fn go_on_sweeping(&self, sweep: &mut Sweep, settings: &Settings, calls: &mut Calls) -> Result<More> {
        loop {
            let next = sweep.next(clock::now());
            if calls.spent() && matches!(next, Next::Search(_) | Next::Tell(_)) {
                return Ok(Some(clock::now()));
            }
            match next {
                Next::Rest => return Ok(None),
                Next::Wait(at) => return Ok(Some(at)),
                Next::Search(search) => {
                    calls.take();
                    let response = pacing::send(&settings.intercom.search(&search), Caller::Background).await;
                    match response.and_then(|response| parse_page(&response)) {
                        Ok(page) => {
                            self.warm_up()?;
                            let seen = self.seen.borrow();
                            let is_news = |found: &Found| is_news(found, seen.get(&found.conversation).copied());
                            sweep.page_read(page, settings.ingest, clock::now(), is_news);
                        }
                        Err(fault) => {
                            line(Level::Warn, "sweep_failed", json!({ "fault": fault.name() }));
                            if fault.whose() == Whose::Operator {
                                self.note(Trouble::IntercomRefusesCredentials)?;
                            }
                            sweep.page_failed(&fault, clock::now());
                        }
                    }
                    if sweep.pass.as_ref().is_some_and(|pass| !pass.untold.is_empty()) {
                        // What was found is on disk before anybody is told, so a run that is cut short tells the rest.
                        self.keep(SWEEP, sweep)?;
                    }
                }
                Next::Tell(found) => {
                    calls.take();
                    self.tell_found(&sweep.app, &found).await?;
                    sweep.told(&found, clock::now());
                }
            }
        }
    }

    /// Tells an object that a customer waits. One that cannot be reached is kept on the list, and is told from there.
    async fn tell_found(&self, app: &AppId, found: &Found) -> Result<()> {
        let object = conversation::name_of(app, &found.conversation);
        match self.tell_object(&object, found.at).await {
            Ok(standing) => {
                if standing.wakes_at.is_some() {
                    rows::list(&self.storage()?, &object, standing, Listed::Before, clock::now())?;
                }
            }
            Err(error) => {
                line(Level::Error, "object_unreachable", json!({ "object": object, "error": error.to_string() }));
                let now = clock::now();
                let open = Open { object, waits_since: found.at, pause: PauseEnd::NoNews, look_at: now };
                rows::list_unreached(&self.storage()?, &open, now, now.after(UNREACHED_PAUSE))?;
            }
        }
        Ok(())
    }

    async fn tell_object(&self, object: &str, waits_since: Option<UnixSeconds>) -> Result<Standing> {
        let names = object.split_once(':').and_then(|(app, id)| AppId::new(app).zip(ConversationId::new(id)));
        let (app_id, conversation) = names.ok_or_else(|| worker::Error::from("an object without a name"))?;
        let told = match waits_since {
            Some(at) => Told::CustomerWaits { at },
            // Intercom does not say when: a read shows it.
            None => Told::CustomerWrote { part: None, at: UnixSeconds(clock::now().0 / 1_000) },
        };
        let notice = Notice { app_id, conversation: conversation.clone(), news: vec![told] };
        let standing = conversation::tell(&self.env, &notice).await?.standing;
        self.remember_seen(conversation, standing.seen);
        Ok(standing)
    }

    pub(super) fn remember_seen(&self, conversation: ConversationId, seen: Option<UnixSeconds>) {
        let Some(seen) = seen else { return };
        let mut known = self.seen.borrow_mut();
        if known.len() >= MOST_REMEMBERED {
            // They are asked again, and say the same.
            known.clear();
        }
        let newest = known.get(&conversation).copied().max(Some(seen));
        known.extend(newest.map(|newest| (conversation, newest)));
    }

    /// After a start the ledger tells how far objects have read.
    fn warm_up(&self) -> Result<()> {
        if self.warm.replace(Warm::Yes) == Warm::Yes {
            return Ok(());
        }
        let since = UnixMillis(clock::now().0.saturating_sub(REMEMBERED.0));
        for (conversation, seen) in rows::seen_since(&self.storage()?, since)? {
            self.remember_seen(conversation, Some(seen));
        }
        Ok(())
    }
}

/// Whether somebody wanted a run while one was under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Again {
    /// Nobody did.
    #[default]
    No,
    /// Somebody did.
    Yes,
}

/// Whether what is known from before the object's start was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Warm {
    /// Not yet.
    #[default]
    No,
    /// It was.
    Yes,
}

fn is_news(found: &Found, seen: Option<UnixSeconds>) -> News {
    match (found.at, seen) {
        (Some(at), Some(seen)) if seen >= at => News::No,
        (_, _) => News::Yes,
    }
}
