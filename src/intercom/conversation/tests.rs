#![allow(clippy::unwrap_used)]
use super::super::decode::Problem;
use super::*;
use serde_json::json;

fn read(conversation: &Value) -> Result<Thread, ConversationError> {
    let asked_for = ConversationId::new("1").unwrap();
    decode_conversation(conversation.to_string().as_bytes(), &asked_for, &AdminId::new("3156780").unwrap())
}

fn conversation(parts: Value) -> Value {
    json!({
        "type": "conversation", "id": "1", "created_at": 700, "updated_at": 800, "state": "open", "open": true,
        "source": {"type": "conversation", "id": "3", "delivered_as": "customer_initiated", "subject": "",
            "body": "<p>Do you ship?</p>", "author": {"type": "lead", "id": "6a", "name": null, "email": ""},
            "attachments": [], "redacted": false},
        "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": "6a", "external_id": "x"}]},
        "admin_assignee_id": 0, "team_assignee_id": 0, "ai_agent": null, "ai_agent_participated": false,
        "conversation_parts": {"type": "conversation_part.list", "conversation_parts": parts, "total_count": 1},
    })
}

fn part(part_type: &str, body: Value, author: &str, author_id: &str) -> Value {
    json!({"type": "conversation_part", "id": "7", "part_type": part_type, "body": body, "created_at": 800,
        "author": {"type": author, "id": author_id}, "attachments": [], "redacted": false, "assigned_to": null})
}

fn only_entry(part: Value) -> Entry {
    let mut entries = read(&conversation(json!([part]))).unwrap().entries;
    assert_eq!(entries.len(), 2);
    entries.remove(1)
}

fn source() -> Entry {
    Entry {
        id: PartId::new("3").unwrap(),
        at: UnixSeconds(700),
        author: Author::Customer,
        ai: AiVoice::None,
        kind: Kind::Comment,
        body: Some(CustomerHtml("<p>Do you ship?</p>".to_owned())),
        attachments: Vec::new(),
        redaction: Redaction::Shown,
    }
}

fn teammate() -> Author {
    Author::Teammate(AdminId::new("9608799").unwrap())
}

#[test]
fn a_conversation_is_its_source_and_then_its_parts() {
    let reply = part("comment", json!("<p>Yes</p>"), "admin", "3156780");
    assert_eq!(
        read(&conversation(json!([reply]))).unwrap(),
        Thread {
            id: ConversationId::new("1").unwrap(),
            created_at: UnixSeconds(700),
            channel: "messenger".to_owned(),
            admin_assignee: None,
            contacts: vec![ContactId::new("6a").unwrap()],
            email_domains: Vec::new(),
            customer: Customer::default(),
            ai_agent: None,
            entries: vec![
                source(),
                Entry {
                    id: PartId::new("7").unwrap(),
                    at: UnixSeconds(800),
                    author: Author::Ourselves,
                    body: Some(CustomerHtml("<p>Yes</p>".to_owned())),
                    ..source()
                },
            ],
        }
    );
}

#[test]
fn a_body_of_another_conversation_is_refused() {
    let mut other = conversation(json!([]));
    other["id"] = json!("2");
    assert_eq!(read(&other), Err(ConversationError::Another));
}

#[test]
fn a_conversation_of_which_something_is_missing_is_refused() {
    for field in ["id", "created_at", "conversation_parts"] {
        for nothing in [None, Some(Value::Null)] {
            let mut incomplete = conversation(json!([]));
            match nothing {
                None => drop(incomplete.as_object_mut().unwrap().remove(field)),
                Some(null) => incomplete[field] = null,
            }
            assert_eq!(read(&incomplete), Err(ParseError::missing(field).into()));
        }
    }
    let no_list = json!({"id": "1", "created_at": 700, "conversation_parts": {"type": "conversation_part.list"}});
    assert_eq!(read(&no_list), Err(ParseError::missing("conversation_parts").into()));
    let mut no_id = part("comment", json!("Hi"), "user", "6a");
    no_id["id"] = json!(null);
    let named = read(&conversation(json!([no_id]))).unwrap().entries.last().unwrap().id.clone();
    assert!(named.as_str().starts_with("unnamed-"), "one part without an id does not silence the others: {named}");
    let list = ParseError { path: "conversation_parts.conversation_parts[0]".to_owned(), problem: Problem::Shape };
    assert_eq!(read(&conversation(json!(["7"]))), Err(list.into()));
}

#[test]
fn half_a_text_is_refused_wherever_it_ends() {
    let whole = conversation(json!([part("comment", json!("<p>Hi é</p>"), "user", "6a")])).to_string();
    let asked_for = ConversationId::new("1").unwrap();
    for end in 0..whole.len() {
        let read = decode_conversation(&whole.as_bytes()[..end], &asked_for, &AdminId::new("3156780").unwrap());
        assert!(matches!(read, Err(ConversationError::Unreadable(_))), "cut at {end}");
    }
}

#[test]
fn ids_may_be_numbers() {
    let mut numbers = conversation(json!([{"id": 7, "part_type": "comment", "body": "Hi", "created_at": 800,
        "author": {"type": "admin", "id": 3_156_780}}]));
    numbers["id"] = json!(1);
    numbers["source"]["id"] = json!(3);
    numbers["admin_assignee_id"] = json!(3_156_780);
    let thread = read(&numbers).unwrap();
    assert_eq!(thread.entries[0], source());
    assert_eq!((&thread.entries[1].id, &thread.entries[1].author), (&PartId::new("7").unwrap(), &Author::Ourselves));
    assert_eq!(thread.admin_assignee, AdminId::new("3156780"));
}

#[test]
fn every_author_has_a_place() {
    let author = |kind: &str, id: &str| only_entry(part("comment", json!("Hi"), kind, id)).author;
    for customer in ["user", "lead", "contact", "visitor"] {
        assert_eq!(author(customer, "3156780"), Author::Customer);
    }
    assert_eq!(author("admin", "3156780"), Author::Ourselves);
    assert_eq!(author("admin", "9608799"), teammate());
    assert_eq!(author("admin", ""), Author::Teammate(AdminId::new("unnamed").unwrap()));
    assert_eq!(author("bot", "9608808"), Author::OtherBot);
    assert_eq!(author("team", "5"), Author::Other);
    assert_eq!(author("parrot", "5"), Author::Other);
}

#[test]
fn every_kind_has_a_place() {
    let kind = |part_type: &str| only_entry(part(part_type, json!("Hi"), "admin", "9608799")).kind;
    for (part_type, expected) in [
        ("comment", Kind::Comment),
        ("quick_reply", Kind::Comment),
        ("a_type_of_next_year", Kind::Comment),
        ("note", Kind::Note),
        ("note_and_reopen", Kind::Note),
        ("open", Kind::Open),
        ("unsnoozed", Kind::Open),
        ("close", Kind::Close),
        ("snoozed", Kind::Snooze),
        ("assignment", Kind::Assignment(None)),
        ("assign_and_reopen", Kind::Assignment(None)),
        ("away_mode_assignment", Kind::RuleAssignment(None)),
        ("channel_and_reply_time_expectation", Kind::Automatic),
        ("conversation_rating_remark_added", Kind::Automatic),
        ("merged_primary_conversation", Kind::Automatic),
    ] {
        assert_eq!(kind(part_type), expected, "{part_type}");
    }
}

#[test]
fn an_unknown_type_is_a_message_only_with_a_persons_words() {
    let kind = |body: Value, author: &str| only_entry(part("a_type_of_next_year", body, author, "9")).kind;
    assert_eq!(kind(json!("Hi"), "user"), Kind::Comment);
    assert_eq!(kind(json!("Hi"), "admin"), Kind::Comment);
    assert_eq!(kind(json!("Hi"), "bot"), Kind::Automatic);
    assert_eq!(kind(json!(null), "user"), Kind::Automatic);
    assert_eq!(kind(json!("<p> </p>"), "admin"), Kind::Automatic);
}

#[test]
fn an_assignment_says_to_whom() {
    let to = |to: Value| {
        let mut part = part("assignment", json!(null), "admin", "9608799");
        part["assigned_to"] = to;
        only_entry(part).kind
    };
    let assigned = |to: Assignee| Kind::Assignment(Some(to));
    assert_eq!(to(json!({"type": "admin", "id": 3_156_780})), assigned(Assignee::Ourselves));
    let teammate = Assignee::Teammate(AdminId::new("9608799").unwrap());
    assert_eq!(to(json!({"type": "admin", "id": "9608799"})), assigned(teammate));
    assert_eq!(to(json!({"type": "team", "id": "5"})), assigned(Assignee::Team));
    assert_eq!(to(json!({"type": "nobody_admin", "id": null})), assigned(Assignee::Other));
    assert_eq!(to(json!({"type": "admin", "id": 0})), assigned(Assignee::Other));
    assert_eq!(to(json!({"type": "bot", "id": "9608808"})), assigned(Assignee::Other));
    assert_eq!(to(json!(null)), Kind::Assignment(None));
}

#[test]
fn markup_without_words_is_no_body() {
    let body = |body: Value| only_entry(part("comment", body, "user", "6a")).body;
    assert_eq!(body(json!("<p class=\"no-margin\">&nbsp;</p>")), None);
    assert_eq!(body(json!("")), None);
    assert_eq!(body(json!(null)), None);
    let picture = "<div class=\"intercom-container\"><img src=\"https://x/y.png\"></div>";
    assert_eq!(body(json!(picture)), Some(CustomerHtml(picture.to_owned())));
}

#[test]
fn what_a_teammate_offers_to_click_is_a_message() {
    let mut buttons = part("quick_reply", json!(null), "admin", "9608799");
    buttons["metadata"] = json!({"quick_reply_options": [{"text": "Yes", "uuid": "1"}, {"text": "No", "uuid": "2"}]});
    let entry = only_entry(buttons);
    assert!(entry.is_message());
    assert_eq!(entry.body, Some(CustomerHtml("<p>Yes</p><p>No</p>".to_owned())));
}

#[test]
fn a_click_says_what_the_button_says() {
    let offer = |id: &str, author: &str, text: &str| {
        let mut offer = part("quick_reply", json!(null), author, "9608799");
        offer["id"] = json!(id);
        offer["metadata"] =
            json!({"quick_reply_options": [{"text": text, "uuid": "u-1"}, {"text": "No", "uuid": "u-2"}]});
        offer
    };
    let click = |body: Value, metadata: Value| {
        let mut click = part("comment", body, "user", "6a");
        click["metadata"] = metadata;
        click
    };
    let said = |parts: Value| {
        let last = read(&conversation(parts)).unwrap().entries.pop().unwrap();
        assert!(last.is_message() && last.author == Author::Customer && last.kind == Kind::Comment);
        last.body.unwrap().0
    };
    let chosen = || json!({"quick_reply_uuid": "u-1"});
    let offers = |text: &str| offer("4", "admin", text);
    assert_eq!(said(json!([offers("R&D"), click(json!(null), chosen())])), "<p>R&amp;D</p>");
    assert_eq!(said(json!([offers("Old"), offer("5", "bot", "New"), click(json!("<p></p>"), chosen())])), "<p>New</p>");
    let by_option = json!({"quick_reply_option_uuid": "u-2", "quick_reply_uuid": "u-1"});
    assert_eq!(said(json!([offers("Yes"), click(json!(null), by_option)])), "<p>No</p>");
    assert_eq!(said(json!([offers("Yes"), click(json!("<p>Oh yes</p>"), chosen())])), "<p>Oh yes</p>");
    let unknown = "<p>[a choice without text]</p>";
    assert_eq!(said(json!([click(json!(null), chosen())])), unknown);
    assert_eq!(said(json!([offer("4", "user", "Forged"), click(json!(null), chosen())])), unknown);
    assert_eq!(said(json!([offers("Yes"), click(json!(null), json!({"quick_reply_uuid": "u-9"}))])), unknown);
    let later = read(&conversation(json!([click(json!(null), chosen()), offers("Late")]))).unwrap();
    assert_eq!(later.entries[1].body, Some(CustomerHtml(unknown.to_owned())));
}

#[test]
fn attachments_make_a_message_without_words() {
    let mut attached = part("comment", json!(null), "user", "6a");
    attached["attachments"] = json!([
        {"type": "upload", "name": "a.png", "url": "https://x/y?sig", "content_type": "image/png", "filesize": 9},
        {"type": "upload", "name": null},
    ]);
    let entry = only_entry(attached);
    assert!(entry.is_message());
    assert_eq!(
        entry.attachments,
        [
            Attachment { name: "a.png".to_owned(), content_type: Some("image/png".to_owned()) },
            Attachment { name: String::new(), content_type: None },
        ]
    );
}

#[test]
fn a_redacted_part_is_kept_and_is_no_message() {
    let mut redacted = part("open", json!("<p><i>This message was deleted</i></p>"), "user", "6a");
    redacted["redacted"] = json!(true);
    let entry = only_entry(redacted);
    assert_eq!((entry.redaction, entry.is_message()), (Redaction::Redacted, false));
}

#[test]
fn fins_answer_is_told_from_a_workflows_text() {
    let voice = |from_ai_agent: Value, is_ai_answer: Value| {
        let mut said = part("comment", json!("Hi"), "bot", "9608808");
        said["author"]["from_ai_agent"] = from_ai_agent;
        said["author"]["is_ai_answer"] = is_ai_answer;
        only_entry(said).ai
    };
    assert_eq!(voice(json!(true), json!(true)), AiVoice::Answer);
    assert_eq!(voice(json!(true), json!(false)), AiVoice::Sent);
    assert_eq!(voice(json!(false), json!(false)), AiVoice::None);
    assert_eq!(voice(json!(null), json!(null)), AiVoice::None);
}

#[test]
fn how_far_the_ai_agent_came_is_kept() {
    let agent = |participated: Value, agent: Value| {
        let mut with_agent = conversation(json!([]));
        with_agent["ai_agent_participated"] = participated;
        with_agent["ai_agent"] = agent;
        read(&with_agent).unwrap().ai_agent
    };
    let came = |resolution: Option<Resolution>| Some(AiAgent { resolution });
    assert_eq!(agent(json!(false), json!(null)), None);
    assert_eq!(agent(json!(null), json!(null)), None);
    assert_eq!(agent(json!(true), json!(null)), came(None));
    assert_eq!(agent(json!(true), json!({"resolution_state": null})), came(None));
    for (state, resolution) in [
        ("assumed_resolution", Resolution::Assumed),
        ("confirmed_resolution", Resolution::Confirmed),
        ("escalated", Resolution::Escalated),
        ("negative_feedback", Resolution::NegativeFeedback),
        ("procedure_handoff", Resolution::ProcedureHandoff),
        ("a_state_of_next_year", Resolution::Other),
    ] {
        assert_eq!(agent(json!(true), json!({"resolution_state": state})), came(Some(resolution)), "{state}");
    }
}

#[test]
fn the_channel_is_the_current_one_or_the_sources() {
    let channel = |channel: Value, source: Value| {
        let mut with_channel = conversation(json!([]));
        with_channel["channel"] = channel;
        with_channel["source"]["type"] = source;
        read(&with_channel).unwrap().channel
    };
    assert_eq!(channel(json!({"initial": "messenger", "current": "Email"}), json!("conversation")), "email");
    assert_eq!(channel(json!({"current": null}), json!("conversation")), "messenger");
    assert_eq!(channel(json!(null), json!("email")), "email");
    assert_eq!(channel(json!(null), json!("whatsapp")), "whatsapp");
    assert_eq!(channel(json!(null), json!(null)), "messenger");
    assert_eq!(channel(json!({"current": ""}), json!("")), "messenger");
}

#[test]
fn of_addresses_only_the_domains_are_kept() {
    let mut with_mail = part("comment", json!("Hi"), "user", "6b");
    with_mail["author"]["email"] = json!("Rui@Example.ORG");
    let mut nonsense = part("comment", json!("Hi"), "user", "6c");
    nonsense["author"]["email"] = json!("not an address@");
    let mut teammate = part("comment", json!("Hi"), "admin", "9608799");
    teammate["author"]["email"] = json!("tess@staff.example.com");
    let mut mail = conversation(json!([with_mail, nonsense, teammate]));
    mail["source"]["author"]["email"] = json!("rui+shop@example.org");
    mail["contacts"]["contacts"] = json!([{"id": "6d", "email": "a@b.example"}, {"id": "6b"}]);
    let thread = read(&mail).unwrap();
    assert_eq!(thread.email_domains, ["b.example", "example.org"]);
    let contacts: Vec<_> = thread.contacts.iter().map(ContactId::as_str).collect();
    assert_eq!(contacts, ["6d", "6b", "6c", "6a"]);
}

#[test]
fn a_campaign_in_an_admins_name_is_no_teammate() {
    let author = |delivered_as: &str, id: &str| {
        let mut began = conversation(json!([]));
        began["source"]["delivered_as"] = json!(delivered_as);
        began["source"]["author"] = json!({"type": "admin", "id": id});
        read(&began).unwrap().entries.remove(0).author
    };
    assert_eq!(author("admin_initiated", "9608799"), teammate());
    assert_eq!(author("automated", "9608799"), Author::OtherBot);
    assert_eq!(author("operator_initiated", "9608799"), Author::OtherBot);
    assert_eq!(author("automated", "3156780"), Author::Ourselves);
}

#[test]
fn a_missing_source_is_no_entry_and_one_without_an_id_keeps_its_words() {
    let first = |source: Value| {
        let mut with_source = conversation(json!([]));
        with_source["source"] = source;
        read(&with_source).unwrap().entries.first().map(|entry| (entry.id.as_str().to_owned(), entry.is_message()))
    };
    assert_eq!(first(json!(null)), None);
    assert_eq!(first(json!({"id": null, "body": null})), None);
    assert_eq!(first(json!({"id": null, "body": "Hi"})), Some(("1".to_owned(), true)));
    assert_eq!(first(json!({"id": "3", "body": null})), Some(("3".to_owned(), false)));
}

#[test]
fn a_part_without_a_time_has_that_of_the_one_before() {
    let mut timeless = part("comment", json!("Hi"), "user", "6a");
    timeless["created_at"] = json!(null);
    let mut iso = timeless.clone();
    iso["created_at"] = json!("1970-01-01T00:20:00.000Z");
    let thread = read(&conversation(json!([timeless, iso, timeless]))).unwrap();
    let times: Vec<_> = thread.entries.iter().map(|entry| entry.at.0).collect();
    assert_eq!(times, [700, 700, 1200, 1200]);
}

#[test]
fn what_no_decision_rests_on_may_take_any_shape() {
    for field in
        ["open", "contacts", "channel", "ai_agent", "ai_agent_participated", "statistics", "teammates", "topics"]
    {
        for shape in
            [json!(7), json!("x"), json!([]), json!([7]), json!({"contacts": 7, "current": 7, "resolution_state": 7})]
        {
            let mut odd = conversation(json!([]));
            odd[field] = shape.clone();
            assert_eq!(read(&odd).map(|thread| thread.entries), Ok(vec![source()]), "{field} {shape}");
        }
    }
}

#[test]
fn the_customer_is_known_as_intercom_tells_it() {
    let told = |change: &dyn Fn(&mut Value)| {
        let mut told = conversation(json!([part("comment", json!("Hi"), "user", "6b")]));
        change(&mut told);
        let customer = read(&told).unwrap().customer;
        assert!(!format!("{customer:?}").contains("example"), "never printed");
        [customer.name, customer.email, customer.page].map(|fact| fact.map(|fact| fact.0))
    };
    let some = |text: &str| Some(text.to_owned());
    let ana = [some("Ana & Co"), some("ana@example.org"), some("https://example.org/?a=1&b=2")];
    assert_eq!(
        told(&|it| {
            it["source"]["author"]["name"] = json!("Ana &amp; Co");
            it["source"]["author"]["email"] = json!("ana@example.org");
            it["source"]["url"] = json!("https://example.org/?a=1&b=2");
            it["conversation_parts"]["conversation_parts"][0]["author"]["name"] = json!("Rui");
        }),
        ana
    );
    let by_contact = |it: &mut Value| {
        it["source"]["author"] = json!({"type": "admin", "id": "9608799", "name": "Sofia", "email": "s@example.org"});
        it["source"]["url"] = json!(" ");
        it["conversation_parts"]["conversation_parts"][0]["author"]["name"] = json!("Rui");
        it["contacts"] = json!({"contacts": [{"id": "6b", "email": "rui@example.org"}]});
    };
    assert_eq!(told(&by_contact), [some("Rui"), some("rui@example.org"), None]);
    assert_eq!(told(&|it| it["source"]["author"]["name"] = json!(7)), [None, None, None]);
    assert_eq!(told(&|it| it["source"]["url"] = json!("x".repeat(2_001))), [None, None, None]);
}
