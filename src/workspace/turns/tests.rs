#![allow(clippy::unwrap_used)]
use super::*;
use crate::intercom::ids::PartId;
use crate::turn::outcome::RepliedBy;
use serde_json::{Value, json};

fn read(query: &[(&str, &str)]) -> Result<TurnFilter, BadParameter> {
    TurnFilter::read(&query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>())
}

fn entry(n: u64, outcome: Outcome) -> LedgerEntry {
    let conversation = ConversationId::new("215").unwrap();
    let message = PartId::new(n.to_string()).unwrap();
    LedgerEntry {
        turn: TurnKey::new(&conversation, Some(&message)),
        conversation,
        outcome,
        at: UnixMillis(10_500 + n),
        parts: vec![message],
        asked_at: Some(UnixSeconds(8)),
        found_by: FoundBy::Sweep,
        corrects: None,
    }
}

fn handed_over(n: u64) -> LedgerEntry {
    entry(n, Outcome::HandedOver(HandOverReason::AiUnavailable))
}

fn found(n: u64) -> (TurnPosition, Option<LedgerEntry>) {
    (TurnPosition::of(&handed_over(n)), Some(handed_over(n)))
}

#[test]
fn nothing_wanted_is_everything_fifty_at_a_time() {
    let all = TurnFilter { outcomes: vec![], conversation: String::new(), before: None, limit: 50 };
    assert_eq!(read(&[]), Ok(all));
}

#[test]
fn each_parameter_is_read() {
    let place = TurnPosition { at: UnixMillis(1_770_000_000_000), turn: "215-9-again1".to_owned() };
    let filter = TurnFilter {
        outcomes: vec![OutcomeKind::HandedOver, OutcomeKind::Failed],
        conversation: "2154".to_owned(),
        before: Some(place.clone()),
        limit: 100,
    };
    let query = [
        ("outcome", "handed_over, failed"),
        ("conversation", "2154"),
        ("before", "1770000000000.215-9-again1"),
        ("limit", "100"),
    ];
    assert_eq!(read(&query), Ok(filter));
    assert_eq!(TurnPosition::read(&place.to_string()), Some(place));
}

#[test]
fn what_is_wrong_is_named() {
    let long = "1".repeat(101);
    for (name, value) in [
        ("outcome", ""),
        ("outcome", "answered"),
        ("outcome", "replied,"),
        ("conversation", ""),
        ("conversation", &long),
        ("before", ""),
        ("before", "1770000000000"),
        ("before", "1770000000000."),
        ("before", "+5.215"),
        ("before", "05.215"),
        ("before", "99999999999999999999.215"),
        ("before", "9007199254740992.215"),
        ("limit", "0"),
        ("limit", "101"),
        ("limit", "ten"),
        ("limit", ""),
        ("offset", "1"),
        ("", ""),
    ] {
        assert_eq!(read(&[(name, value)]).unwrap_err().name, name, "{name}={value}");
    }
    assert_eq!(
        read(&[("limit", "5"), ("limit", "5")]).unwrap_err(),
        BadParameter { name: "limit".to_owned(), allowed: "given once" }
    );
}

#[test]
fn a_full_page_goes_on_after_its_last_turn_only_if_there_is_more() {
    let page = TurnPage::of(vec![found(3), found(2), found(1)], 2, None);
    assert_eq!(page.entries, [handed_over(3), handed_over(2)]);
    assert_eq!(page.next, Some(TurnPosition::of(&handed_over(2))));
    let page = TurnPage::of(vec![found(3), found(2)], 2, None);
    assert_eq!((page.entries.len(), page.next), (2, None));
}

#[test]
fn a_short_page_goes_on_where_the_look_ended() {
    let looked_to = Some(TurnPosition::of(&handed_over(1)));
    let page = TurnPage::of(vec![found(3)], 2, looked_to.clone());
    assert_eq!((page.entries.len(), page.next), (1, looked_to.clone()));
    let page = TurnPage::of(vec![], 2, looked_to.clone());
    assert_eq!((page.entries.len(), page.next), (0, looked_to));
}

#[test]
fn an_entry_of_a_newer_program_is_left_out_and_passed_over() {
    let unknown = |n| (TurnPosition::of(&handed_over(n)), None);
    let page = TurnPage::of(vec![found(3), unknown(2), found(1)], 2, None);
    assert_eq!((page.entries.len(), page.next), (1, Some(TurnPosition::of(&handed_over(2)))));
}

/// A page of a ledger with so many entries, of which each of so many matches, and how many entries were read for it.
fn looked(filter: &TurnFilter, entries: u64, each: u64) -> (TurnPage, usize) {
    let mut count = 0;
    let page = TurnPage::look(filter, |before, most| {
        let newest = before.map_or(entries, |place| place.at.0 - 10_500 - 1);
        let rows: Vec<_> = (1..=newest).rev().take(most as usize).collect();
        count += rows.len();
        let looked =
            |n: u64| if n.is_multiple_of(each) { Looked::Match(Some(handed_over(n))) } else { Looked::PassedOver };
        Ok::<_, std::convert::Infallible>(
            rows.into_iter().map(|n| (TurnPosition::of(&handed_over(n)), looked(n))).collect(),
        )
    });
    (page.unwrap(), count)
}

#[test]
fn no_more_is_read_than_a_page_needs() {
    let all = read(&[("limit", "30")]).unwrap();
    let (page, count) = looked(&all, 9_000, 1);
    assert_eq!((page.entries.len(), count), (30, 31));
    assert_eq!(page.next, Some(TurnPosition::of(&handed_over(8_971))));
    let some = read(&[("limit", "30"), ("outcome", "failed")]).unwrap();
    let (page, count) = looked(&some, 9_000, 10);
    assert_eq!((page.entries.len(), count), (30, 500));
    assert_eq!(page.next, Some(TurnPosition::of(&handed_over(8_710))));
}

#[test]
fn the_look_ends_with_the_ledger_or_after_thousands() {
    let rare = read(&[("conversation", "215")]).unwrap();
    let (page, count) = looked(&rare, 9_000, 4_000);
    assert_eq!((page.entries.len(), count), (1, MOST_LOOKED_THROUGH as usize));
    assert_eq!(page.next, Some(TurnPosition::of(&handed_over(6_001))));
    let (page, count) = looked(&TurnFilter { before: page.next, ..rare.clone() }, 9_000, 4_000);
    assert_eq!((page.entries.len(), count), (1, MOST_LOOKED_THROUGH as usize));
    let (page, count) = looked(&TurnFilter { before: page.next, ..rare.clone() }, 9_000, 4_000);
    assert_eq!(
        (page.entries.len(), count, page.next.is_some()),
        (0, 3_000, true),
        "the last one was looked at just now"
    );
    let (page, count) = looked(&rare, 700, 4_000);
    assert_eq!((page, count), (TurnPage { entries: vec![], next: None }, 700));
    let all = read(&[]).unwrap();
    assert_eq!(looked(&all, 50, 1).0.next, None);
    assert_eq!(looked(&all, 0, 1), (TurnPage { entries: vec![], next: None }, 0));
}

#[test]
fn a_turn_is_told_in_ids_reasons_and_times() {
    let replied = entry(2, Outcome::Replied { part: PartId::new("77").unwrap(), by: RepliedBy::Us });
    let page = TurnPage { entries: vec![handed_over(1), replied], next: Some(TurnPosition::of(&handed_over(1))) };
    let shown: Value = serde_json::from_str(&page.to_json(|id| format!("https://inbox/{id}"))).unwrap();
    let first = json!({
        "conversation": "215", "link": "https://inbox/215", "turn": "215-1", "outcome": "handed_over", "reason": "ai_unavailable",
        "detail": {"handed_over": "ai_unavailable"}, "at": 10_501, "asked_at_s": 8, "took_ms": 2_501, "found_by": "sweep",
    });
    assert_eq!(shown["turns"][0], first);
    assert_eq!(
        (&shown["turns"][1]["reason"], &shown["turns"][1]["detail"]["replied"]["part"]),
        (&Value::Null, &json!("77"))
    );
    assert_eq!(shown["next"], "10501.215-1");
}
