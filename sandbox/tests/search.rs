//! The make-believe Intercom's search behaves as its description says.
#![allow(missing_docs, clippy::unwrap_used)]

use onereply_sandbox::http::Request;
use onereply_sandbox::intercom::{CustomerWords, Intercom, Reading, Start, TeammateAct, Workspace};
use serde_json::{Value, json};

const T0: u64 = 1_770_000_000_000;

/// Three conversations, a minute apart; the second was answered, the third is closed.
fn workspace() -> (Intercom, [String; 3]) {
    let mut intercom = Intercom::new(Workspace::default(), 3);
    let ids = [0, 60_000, 120_000].map(|later| {
        let start = Start { body: "<p>Hi</p>".into(), ..Start::default() };
        intercom.start(start, T0 + later).unwrap().conversation_id
    });
    let mut act = |id: &str, act: Value| {
        let act: TeammateAct = serde_json::from_value(act).unwrap();
        intercom.teammate_acts(id, act, T0 + 180_000).unwrap();
    };
    act(&ids[1], json!({"action": "reply", "body": "<p>Yes</p>"}));
    act(&ids[2], json!({"action": "close"}));
    (intercom, ids)
}

fn search(intercom: &mut Intercom, input: &Value) -> (u16, Value) {
    search_at(intercom, input, T0 + 200_000)
}

fn search_at(intercom: &mut Intercom, input: &Value, now: u64) -> (u16, Value) {
    search_with(intercom, input, Reading::default(), now)
}

fn search_with(intercom: &mut Intercom, input: &Value, reading: Reading, now: u64) -> (u16, Value) {
    let body = input.to_string();
    let request = Request {
        method: "POST",
        path: "/conversations/search",
        authorization: Some("Bearer sandbox-access-token"),
        intercom_version: Some("2.16"),
        body: body.as_bytes(),
        ..Request::default()
    };
    let answer = intercom.handle_read(&request, reading, now);
    (answer.status, serde_json::from_slice(&answer.body).unwrap())
}

fn found(intercom: &mut Intercom, query: Value) -> Vec<String> {
    found_at(intercom, query, T0 + 200_000)
}

fn found_at(intercom: &mut Intercom, query: Value, now: u64) -> Vec<String> {
    let (status, list) = search_at(intercom, &json!({"query": query}), now);
    assert_eq!(status, 200, "{list}");
    ids(&list)
}

fn ids(list: &Value) -> Vec<String> {
    list["conversations"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

fn field(name: &str, operator: &str, value: impl Into<Value>) -> Value {
    json!({"field": name, "operator": operator, "value": value.into()})
}

#[test]
fn the_sweeps_query_finds_customers_who_wait_newest_first() {
    let (mut intercom, ids) = workspace();
    let sweep = json!({"operator": "AND", "value": [
        field("state", "=", "open"),
        field("waiting_since", ">", 1_769_999_000),
        field("waiting_since", "<", 1_770_000_300),
    ]});
    assert_eq!(found(&mut intercom, sweep), [ids[0].clone()]);
    let waiting = field("waiting_since", ">", 1_770_000_000);
    assert_eq!(found(&mut intercom, waiting), [ids[2].clone(), ids[0].clone()], "`>` means greater or equal");
}

#[test]
fn milliseconds_find_nothing() {
    let (mut intercom, _) = workspace();
    assert_eq!(found(&mut intercom, field("updated_at", ">", T0)), Vec::<String>::new());
}

#[test]
fn operators_compare_as_described() {
    let (mut intercom, ids) = workspace();
    let mut count = |query| found(&mut intercom, query).len();
    assert_eq!(count(field("admin_assignee_id", "=", 9_608_799)), 1);
    assert_eq!(count(field("admin_assignee_id", "=", "0")), 2);
    assert_eq!(count(field("state", "!=", "open")), 1);
    assert_eq!(count(field("id", "IN", json!([ids[0], ids[1]]))), 2);
    assert_eq!(count(field("id", "NIN", json!([ids[0], ids[1]]))), 1);
    assert_eq!(count(field("source.type", "~", "versat")), 3);
    assert_eq!(count(field("source.type", "^", "sation")), 0);
    assert_eq!(count(field("open", "=", true)), 2);
    assert_eq!(
        count(json!({"operator": "OR", "value": [field("id", "=", ids[0].clone()), field("open", "=", false)]})),
        2
    );
}

#[test]
fn pages_are_walked_with_a_cursor_and_show_no_parts() {
    let (mut intercom, all) = workspace();
    let mut input = json!({
        "query": field("created_at", ">", 1), "sort": {"field": "updated_at", "order": "ascending"},
        "pagination": {"per_page": 2},
    });
    let (_, first) = search(&mut intercom, &input);
    assert_eq!((ids(&first).len(), &first["total_count"], &first["pages"]["total_pages"]), (2, &json!(3), &json!(2)));
    assert_eq!(first["conversations"][0].get("conversation_parts"), None);
    input["pagination"]["starting_after"] = first["pages"]["next"]["starting_after"].clone();
    let (_, second) = search(&mut intercom, &input);
    assert_eq!((&second["pages"]["page"], second["pages"].get("next")), (&json!(2), None));
    assert_eq!([ids(&first), ids(&second)].concat(), all);
}

#[test]
fn results_show_what_a_sweep_needs() {
    let (mut intercom, all) = workspace();
    let (_, list) = search(&mut intercom, &json!({"query": field("id", "=", all[1].clone())}));
    let one = &list["conversations"][0];
    assert_eq!(one["statistics"]["last_contact_reply_at"], 1_770_000_060);
    assert_eq!(one["statistics"]["last_admin_reply_at"], 1_770_000_180);
    assert_eq!((&one["waiting_since"], &one["state"]), (&Value::Null, &json!("open")));
    assert_eq!((&one["updated_at"], &one["admin_assignee_id"]), (&json!(1_770_000_180), &json!(9_608_799)));
}

#[test]
fn results_are_sorted_by_the_customers_last_words() {
    let (mut intercom, all) = workspace();
    let words = CustomerWords { body: Some("<p>Well?</p>".into()), ..CustomerWords::default() };
    intercom.customer_says(&all[1], words, T0 + 190_000).unwrap();
    let sort = json!({"field": "statistics.last_contact_reply_at", "order": "ascending"});
    let (_, list) = search(&mut intercom, &json!({"query": field("created_at", ">", 1), "sort": sort}));
    assert_eq!(ids(&list), [all[0].clone(), all[2].clone(), all[1].clone()]);
}

#[test]
fn the_customer_waits_since_the_first_message_that_no_admin_has_answered() {
    let (mut intercom, all) = workspace();
    let id = &all[1];
    let words = || CustomerWords { body: Some("<p>Well?</p>".into()), ..CustomerWords::default() };
    let waiting = |intercom: &mut Intercom| {
        let (_, list) = search(intercom, &json!({"query": field("id", "=", id.clone())}));
        list["conversations"][0]["waiting_since"].clone()
    };
    assert_eq!(waiting(&mut intercom), Value::Null);
    intercom.customer_says(id, words(), T0 + 190_000).unwrap();
    intercom.customer_says(id, words(), T0 + 191_000).unwrap();
    assert_eq!(waiting(&mut intercom), 1_770_000_190);
    let bot = serde_json::from_value(json!({"body": "<p>Beep</p>"})).unwrap();
    intercom.bot_says(id, bot, T0 + 192_000).unwrap();
    let mut act = |act| intercom.teammate_acts(id, serde_json::from_value(act).unwrap(), T0 + 193_000).unwrap();
    act(json!({"action": "note", "body": "<p>Hm</p>"}));
    act(json!({"action": "assign", "assignee_id": "9608801"}));
    assert_eq!(waiting(&mut intercom), 1_770_000_190);
    let reply = serde_json::from_value(json!({"action": "reply", "body": "<p>Yes</p>"})).unwrap();
    intercom.teammate_acts(id, reply, T0 + 194_000).unwrap();
    assert_eq!(waiting(&mut intercom), Value::Null);
}

#[test]
fn a_lagging_index_shows_conversations_as_they_were() {
    let (mut intercom, all) = workspace();
    intercom.workspace.search_lag = 60_000;
    let waiting = || field("waiting_since", ">", 1);
    assert_eq!(found_at(&mut intercom, waiting(), T0 + 59_999), Vec::<String>::new(), "it is not there yet");
    assert_eq!(found_at(&mut intercom, waiting(), T0 + 60_000), all[..1]);
    let (_, before) = search_at(&mut intercom, &json!({"query": waiting()}), T0 + 239_999);
    assert_eq!(ids(&before), [all[2].clone(), all[1].clone(), all[0].clone()]);
    let answered = &before["conversations"][1];
    assert_eq!((&answered["state"], &answered["updated_at"]), (&json!("open"), &json!(1_770_000_060)));
    assert_eq!(answered["statistics"]["last_admin_reply_at"], Value::Null);
    assert_eq!(found_at(&mut intercom, waiting(), T0 + 240_000), [all[2].clone(), all[0].clone()]);

    let words = CustomerWords { body: Some("<p>Well?</p>".into()), ..CustomerWords::default() };
    intercom.customer_says(&all[1], words, T0 + 300_000).unwrap();
    let newest = field("statistics.last_contact_reply_at", ">", 1_770_000_300);
    assert_eq!(found_at(&mut intercom, newest.clone(), T0 + 359_999), Vec::<String>::new());
    assert_eq!(found_at(&mut intercom, newest, T0 + 360_000), all[1..2]);

    intercom.delete(&all[0], T0 + 400_000).unwrap();
    assert_eq!(found_at(&mut intercom, field("id", "=", all[0].clone()), T0 + 459_999), all[..1]);
    assert_eq!(found_at(&mut intercom, field("id", "=", all[0].clone()), T0 + 460_000), Vec::<String>::new());
}

#[test]
fn following_pages_can_miss_conversations_or_repeat_them() {
    for (shift, expected) in
        [(0, vec![0, 1, 2]), (1, vec![0, 2]), (9, vec![0]), (-1, vec![0, 0, 1, 2]), (-9, vec![0, 0, 1, 2])]
    {
        let (mut intercom, all) = workspace();
        let mut input = json!({
            "query": field("created_at", ">", 1), "sort": {"field": "created_at", "order": "ascending"},
            "pagination": {"per_page": 1},
        });
        let mut walked = Vec::new();
        loop {
            // Only the second page is another one than it should be.
            let reading = Reading { shift: if walked.len() == 1 { shift } else { 0 }, ..Reading::default() };
            let (_, page) = search_with(&mut intercom, &input, reading, T0 + 200_000);
            walked.extend(ids(&page));
            let Some(next) = page["pages"].get("next") else { break };
            input["pagination"] = next.clone();
        }
        let expected: Vec<String> = expected.into_iter().map(|at: usize| all[at].clone()).collect();
        assert_eq!(walked, expected, "{shift}");
    }
}

#[test]
fn wrong_queries_are_refused() {
    let (mut intercom, _) = workspace();
    let mut code = |input: Value| {
        let (status, body) = search(&mut intercom, &input);
        (status, body["errors"][0]["code"].as_str().unwrap_or_default().to_owned())
    };
    let invalid = (400, "parameter_invalid".to_owned());
    let open = || field("state", "=", "open");
    let and = |filters: Vec<Value>| json!({"operator": "AND", "value": filters});
    assert_eq!(code(json!({"query": field("colour", "=", "red")})), invalid);
    assert_eq!(code(json!({"query": open(), "pagination": {"per_page": 151}})), invalid);
    let expired = json!({"query": open(), "pagination": {"starting_after": "zz"}});
    assert_eq!(code(expired), (400, "client_error".into()));
    assert_eq!(code(json!({"query": and(vec![open(); 16])})), invalid);
    assert_eq!(code(json!({"query": and(vec![and(vec![and(vec![open()])])])})), invalid);
    assert_eq!(code(json!({"query": field("created_at", ">", "soon")})), (400, "type_mismatch".into()));
}
