//! What is thrown at the readers and writers of words, as plain functions: cargo-fuzz calls them, and so does
//! `tests/fuzzed.rs`. Each takes any bytes and must come back.

#[path = "../../src/text/allow_list.rs"]
mod allow_list;

use hmac::{Hmac, KeyInit, Mac};
use onereply::gpt_trainer::answers::{classify, parse_chatbot, parse_done, parse_session};
use onereply::gpt_trainer::exchanges::parse_messages;
use onereply::gpt_trainer::said::{Endpoint, KnownTexts, parse_answer};
use onereply::http::{HttpResponse, RateLimit};
use onereply::intercom::conversation::decode_conversation;
use onereply::intercom::ids::{AdminId, ConversationId};
use onereply::intercom::signature::{RawWebhook, WebhookSecrets};
use onereply::secret::Secret;
use onereply::text::{
    AnswerText, CustomerHtml, Reply, answer_note, answer_to_reply, customer_html_to_text, plain_reply,
};
use sha1::Sha1;

const SECRET: &str = "fuzz-client-secret";

/// A delivery that Intercom signed, and the same bytes as a conversation that was read.
pub fn webhook(data: &[u8]) {
    let mac = Hmac::<Sha1>::new_from_slice(SECRET.as_bytes()).expect("any key will do").chain_update(data).finalize();
    let header = Some(format!("sha1={}", hex::encode(mac.into_bytes())));
    let secrets = WebhookSecrets { current: Secret::new(SECRET).expect("it is not empty"), previous: None };
    let verified = RawWebhook { bytes: data.to_vec(), header }.verify(&secrets);
    drop(verified.expect("it is signed").parse());
    let asked_for = ConversationId::new("300100200300400").expect("an id");
    drop(decode_conversation(data, &asked_for, &AdminId::new("7100002").expect("an id")));
}

/// A customer's message: its text has no controls, and no space at its ends.
pub fn html(data: &[u8]) {
    let text = customer_html_to_text(&CustomerHtml(String::from_utf8_lossy(data).into_owned())).0;
    assert_eq!(text, text.trim());
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
}

/// An answer: whatever it is, the customer gets allowed HTML.
pub fn markdown(data: &[u8]) {
    let text = String::from_utf8_lossy(data).into_owned();
    let answer = AnswerText(text.clone());
    answer_to_reply(&answer, &[]).iter().for_each(|html| allow_list::check(html.as_str()));
    plain_reply(&text).iter().for_each(|html| allow_list::check(html.as_str()));
    Reply::of(answer).iter().for_each(|reply| allow_list::check(answer_note(reply, &[], "Because.").as_str()));
}

/// A body of GPT Trainer's, read as each of its answers.
pub fn trainer(data: &[u8]) {
    for content_type in ["application/json", "text/plain", ""] {
        let content_type = content_type.to_owned();
        let response =
            HttpResponse { status: 200, content_type, rate_limit: RateLimit::default(), body: data.to_vec() };
        drop((classify(&response), parse_session(&response), parse_done(&response), parse_chatbot(&response)));
        drop(parse_messages(&response));
        for endpoint in [Endpoint::Stream, Endpoint::Whole] {
            drop(parse_answer(&response, endpoint, &KnownTexts::default()));
        }
    }
}
