//! The make-believe Intercom's search behaves as its description says.
#![allow(missing_docs, clippy::unwrap_used)]

use onereply_sandbox::http::Request;
use onereply_sandbox::intercom::{Intercom, Start, TeammateAct, Workspace};
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

fn search(intercom: &mut Intercom, wish: &Value) -> (u16, Value) {
    let body = wish.to_string();
    let request = Request {
        method: "POST",
        path: "/conversations/search",
        authorization: Some("Bearer sandbox-access-token"),
        intercom_version: Some("2.16"),
        body: body.as_bytes(),
        ..Request::default()
    };
    let answer = intercom.handle(&request, T0 + 200_000);
    (answer.status, serde_json::from_slice(&answer.body).unwrap())
}

fn found(intercom: &mut Intercom, query: Value) -> Vec<String> {
    let (status, list) = search(intercom, &json!({"query": query}));
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
    let mut wish = json!({
        "query": field("created_at", ">", 1), "sort": {"field": "updated_at", "order": "ascending"},
        "pagination": {"per_page": 2},
    });
    let (_, first) = search(&mut intercom, &wish);
    assert_eq!((ids(&first).len(), &first["total_count"], &first["pages"]["total_pages"]), (2, &json!(3), &json!(2)));
    assert_eq!(first["conversations"][0].get("conversation_parts"), None);
    wish["pagination"]["starting_after"] = first["pages"]["next"]["starting_after"].clone();
    let (_, second) = search(&mut intercom, &wish);
    assert_eq!((&second["pages"]["page"], second["pages"].get("next")), (&json!(2), None));
    assert_eq!([ids(&first), ids(&second)].concat(), all);
}

#[test]
fn wrong_queries_are_refused() {
    let (mut intercom, _) = workspace();
    let mut code = |wish: Value| {
        let (status, body) = search(&mut intercom, &wish);
        (status, body["errors"][0]["code"].as_str().unwrap_or_default().to_owned())
    };
    let invalid = (400, "parameter_invalid".to_owned());
    let open = || field("state", "=", "open");
    let and = |filters: Vec<Value>| json!({"operator": "AND", "value": filters});
    assert_eq!(code(json!({"query": field("colour", "=", "red")})), invalid);
    assert_eq!(code(json!({"query": open(), "pagination": {"per_page": 151}})), invalid);
    assert_eq!(code(json!({"query": open(), "pagination": {"starting_after": "zz"}})), invalid);
    assert_eq!(code(json!({"query": and(vec![open(); 16])})), invalid);
    assert_eq!(code(json!({"query": and(vec![and(vec![and(vec![open()])])])})), invalid);
    assert_eq!(code(json!({"query": field("created_at", ">", "soon")})), (400, "type_mismatch".into()));
}
