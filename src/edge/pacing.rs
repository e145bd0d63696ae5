//! How fast Intercom is called from here: what its answers tell is shared by all objects of this isolate.

use super::outbound;
use crate::edge::clock;
use crate::fault::Fault;
use crate::http::{HttpRequest, HttpResponse};
use crate::intercom::pace::{Caller, Pace, Window};
use std::cell::Cell;

thread_local! {
    static WINDOW: Cell<Option<Window>> = const { Cell::new(None) };
}

/// Makes a call to Intercom, unless the limit is known to be reached: that is told as Intercom's own refusal would be.
pub async fn send(request: &HttpRequest, caller: Caller) -> Result<HttpResponse, Fault> {
    if let Some(mut window) = WINDOW.get() {
        let now = clock::now();
        if let Pace::WaitUntil(until) = window.pace(caller, now) {
            return Err(Fault::RateLimited { until: Some(until) });
        }
        window.begin_call(now);
        WINDOW.set(Some(window));
    }
    outbound::send_and_tell(request, learn).await.map_err(Fault::Unanswered)
}

fn learn(header: &dyn Fn(&str) -> Option<String>) {
    let Some(told) = Window::read(header) else { return };
    let mut window = WINDOW.get().unwrap_or(told);
    window.learn(told);
    WINDOW.set(Some(window));
}
