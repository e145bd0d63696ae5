//! Builds the samples. Fields stand in Intercom's order; only what is said, and by whom, differs between them.

/// The made-up client secret that signs them.
pub const SECRET: &str = "samples-client-secret-5d1e";

/// Every file's name and text.
pub fn samples() -> Vec<(&'static str, String)> {
    let replied = || webhook(2, USER_REPLIED, 1_790_000_301, &conversation(&[customer("101", "comment", 300, ASKED)]));
    vec![
        ("user_created.json", webhook(1, USER_CREATED, 1_790_000_002, &conversation(&[]))),
        ("user_created.v1.json", webhook(1, USER_CREATED, 1_790_000_002, &version_1(&[]))),
        ("user_replied.utf8.json", replied()),
        ("user_replied.ascii.json", escaped(&replied(), |c| !c.is_ascii())),
        ("user_replied.rails.json", escaped(&replied(), |c| "<>&\u{2028}\u{2029}".contains(c))),
        ("user_replied.retry.json", replied().replace("\"delivery_attempts\":1", "\"delivery_attempts\":2")),
        ("user_replied.reopens.json", {
            let part = customer("102", "open", 90_000, "<p>It stopped again.</p>");
            webhook(3, USER_REPLIED, 1_790_090_001, &conversation(&[part]))
        }),
        ("user_replied.plain_text.json", {
            let item = conversation(&[customer("101", "comment", 300, "Thanks & one more: crème brûlée too? 🍮")])
                .replace("<p>Do you ship to Faro?</p>", "Do you ship to Faro?")
                .replace(
                    "\"admin_assignee_id\":null,\"team_assignee_id\":null",
                    "\"admin_assignee_id\":0,\"team_assignee_id\":0",
                )
                .replace("\"priority\":\"not_priority\"", "\"priority\":\"none\"");
            webhook(2, USER_REPLIED, 1_790_000_301, &item)
        }),
        (
            "user_replied.several_parts.json",
            webhook(
                4,
                USER_REPLIED,
                1_790_000_313,
                &conversation(&[
                    customer("103", "comment", 310, "<p>One</p>"),
                    customer("104", "comment", 311, "<p>Two</p>"),
                    part("110", "conversation_attribute_updated_by_user", 311, "null", CUSTOMER, "null"),
                    customer("105", "comment", 312, "").replace("\"attachments\":[]", ATTACHED),
                ]),
            ),
        ),
        (
            "user_replied.loose_ids.json",
            replied()
                .replace(&text(CONVERSATION), CONVERSATION)
                .replace("\"88000000101\"", "88000000101")
                .replace("\"5500010001\"", "5500010001")
                .replace("\"id\":\"notif_00000000-0000-4000-8000-000000000002\"", "\"id\":null")
                .replace("\"type\":\"notification_event_data\",", "")
                .replace(
                    "\"admin_assignee_id\":null,\"team_assignee_id\":null",
                    "\"admin_assignee_id\":\"0\",\"team_assignee_id\":0",
                ),
        ),
        (
            "user_replied.v1.json",
            webhook(2, USER_REPLIED, 1_790_000_301, &version_1(&[customer("101", "comment", 300, ASKED)])),
        ),
        ("admin_replied.first_reply.json", {
            let part = part(
                "201",
                "assignment",
                400,
                &text("<p class=\"no-margin\">Hello, I will look.</p>"),
                TEAMMATE,
                TO_TEAMMATE,
            );
            webhook(5, "conversation.admin.replied", 1_790_000_401, &conversation(&[part]))
        }),
        (
            "admin_replied.by_bot.json",
            webhook(6, "conversation.admin.replied", 1_790_000_006, &conversation(&[fin_answer()])),
        ),
        ("admin_noted.json", {
            let part = part("202", "note", 400, &text("<p>Ask the warehouse.</p>"), TEAMMATE, "null");
            webhook(7, "conversation.admin.noted", 1_790_000_401, &conversation(&[part]))
        }),
        ("admin_closed.json", {
            let part = part("203", "close", 400, "null", TEAMMATE, "null");
            webhook(8, "conversation.admin.closed", 1_790_000_401, &conversation(&[part]))
        }),
        ("admin_assigned.team.json", {
            let part = part("204", "assignment", 400, "null", TEAMMATE, r#"{"type":"team","id":"640001"}"#);
            webhook(9, "conversation.admin.assigned", 1_790_000_401, &conversation(&[part]))
        }),
        ("admin_assigned.by_rule.json", {
            let part = part("205", "assignment", 400, "null", BOT, TO_TEAMMATE);
            webhook(10, "conversation.admin.assigned", 1_790_000_401, &conversation(&[part]))
        }),
        ("operator_replied.fin.json", webhook(11, OPERATOR_REPLIED, 1_790_000_006, &conversation(&[fin_answer()]))),
        ("operator_replied.automatic.json", {
            let body = text("<p>We usually reply within an hour.</p>");
            let part = part("302", "channel_and_reply_time_expectation", 3, &body, BOT, "null");
            webhook(12, OPERATOR_REPLIED, 1_790_000_004, &conversation(&[part]))
        }),
        ("deleted.json", {
            let item = format!(r#"{{"type":"conversation","conversation_id":"{CONVERSATION}"}}"#);
            webhook(13, "conversation.deleted", 1_790_100_000, &item)
        }),
        ("redacted.json", {
            let part = customer("101", "comment", 300, "<p><i>This message was deleted</i></p>")
                .replace("\"redacted\":false", "\"redacted\":true");
            webhook(14, "conversation_part.redacted", 1_790_000_500, &conversation(&[part]))
        }),
        ("read.json", webhook(15, "conversation.read", 1_790_000_500, &conversation(&[]))),
        ("ping.json", {
            let item = r#"{"type":"ping","message":"This is a ping notification test message."}"#;
            webhook(0, "ping", 1_790_000_000, item)
                .replace("\"id\":\"notif_00000000-0000-4000-8000-000000000000\"", "\"id\":null")
                .replace("\"delivery_status\":\"pending\"", "\"delivery_status\":null")
        }),
    ]
}

const USER_CREATED: &str = "conversation.user.created";
const USER_REPLIED: &str = "conversation.user.replied";
const OPERATOR_REPLIED: &str = "conversation.operator.replied";
const CONVERSATION: &str = "300100200300400";
const ASKED: &str = "<p>Thanks &amp; one more: crème brûlée too? 🍮</p>";
const CUSTOMER: &str = r#"{"id":"6a00c0ffee00000000000001","type":"user","name":"Rui Exemplo","email":"rui@example.org","from_ai_agent":false,"is_ai_answer":false}"#;
const TEAMMATE: &str = r#"{"id":"7100002","type":"admin","name":"Tess Mate","email":"tess@example.com","from_ai_agent":false,"is_ai_answer":false}"#;
const BOT: &str = r#"{"id":"7100009","type":"bot","name":"Fin","email":"operator+shop7demo@intercom.io","from_ai_agent":false,"is_ai_answer":false}"#;
const TO_TEAMMATE: &str = r#"{"type":"admin","id":"7100002"}"#;
const ATTACHED: &str = r#""attachments":[{"type":"upload","name":"receipt.pdf","url":"https://files.example.org/receipt.pdf","content_type":"application/pdf","filesize":2048,"width":null,"height":null}]"#;

fn webhook(number: u32, topic: &str, created_at: u64, item: &str) -> String {
    format!(
        r#"{{"type":"notification_event","app_id":"shop7demo","data":{{"type":"notification_event_data","item":{item}}},"links":{{}},"id":"notif_00000000-0000-4000-8000-{number:012}","topic":"{topic}","delivery_status":"pending","delivery_attempts":1,"delivered_at":0,"first_sent_at":{created_at},"created_at":{created_at},"self":null}}"#
    )
}

fn conversation(parts: &[String]) -> String {
    format!(
        r#"{{"type":"conversation","id":"{CONVERSATION}","created_at":1790000000,"updated_at":1790000001,"waiting_since":1790000000,"snoozed_until":null,"source":{{"type":"conversation","id":"5500010001","delivered_as":"customer_initiated","subject":"","body":"<p>Do you ship to Faro?</p>","author":{{"type":"lead","id":"6a00c0ffee00000000000001","name":null,"email":""}},"attachments":[],"url":"https://shop.example.org/cart","redacted":false}},"contacts":{{"type":"contact.list","contacts":[{{"type":"contact","id":"6a00c0ffee00000000000001","external_id":"42"}}]}},"first_contact_reply":{{"created_at":1790000000,"type":"conversation","url":"https://shop.example.org/cart"}},"admin_assignee_id":null,"team_assignee_id":null,"open":true,"state":"open","read":false,"tags":{{"type":"tag.list","tags":[]}},"priority":"not_priority","sla_applied":null,"statistics":{{"type":"conversation_statistics","first_contact_reply_at":"2026-09-21T14:13:20.000Z","last_admin_reply_at":null,"count_conversation_parts":19}},"conversation_rating":null,"teammates":{{"type":"admin.list","admins":[]}},"title":"","custom_attributes":{{"Has attachments":false}},"topics":{{}},"ticket":null,"linked_objects":{{"type":"list","data":[],"total_count":0,"has_more":false}},"ai_agent":null,"ai_agent_participated":false,{}}}"#,
        part_list(parts)
    )
}

/// The shape of API version 1, which old apps still send.
fn version_1(parts: &[String]) -> String {
    format!(
        r#"{{"type":"conversation","id":"{CONVERSATION}","created_at":1790000000,"updated_at":1790000001,"user":{{"type":"lead","id":"6a00c0ffee00000000000001","user_id":"42","name":null,"email":""}},"assignee":{{"type":"nobody_admin","id":null}},"conversation_message":{{"type":"conversation_message","id":"5500010001","url":"https://shop.example.org/cart","subject":"","body":"<p>Do you ship to Faro?</p>","author":{{"type":"lead","id":"6a00c0ffee00000000000001"}},"attachments":[]}},"open":true,"read":false,"metadata":{{}},{},"links":{{"conversation_web":"https://app.intercom.com/a/apps/shop7demo/conversations/{CONVERSATION}"}}}}"#,
        part_list(parts)
    )
}

fn part_list(parts: &[String]) -> String {
    format!(
        r#""conversation_parts":{{"type":"conversation_part.list","conversation_parts":[{}],"total_count":{}}}"#,
        parts.join(","),
        parts.len()
    )
}

fn customer(number: &str, part_type: &str, second: u64, body: &str) -> String {
    part(number, part_type, second, &text(body), CUSTOMER, "null")
}

fn fin_answer() -> String {
    let author = BOT.replace("false", "true");
    part("301", "comment", 5, &text("<p>Yes, we ship to Faro.</p>"), &author, "null")
}

/// `body`, `author` and `assigned_to` are JSON texts.
fn part(number: &str, part_type: &str, second: u64, body: &str, author: &str, assigned_to: &str) -> String {
    let at = 1_790_000_000 + second;
    format!(
        r#"{{"type":"conversation_part","id":"88000000{number}","part_type":"{part_type}","body":{body},"created_at":{at},"updated_at":{at},"notified_at":{at},"assigned_to":{assigned_to},"author":{author},"attachments":[],"external_id":null,"redacted":false,"metadata":{{}},"email_message_metadata":null,"state":"open","tags":[],"event_details":{{}},"app_package_code":null}}"#
    )
}

fn text(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// The same JSON with some characters of its texts written as `\uXXXX`. None of them stands outside a text.
fn escaped(json: &str, which: impl Fn(char) -> bool) -> String {
    json.chars().fold(String::new(), |mut out, c| {
        if which(c) {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        } else {
            out.push(c);
        }
        out
    })
}
