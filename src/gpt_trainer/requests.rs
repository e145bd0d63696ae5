//! Every request that we make of GPT Trainer, as plain data.

use super::ids::{ChatbotUuid, MessageUuid, SessionUuid};
use super::variables::Variables;
use crate::http::{HttpRequest, Method, path_segment};
use crate::secret::Secret;
use crate::text::PlainText;
use crate::time::Millis;
use serde_json::{Value, json};

/// How long an answer may take. Generating one takes 10 to 30 seconds; the vendor's own SDK waits this long.
pub const ANSWER_LIMIT: Millis = Millis::from_seconds(120);

/// How long anything else may take: nothing is generated there.
pub const QUICK_LIMIT: Millis = Millis::from_seconds(20);

const CHATBOT_LIMIT: Millis = Millis::from_seconds(5);

/// The account at GPT Trainer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GptTrainerAccount {
    /// `GPT_TRAINER_API_URL`, without a slash at its end.
    pub api_url: String,
    /// `GPT_TRAINER_API_KEY`.
    pub key: Secret,
    /// `CHATBOT_UUID`.
    pub chatbot: ChatbotUuid,
}

impl GptTrainerAccount {
    /// `GET /chatbot/{uuid}`: free of charge, and shows whether the key and the chatbot are right.
    ///
    /// A turn waits for it, inside a call between our own objects that has a limit too.
    pub fn chatbot(&self) -> HttpRequest {
        HttpRequest { limit: CHATBOT_LIMIT, ..self.get(&["chatbot", &self.chatbot.0]) }
    }

    /// `POST /chatbot/{uuid}/session/create`. The body is optional there; an empty object is understood by a server
    /// that wants JSON and by one that wants nothing.
    pub fn create_session(&self, variables: &Variables) -> HttpRequest {
        let body = if variables.is_empty() { json!({}) } else { json!({ "initial_variables": variables }) };
        self.post(&["chatbot", &self.chatbot.0, "session", "create"], &body, QUICK_LIMIT)
    }

    /// `GET /session/{uuid}/messages`: every question of a session and its answer, oldest first.
    pub fn messages(&self, session: &SessionUuid) -> HttpRequest {
        self.get(&["session", &session.0, "messages"])
    }

    /// `POST /session/{uuid}/message/stream`: asks, and the whole body is the answer's text. Costs credits, and
    /// knows no idempotency key.
    pub fn ask_stream(&self, session: &SessionUuid, question: &PlainText) -> HttpRequest {
        self.ask(session, "stream", question)
    }

    /// `POST /session/{uuid}/message/non-stream`: asks, and the answer is JSON. Known from the vendor's SDK only, so it
    /// is for servers that do not have the other (404 or 405).
    pub fn ask_whole(&self, session: &SessionUuid, question: &PlainText) -> HttpRequest {
        self.ask(session, "non-stream", question)
    }

    /// `POST /message/{uuid}/delete`: takes a question and its answer out of its session.
    pub fn delete_message(&self, message: &MessageUuid) -> HttpRequest {
        self.post(&["message", &message.0, "delete"], &json!({}), QUICK_LIMIT)
    }

    fn ask(&self, session: &SessionUuid, how: &str, question: &PlainText) -> HttpRequest {
        self.post(&["session", &session.0, "message", how], &json!({ "query": question.0 }), ANSWER_LIMIT)
    }

    fn get(&self, path: &[&str]) -> HttpRequest {
        HttpRequest {
            method: Method::Get,
            url: self.url(path),
            headers: self.headers(),
            body: None,
            limit: QUICK_LIMIT,
        }
    }

    fn post(&self, path: &[&str], body: &Value, limit: Millis) -> HttpRequest {
        let mut headers = self.headers();
        headers.push(("content-type", "application/json".to_owned()));
        HttpRequest { method: Method::Post, url: self.url(path), headers, body: Some(body.to_string()), limit }
    }

    // The vendor's newest examples ask without a key; that a session's uuid may be enough is no reason to rely on it.
    fn headers(&self) -> Vec<(&'static str, String)> {
        vec![("authorization", format!("Bearer {}", self.key.expose())), ("accept", "*/*".to_owned())]
    }

    fn url(&self, path: &[&str]) -> String {
        path.iter().fold(self.api_url.clone(), |url, part| format!("{url}/{}", path_segment(part)))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn account() -> GptTrainerAccount {
        GptTrainerAccount {
            api_url: "https://app.gpt-trainer.com/api/v1".to_owned(),
            key: Secret::new("key").unwrap(),
            chatbot: ChatbotUuid("c1".to_owned()),
        }
    }

    fn get(path: &str) -> HttpRequest {
        HttpRequest {
            method: Method::Get,
            url: format!("https://app.gpt-trainer.com/api/v1{path}"),
            headers: vec![("authorization", "Bearer key".to_owned()), ("accept", "*/*".to_owned())],
            body: None,
            limit: Millis(20_000),
        }
    }

    fn post(path: &str, body: &str, limit: Millis) -> HttpRequest {
        let mut request = get(path);
        request.method = Method::Post;
        request.headers.push(("content-type", "application/json".to_owned()));
        request.body = Some(body.to_owned());
        request.limit = limit;
        request
    }

    #[test]
    fn requests_are_those_of_the_documentation() {
        let session = SessionUuid("s1".to_owned());
        let question = PlainText("Is \"it\"\nopen?".to_owned());
        let asked = r#"{"query":"Is \"it\"\nopen?"}"#;
        let ana = Variables { user_name: Some(PlainText("Ana \"A\"".to_owned())), ..Variables::default() };
        let variables = r#"{"initial_variables":{"user_name":"Ana \"A\""}}"#;
        let quick = Millis(20_000);
        let slow = Millis(120_000);
        for (request, expected) in [
            (account().chatbot(), HttpRequest { limit: Millis(5_000), ..get("/chatbot/c1") }),
            (account().create_session(&Variables::default()), post("/chatbot/c1/session/create", "{}", quick)),
            (account().create_session(&ana), post("/chatbot/c1/session/create", variables, quick)),
            (account().messages(&session), get("/session/s1/messages")),
            (account().ask_stream(&session, &question), post("/session/s1/message/stream", asked, slow)),
            (account().ask_whole(&session, &question), post("/session/s1/message/non-stream", asked, slow)),
            (account().delete_message(&MessageUuid("m1".to_owned())), post("/message/m1/delete", "{}", quick)),
        ] {
            // `Debug` of a request tells nothing, so the address says which one it was.
            assert!(request == expected, "{}", expected.url);
        }
    }

    #[test]
    fn an_id_stays_one_part_of_the_path() {
        let request = account().messages(&SessionUuid("../chatbots?x=ü".to_owned()));
        assert_eq!(request.url, "https://app.gpt-trainer.com/api/v1/session/%2E%2E%2Fchatbots%3Fx%3D%C3%BC/messages");
    }

    #[test]
    fn nothing_secret_is_printed() {
        assert!(!format!("{:?}", account()).contains("key\""));
    }
}
