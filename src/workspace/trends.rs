//! How turns ended over a day or a week, piece by piece.

use super::ledger::{CountedTurn, OutcomeKind, Tally};
use super::turns::BadParameter;
use crate::time::{Millis, UnixMillis};
use serde::Serialize;

/// How far back it is looked, from now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TrendWindow {
    /// 24 hours, by the hour.
    Day,
    /// 7 days, in pieces of 6 hours.
    Week,
}

impl TrendWindow {
    /// Reads a query; the default is the day.
    pub fn read(fields: &[(String, String)]) -> Result<Self, BadParameter> {
        let bad = |name: &str, allowed| BadParameter { name: name.to_owned(), allowed };
        match fields {
            [] => Ok(Self::Day),
            [(name, value)] if name == "window" => match value.as_str() {
                "day" => Ok(Self::Day),
                "week" => Ok(Self::Week),
                _other => Err(bad(name, "day or week")),
            },
            [(name, _)] => Err(bad(name, "window")),
            [_, (name, _), ..] => Err(bad(name, "left out. The only parameter is window, once")),
        }
    }

    /// How long a piece is.
    pub fn piece(self) -> Millis {
        match self {
            Self::Day => Millis::from_hours(1),
            Self::Week => Millis::from_hours(6),
        }
    }

    fn pieces(self) -> u64 {
        match self {
            Self::Day => 24,
            Self::Week => 28,
        }
    }

    /// Its pieces, oldest first and without a gap. The last one ends now.
    pub fn spans(self, now: UnixMillis) -> Vec<Span> {
        let begin = |nth: u64| UnixMillis(now.0.saturating_sub((self.pieces() - nth) * self.piece().0));
        let span = |nth: u64| Span { from: begin(nth), to: (nth + 1 < self.pieces()).then(|| begin(nth + 1)) };
        (0..self.pieces()).map(span).collect()
    }
}

/// A piece of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its first millisecond.
    pub from: UnixMillis,
    /// The first one after it. The last span has no end: clocks of two machines differ, and what has ended has ended.
    pub to: Option<UnixMillis>,
}

/// How turns ended in a window.
#[derive(Debug, Serialize)]
pub struct Trends {
    window: TrendWindow,
    bucket_ms: Millis,
    buckets: Vec<Bucket>,
    total: TurnFigures,
}

#[derive(Debug, Serialize)]
struct Bucket {
    from: UnixMillis,
    #[serde(flatten)]
    figures: TurnFigures,
}

/// What is told of some turns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TurnFigures {
    /// How they ended.
    #[serde(flatten)]
    pub tally: Tally,
    /// The time from the newest message to the reply in which half of the replies came; `None` where there was none.
    pub p50_ms: Option<Millis>,
    /// The same of 95 in a hundred.
    pub p95_ms: Option<Millis>,
}

/// Some turns, while they are counted.
#[derive(Clone, Debug, Default)]
pub struct Counting {
    tally: Tally,
    took: Vec<Millis>,
}

impl Counting {
    /// Counts one. Only a reply has been waited for; what was left to teammates is not.
    pub fn count(&mut self, fact: &CountedTurn) {
        self.tally.count(fact);
        if fact.ended == OutcomeKind::Replied {
            self.took.extend(fact.took());
        }
    }

    /// What is told of them.
    pub fn figures(mut self) -> TurnFigures {
        self.took.sort_unstable();
        let share = |percent| quantile(&self.took, percent);
        TurnFigures { tally: self.tally, p50_ms: share(50), p95_ms: share(95) }
    }
}

/// The least of these, which are sorted, that is not below so many percent of them.
fn quantile(sorted: &[Millis], percent: usize) -> Option<Millis> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

impl Trends {
    /// Counts what `facts` tells of each piece of the window, from its begin to its end.
    pub fn of<E>(
        window: TrendWindow,
        now: UnixMillis,
        facts: impl Fn(Span) -> Result<Vec<CountedTurn>, E>,
    ) -> Result<Self, E> {
        let mut total = Counting::default();
        let mut buckets = Vec::new();
        for span in window.spans(now) {
            let mut counting = Counting::default();
            for fact in facts(span)? {
                counting.count(&fact);
                total.count(&fact);
            }
            buckets.push(Bucket { from: span.from, figures: counting.figures() });
        }
        Ok(Self { window, bucket_ms: window.piece(), buckets, total: total.figures() })
    }

    /// As it is told.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("it has string keys only")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::time::UnixSeconds;
    use crate::workspace::ledger::FoundBy;
    use serde_json::json;
    use std::convert::Infallible;

    const NOW: UnixMillis = UnixMillis(1_770_000_000_123);

    fn fact(ended: OutcomeKind, ago: Millis, took_s: u64) -> CountedTurn {
        let at = UnixMillis(NOW.0 - ago.0);
        CountedTurn { ended, at, asked_at: Some(UnixSeconds(at.0 / 1_000 - took_s)), found_by: FoundBy::Webhook }
    }

    fn trends(window: TrendWindow, facts: &[CountedTurn]) -> Trends {
        let within = |span: Span| {
            let is_in = |fact: &&CountedTurn| span.from <= fact.at && span.to.is_none_or(|to| fact.at < to);
            Ok::<_, Infallible>(facts.iter().filter(is_in).copied().collect())
        };
        Trends::of(window, NOW, within).unwrap()
    }

    #[test]
    fn a_day_or_a_week_can_be_wanted_and_nothing_else() {
        let read = |query: &[(&str, &str)]| {
            let fields: Vec<_> = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            TrendWindow::read(&fields).map_err(|bad| bad.name)
        };
        assert_eq!(
            (read(&[]), read(&[("window", "day")]), read(&[("window", "week")])),
            (Ok(TrendWindow::Day), Ok(TrendWindow::Day), Ok(TrendWindow::Week))
        );
        assert_eq!(read(&[("window", "month")]), Err("window".to_owned()));
        assert_eq!(read(&[("windows", "day")]), Err("windows".to_owned()));
        assert_eq!(read(&[("window", "day"), ("since", "1")]), Err("since".to_owned()));
    }

    #[test]
    fn a_window_has_no_gap_and_ends_now() {
        for (window, pieces, hours) in [(TrendWindow::Day, 24, 24), (TrendWindow::Week, 28, 7 * 24)] {
            let spans = window.spans(NOW);
            assert_eq!(spans.len(), pieces);
            assert_eq!(NOW.since(spans[0].from), Millis::from_hours(hours));
            assert!(spans.windows(2).all(|two| two[0].to == Some(two[1].from)));
            assert_eq!(spans[pieces - 1].from.after(window.piece()), NOW);
            assert_eq!(spans[pieces - 1].to, None);
        }
        assert!(TrendWindow::Week.spans(UnixMillis(5)).iter().all(|span| span.from == UnixMillis(0)));
    }

    #[test]
    fn each_turn_is_in_one_piece_and_all_are_in_the_total() {
        let hour = Millis::from_hours(1);
        let facts = [
            fact(OutcomeKind::Replied, Millis(0), 4),
            fact(OutcomeKind::HandedOver, hour, 9),
            fact(OutcomeKind::Replied, Millis(hour.0 + 1), 6),
            fact(OutcomeKind::Failed, Millis::from_hours(24), 1),
            fact(OutcomeKind::Replied, Millis(Millis::from_hours(24).0 + 1), 60),
        ];
        let trends = trends(TrendWindow::Day, &facts);
        let turns: Vec<_> = trends.buckets.iter().map(|bucket| bucket.figures.tally.turns).collect();
        assert_eq!((turns[0], turns[22], turns[23], turns.iter().sum::<u32>()), (1, 1, 2, 4));
        assert_eq!(trends.total.tally, Tally::of(&facts[..4]));
    }

    #[test]
    fn only_replies_have_a_time_and_none_is_not_zero() {
        let trends = trends(
            TrendWindow::Week,
            &[fact(OutcomeKind::HandedOver, Millis(1), 600), fact(OutcomeKind::Noted, Millis(1), 5)],
        );
        let last = trends.buckets.last().unwrap();
        assert_eq!((last.figures.p50_ms, last.figures.p95_ms, last.figures.tally.turns), (None, None, 2));
    }

    #[test]
    fn a_share_is_the_least_time_that_so_many_did_not_exceed() {
        let of = |count: u64| (1..=count).map(Millis).collect::<Vec<_>>();
        assert_eq!(
            (quantile(&of(0), 50), quantile(&of(1), 50), quantile(&of(1), 95)),
            (None, Some(Millis(1)), Some(Millis(1)))
        );
        assert_eq!(
            (quantile(&of(2), 50), quantile(&of(3), 50), quantile(&of(4), 50)),
            (Some(Millis(1)), Some(Millis(2)), Some(Millis(2)))
        );
        assert_eq!(
            (quantile(&of(100), 95), quantile(&of(20), 95), quantile(&of(10), 95)),
            (Some(Millis(95)), Some(Millis(19)), Some(Millis(10)))
        );
    }

    #[test]
    fn it_is_told_in_flat_figures() {
        let shown = json!(trends(TrendWindow::Day, &[fact(OutcomeKind::Replied, Millis(123), 4)]));
        assert_eq!((&shown["window"], &shown["bucket_ms"]), (&json!("day"), &json!(3_600_000)));
        let last = json!({
            "from": NOW.0 - 3_600_000, "turns": 1, "replied": 1, "noted": 0, "handed_over": 0, "stood_down": 0, "failed": 0,
            "found_by_sweep": 0, "p50_ms": 4_000, "p95_ms": 4_000,
        });
        assert_eq!(shown["buckets"][23], last);
        assert_eq!(shown["total"]["turns"], 1);
    }
}
