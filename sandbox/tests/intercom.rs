//! The make-believe Intercom behaves as the reference says.
#![allow(missing_docs, clippy::unwrap_used)]

use onereply_sandbox::http::{Answer, Request};
use onereply_sandbox::intercom::{
    ActError, AiAgent, BotWords, Click, ContactDetails, CustomerWords, Intercom, JOHN_DOE, Reading, Start, StartedBy,
    TeammateAct, Workspace,
};
use serde_json::{Value, json};

const T0: u64 = 1_770_000_000_000;
const OURSELVES: u64 = 3_156_780;

fn intercom() -> Intercom {
    Intercom::new(Workspace::default(), 1)
}

fn started(intercom: &mut Intercom) -> String {
    let start = Start { body: "<p>Hi, does <b>it</b> work?</p>".into(), ..Start::default() };
    intercom.start(start, T0).unwrap().conversation_id
}

fn call(intercom: &mut Intercom, method: &str, path: &str, body: &Value, at: u64) -> Answer {
    versioned(intercom, method, path, body, "2.16", at)
}

fn versioned(intercom: &mut Intercom, method: &str, path: &str, body: &Value, version: &str, at: u64) -> Answer {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let request = Request {
        method,
        path,
        query,
        authorization: Some("Bearer sandbox-access-token"),
        intercom_version: Some(version),
        body: body.as_bytes(),
    };
    intercom.handle(&request, at)
}

fn parsed(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

fn read(intercom: &mut Intercom, id: &str, at: u64) -> Value {
    parsed(&call(intercom, "GET", &format!("/conversations/{id}"), &Value::Null, at))
}

fn reply(intercom: &mut Intercom, id: &str, body: &Value, at: u64) -> Answer {
    call(intercom, "POST", &format!("/conversations/{id}/reply"), body, at)
}

fn comment(text: &str) -> Value {
    json!({"message_type": "comment", "type": "admin", "admin_id": "3156780", "body": text})
}

fn teammate(intercom: &mut Intercom, id: &str, act: Value, at: u64) -> Result<(), ActError> {
    let act: TeammateAct = serde_json::from_value(act).unwrap();
    intercom.teammate_acts(id, act, at).map(|_| ())
}

fn part_types(conversation: &Value) -> Vec<&str> {
    let parts = conversation["conversation_parts"]["conversation_parts"].as_array().unwrap();
    parts.iter().map(|part| part["part_type"].as_str().unwrap()).collect()
}

fn error_code(answer: &Answer) -> (u16, String) {
    let body = parsed(answer);
    assert_eq!(body["type"], "error.list");
    assert!(body["request_id"].is_string());
    (answer.status, body["errors"][0]["code"].as_str().unwrap().to_owned())
}

#[test]
fn the_first_message_is_the_source_and_no_part() {
    let mut intercom = intercom();
    let id = started(&mut intercom);
    let conversation = read(&mut intercom, &id, T0);
    assert_eq!(conversation["source"]["body"], "<p>Hi, does <b>it</b> work?</p>");
    assert_eq!(conversation["source"]["author"]["type"], "user");
    assert_eq!(conversation["conversation_parts"]["total_count"], 0);
    assert_eq!(conversation["waiting_since"], 1_770_000_000);
    assert_eq!(conversation["channel"], json!({"initial": "messenger", "current": "messenger"}));
}

#[test]
fn nobody_is_zero_since_2_16_and_null_before() {
    let mut intercom = intercom();
    let id = started(&mut intercom);
    let path = format!("/conversations/{id}");
    let new = parsed(&versioned(&mut intercom, "GET", &path, &Value::Null, "2.16", T0));
    let old = parsed(&versioned(&mut intercom, "GET", &path, &Value::Null, "2.14", T0));
    assert_eq!((&new["admin_assignee_id"], &new["priority"]), (&json!(0), &json!("none")));
    assert_eq!((&old["admin_assignee_id"], &old["priority"]), (&Value::Null, &json!("not_priority")));
    assert_eq!(old.get("channel"), None);
    let unknown = versioned(&mut intercom, "GET", &path, &Value::Null, "9.9", T0);
    assert_eq!(error_code(&unknown), (400, "intercom_version_invalid".into()));
}

#[test]
fn plain_text_is_given_on_request() {
    let mut intercom = intercom();
    let id = started(&mut intercom);
    let path = format!("/conversations/{id}?display_as=plaintext");
    let conversation = parsed(&call(&mut intercom, "GET", &path, &Value::Null, T0));
    assert_eq!(conversation["source"]["body"], "Hi, does it work?");
}

#[test]
fn a_reply_is_a_comment_by_our_admin_and_nobody_is_assigned() {
    let mut intercom = intercom();
    let id = started(&mut intercom);
    let answer = reply(&mut intercom, &id, &comment("<p>Yes</p>"), T0 + 5000);
    let part = &parsed(&answer)["conversation_parts"]["conversation_parts"][0];
    assert_eq!((answer.status, &part["part_type"], &part["body"]), (200, &json!("comment"), &json!("<p>Yes</p>")));
    assert_eq!(part["author"]["id"], "3156780");
    assert!(part["app_package_code"].is_string());
    let conversation = read(&mut intercom, &id, T0);
    assert_eq!((&conversation["waiting_since"], &conversation["admin_assignee_id"]), (&Value::Null, &json!(0)));
    let record = intercom.record(&id).unwrap();
    assert_eq!(record.parts.iter().map(|part| part.by_api).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn what_is_done_by_the_api_is_told_unless_switched_off() {
    let mut intercom = intercom();
    let id = started(&mut intercom);
    reply(&mut intercom, &id, &comment("<p>Yes</p>"), T0);
    intercom.workspace.api_acts_notify = false;
    reply(&mut intercom, &id, &comment("<p>Yes</p>"), T0);
    let topics: Vec<&str> = intercom.take_webhooks().iter().map(|told| told.topic.name()).collect();
    assert_eq!(topics, ["conversation.user.created", "conversation.admin.replied"]);
    assert_eq!(intercom.take_webhooks(), []);
}

#[test]
fn ids_are_taken_as_numbers_too() {
    let mut intercom = intercom();
    let id = started(&mut intercom);
    let note = json!({"message_type": "note", "type": "admin", "admin_id": OURSELVES, "body": "<p>n</p>"});
    assert_eq!(reply(&mut intercom, &id, &note, T0).status, 200);
    let conversation = read(&mut intercom, &id, T0);
    assert_eq!(part_types(&conversation), ["note"]);
    assert_eq!(conversation["waiting_since"], 1_770_000_000, "a note does not end the waiting");
}

#[test]
fn wrong_requests_are_refused_in_intercoms_words() {
    let mut intercom = intercom();
    let id = started(&mut intercom);
    let mut code = |id: &str, body: Value| error_code(&reply(&mut intercom, id, &body, T0));
    let missing = (400, "parameter_not_found".to_owned());
    assert_eq!(code(&id, json!({"message_type": "comment", "type": "admin", "admin_id": "3156780"})), missing);
    assert_eq!(code(&id, json!({"message_type": "comment", "type": "admin", "body": "x"})), missing);
    assert_eq!(code(&id, json!({"type": "admin", "admin_id": "3156780", "body": "x"})), missing);
    assert_eq!(code("1", comment("x")), (404, "not_found".into()));
    let stranger = json!({"message_type": "comment", "type": "admin", "admin_id": "1", "body": "x"});
    assert_eq!(code(&id, stranger), (404, "admin_not_found".into()));
    assert_eq!(intercom.record(&id).unwrap().parts.len(), 1);
}

#[test]
fn a_wrong_token_is_unauthorized_and_shows_no_rate_limit() {
    let request = Request { method: "GET", path: "/me", authorization: Some("Bearer wrong"), ..Request::default() };
    let answer = intercom().handle(&request, T0);
    assert_eq!(error_code(&answer), (401, "unauthorized".into()));
    assert_eq!(answer.headers, []);
    let nothing = Request { authorization: None, ..request };
    assert_eq!(intercom().handle(&nothing, T0).status, 401);
}

#[test]
fn the_rate_limit_counts_down_and_starts_anew_after_ten_seconds() {
    let mut intercom = Intercom::new(Workspace { rate_limit: 2, ..Workspace::default() }, 1);
    let mut me = |at| call(&mut intercom, "GET", "/me", &Value::Null, at);
    let header = |answer: &Answer, at: usize| answer.headers[at].1.clone();
    let (first, second, third, later) = (me(T0), me(T0 + 1), me(T0 + 9999), me(T0 + 10_000));
    assert_eq!([&first, &second, &later].map(|answer| header(answer, 1)), ["1", "0", "1"]);
    assert_eq!(error_code(&third), (429, "rate_limit_exceeded".into()));
    assert_eq!((third.headers[2].0, header(&third, 2)), ("X-RateLimit-Reset", "1770000010".into()));
}

#[test]
fn the_seat_of_our_teammate_can_be_taken_away_and_of_no_other() {
    let seat = |intercom: &mut Intercom, path| {
        parsed(&call(intercom, "GET", path, &Value::Null, T0))["has_inbox_seat"].clone()
    };
    let mut intercom = intercom();
    assert_eq!(seat(&mut intercom, "/admins/3156780"), true);
    intercom.workspace.inbox_seat = false;
    assert_eq!(
        ["/admins/3156780", "/me", "/admins/9608799"].map(|path| seat(&mut intercom, path)),
        [false, false, true]
    );
}

#[test]
fn the_search_for_tickets_finds_none() {
    let query = json!({"query": {"field": "created_at", "operator": ">", "value": 1}, "pagination": {"per_page": 1}});
    let found = call(&mut intercom(), "POST", "/tickets/search", &query, T0);
    assert_eq!((found.status, &parsed(&found)["tickets"]), (200, &json!([])));
}

#[test]
fn me_names_the_workspace_and_admins_the_teammates() {
    let mut intercom = intercom();
    let me = parsed(&call(&mut intercom, "GET", "/me", &Value::Null, T0));
    assert_eq!((&me["id"], &me["app"]["id_code"]), (&json!("3156780"), &json!("abc123def")));
    let admins = parsed(&call(&mut intercom, "GET", "/admins", &Value::Null, T0));
    let ids: Vec<&str> =
        admins["admins"].as_array().unwrap().iter().map(|admin| admin["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["3156780", "9608799", "9608801"]);
}

#[test]
fn only_the_500_newest_parts_are_read_and_a_stale_read_lacks_the_last() {
    let mut intercom = intercom();
    let id = started(&mut intercom);
    for number in 0..510 {
        let words = CustomerWords { body: Some(format!("<p>{number}</p>")), ..CustomerWords::default() };
        intercom.customer_says(&id, words, T0 + number).unwrap();
    }
    let conversation = read(&mut intercom, &id, T0 + 1000);
    let parts = conversation["conversation_parts"]["conversation_parts"].as_array().unwrap();
    assert_eq!((parts.len(), &parts[0]["body"], &parts[499]["body"]), (500, &json!("<p>10</p>"), &json!("<p>509</p>")));
    let path = format!("/conversations/{id}");
    let authorization = Some("Bearer sandbox-access-token");
    let request = Request { method: "GET", path: &path, authorization, ..Request::default() };
    let stale = parsed(&intercom.handle_read(&request, Reading { behind: 2, ..Reading::default() }, T0 + 1000));
    assert_eq!(stale["conversation_parts"]["conversation_parts"][499]["body"], "<p>507</p>");
}

#[test]
fn a_customer_reopens_what_was_closed() {
    let mut intercom = intercom();
    let id = started(&mut intercom);
    teammate(&mut intercom, &id, json!({"action": "close", "body": "<p>Bye</p>"}), T0 + 1000).unwrap();
    assert_eq!(read(&mut intercom, &id, T0)["open"], false);
    let words = CustomerWords { body: Some("<p>Again</p>".into()), ..CustomerWords::default() };
    intercom.customer_says(&id, words, T0 + 2000).unwrap();
    let conversation = read(&mut intercom, &id, T0);
    assert_eq!(part_types(&conversation), ["close", "open"]);
    assert_eq!((&conversation["state"], &conversation["waiting_since"]), (&json!("open"), &json!(1_770_000_002)));
}

#[test]
fn the_first_human_reply_is_an_assignment_and_the_next_a_comment() {
    let mut intercom = intercom();
    let id = started(&mut intercom);
    reply(&mut intercom, &id, &comment("<p>Bot</p>"), T0);
    teammate(&mut intercom, &id, json!({"action": "reply", "body": "<p>I</p>"}), T0).unwrap();
    teammate(&mut intercom, &id, json!({"action": "reply", "body": "<p>I</p>"}), T0).unwrap();
    teammate(&mut intercom, &id, json!({"action": "close"}), T0).unwrap();
    teammate(&mut intercom, &id, json!({"action": "reply", "body": "<p>I</p>", "admin_id": 9_608_801}), T0).unwrap();
    let conversation = read(&mut intercom, &id, T0);
    assert_eq!(part_types(&conversation), ["comment", "assignment", "comment", "close", "open"]);
    assert_eq!(conversation["admin_assignee_id"], 9_608_799);
    let assigned_to = &conversation["conversation_parts"]["conversation_parts"][1]["assigned_to"];
    assert_eq!(assigned_to, &json!({"type": "admin", "id": "9608799"}));
}

#[test]
fn our_own_admin_in_another_hand_comments_without_assigning() {
    let mut intercom = intercom();
    let id = started(&mut intercom);
    let act = json!({"action": "reply", "body": "<p>Old system</p>", "admin_id": "3156780"});
    teammate(&mut intercom, &id, act, T0).unwrap();
    assert_eq!(part_types(&read(&mut intercom, &id, T0)), ["comment"]);
    assert!(!intercom.record(&id).unwrap().parts[1].by_api);
}

#[test]
fn the_parts_endpoint_assigns_closes_snoozes_and_opens() {
    let mut intercom = intercom();
    let id = started(&mut intercom);
    let mut manage = |body: Value| call(&mut intercom, "POST", &format!("/conversations/{id}/parts"), &body, T0).status;
    let assign = |kind: &str, to: &str| json!({"message_type": "assignment", "type": kind, "admin_id": "3156780", "assignee_id": to});
    assert_eq!(manage(assign("admin", "9608799")), 200);
    assert_eq!(manage(assign("team", "77")), 200);
    assert_eq!(manage(assign("admin", "0")), 200);
    assert_eq!(manage(json!({"message_type": "close", "type": "admin", "admin_id": "3156780"})), 200);
    assert_eq!(manage(assign("admin", "9608799")), 200);
    let until = json!({"message_type": "snoozed", "admin_id": "3156780", "snoozed_until": 1_770_003_600});
    assert_eq!(manage(until), 200);
    assert_eq!(manage(json!({"message_type": "open", "admin_id": "3156780"})), 200);
    assert_eq!(manage(assign("admin", "5")), 404);
    assert_eq!(manage(json!({"message_type": "assignment", "type": "admin", "admin_id": "3156780"})), 400);
    let types = ["assignment", "assignment", "assignment", "close", "assign_and_reopen", "snoozed", "open"];
    assert_eq!(part_types(&read(&mut intercom, &id, T0)), types);
    let nobody = intercom.record(&id).unwrap().parts[3].assigned_to.clone().unwrap();
    assert_eq!((nobody.kind, nobody.id), ("nobody_admin", None));
    let topics: Vec<&str> = intercom.take_webhooks().iter().map(|told| told.topic.name()).skip(4).collect();
    let expected = ["admin.closed", "admin.assigned", "admin.snoozed", "admin.opened"];
    assert_eq!(topics, expected.map(|topic| format!("conversation.{topic}")));
}

#[test]
fn a_bot_speaks_without_ending_the_waiting() {
    let mut intercom = intercom();
    let id = started(&mut intercom);
    let words = json!({"body": "<p>Fin</p>", "is_ai_answer": true, "from_ai_agent": true});
    let words: BotWords = serde_json::from_value(words).unwrap();
    intercom.bot_says(&id, words, T0 + 3000).unwrap();
    let state = AiAgent { participated: true, resolution_state: Some("escalated".into()) };
    intercom.ai_agent(&id, state, T0 + 3000).unwrap();
    let conversation = read(&mut intercom, &id, T0);
    assert_eq!(conversation["waiting_since"], 1_770_000_000);
    let author = &conversation["conversation_parts"]["conversation_parts"][0]["author"];
    assert_eq!((&author["type"], &author["is_ai_answer"]), (&json!("bot"), &json!(true)));
    assert_eq!(conversation["ai_agent_participated"], true);
    assert_eq!(conversation["ai_agent"]["resolution_state"], "escalated");
}

#[test]
fn a_click_names_the_button_that_a_bot_offered() {
    let mut intercom = intercom();
    let id = started(&mut intercom);
    let offer = json!({"body": "<p>Well?</p>", "quick_replies": ["Yes", "No"]});
    intercom.bot_says(&id, serde_json::from_value(offer).unwrap(), T0 + 1000).unwrap();
    let options = intercom.record(&id).unwrap().parts[1].metadata.quick_reply_options.clone();
    assert_eq!(options.iter().map(|option| &*option.text).collect::<Vec<_>>(), ["Yes", "No"]);
    intercom.take_webhooks();
    let click = Click { quick_reply_uuid: options[1].uuid.clone() };
    intercom.customer_clicks(&id, click, T0 + 2000).unwrap();
    let conversation = read(&mut intercom, &id, T0);
    let parts = &conversation["conversation_parts"]["conversation_parts"];
    assert_eq!((&parts[0]["part_type"], &parts[0]["author"]["type"]), (&json!("quick_reply"), &json!("bot")));
    let shown: Vec<_> = options.iter().map(|option| json!({"text": option.text, "uuid": option.uuid})).collect();
    assert_eq!(parts[0]["metadata"], json!({"quick_reply_options": shown}));
    assert_eq!((&parts[1]["part_type"], &parts[1]["body"]), (&json!("comment"), &Value::Null));
    assert_eq!(parts[1]["author"]["type"], "user");
    assert_eq!(parts[1]["metadata"], json!({"quick_reply_uuid": options[1].uuid}));
    let told = &intercom.take_webhooks()[0];
    assert_eq!(told.topic.name(), "conversation.user.replied");
    assert!(
        told.item.contains(&format!("\"metadata\":{{\"quick_reply_uuid\":\"{}\"}}", options[1].uuid)),
        "{}",
        told.item
    );
    let unknown = Click { quick_reply_uuid: "1".into() };
    assert_eq!(intercom.customer_clicks(&id, unknown, T0 + 3000), Err(ActError::NoQuickReply));
    let nothing: BotWords = serde_json::from_value(json!({})).unwrap();
    assert_eq!(intercom.bot_says(&id, nothing, T0 + 3000), Err(ActError::NoBody));
}

#[test]
fn what_an_admin_offers_through_the_api_is_there_to_be_clicked() {
    let mut intercom = intercom();
    let id = started(&mut intercom);
    let options = json!([{"text": "Yes", "uuid": "a5e1c524-5ddd-4c3e-9328-6bca5d6e3edb"}]);
    let mut input = json!({"message_type": "quick_reply", "type": "admin", "admin_id": "3156780"});
    assert_eq!(error_code(&reply(&mut intercom, &id, &input, T0)), (400, "parameter_not_found".into()));
    input["reply_options"] = options.clone();
    let answer = parsed(&reply(&mut intercom, &id, &input, T0));
    let part = &answer["conversation_parts"]["conversation_parts"][0];
    assert_eq!((&part["body"], &part["metadata"]["quick_reply_options"]), (&Value::Null, &options));
    let click = Click { quick_reply_uuid: "a5e1c524-5ddd-4c3e-9328-6bca5d6e3edb".into() };
    assert!(intercom.customer_clicks(&id, click, T0 + 1000).is_ok());
}

#[test]
fn a_rules_assignment_is_a_bots_part() {
    let mut intercom = intercom();
    let id = started(&mut intercom);
    let act = json!({"action": "assign", "assignee_id": JOHN_DOE.id, "by_rule": true});
    intercom.teammate_acts(&id, serde_json::from_value(act).unwrap(), T0).unwrap();
    let conversation = read(&mut intercom, &id, T0);
    let part = &conversation["conversation_parts"]["conversation_parts"][0];
    assert_eq!((&part["part_type"], &part["author"]["type"]), (&json!("assignment"), &json!("bot")));
    assert_eq!(
        (&part["assigned_to"]["id"], &conversation["admin_assignee_id"]),
        (&json!("9608799"), &json!(9_608_799))
    );
}

#[test]
fn redacted_words_are_gone_and_deleted_conversations_are_not_found() {
    let mut intercom = intercom();
    let id = started(&mut intercom);
    let source = intercom.record(&id).unwrap().parts[0].id.clone();
    intercom.redact(&id, &source, T0).unwrap();
    let shown = &read(&mut intercom, &id, T0)["source"];
    assert_eq!((&shown["redacted"], &shown["body"]), (&json!(true), &json!("<p><i>This message was deleted</i></p>")));
    assert_eq!(intercom.redact(&id, "1", T0), Err(ActError::NoPart));
    intercom.delete(&id, T0).unwrap();
    let answer = call(&mut intercom, "GET", &format!("/conversations/{id}"), &Value::Null, T0);
    assert_eq!(error_code(&answer), (404, "not_found".into()));
    assert!(intercom.record(&id).unwrap().deleted);
}

#[test]
fn leads_and_outbound_conversations_look_as_captured() {
    let mut intercom = intercom();
    let contact: ContactDetails =
        serde_json::from_value(json!({"type": "lead", "name": "Pat O'Neil <x>", "email": "a&b@example.com"})).unwrap();
    let start = Start { body: "<p>Hi</p>".into(), contact, started_by: StartedBy::Bot, ..Start::default() };
    let id = intercom.start(start, T0).unwrap().conversation_id;
    let words = CustomerWords { body: Some("<p>Yes?</p>".into()), ..CustomerWords::default() };
    intercom.customer_says(&id, words, T0 + 1000).unwrap();
    let conversation = read(&mut intercom, &id, T0);
    assert_eq!(conversation["source"]["author"]["type"], "bot");
    assert_eq!(conversation["source"]["delivered_as"], "operator_initiated");
    let author = &conversation["conversation_parts"]["conversation_parts"][0]["author"];
    assert_eq!((&author["type"], &author["name"]), (&json!("user"), &json!("Pat O&#39;Neil &lt;x&gt;")));
    assert_eq!(author["email"], "a&amp;b@example.com");
    let topics: Vec<&str> = intercom.take_webhooks().iter().map(|told| told.topic.name()).collect();
    assert_eq!(topics, ["conversation.user.replied"]);
}
