//! Calls to the two services. Intercom is called only as fast as its last answers allow.

use super::host::Host;
use crate::fault::Fault;
use crate::http::{HttpRequest, HttpResponse};
use crate::intercom::pace::{Caller, Pace, PaceWindow};

/// Makes a call to Intercom, unless the limit is known to be reached: that fails as Intercom's own refusal would.
pub(super) async fn to_intercom<H: Host>(
    host: &H,
    request: &HttpRequest,
    caller: Caller,
) -> Result<HttpResponse, Fault> {
    if let Some(mut window) = host.rate_limit().get() {
        let now = host.now();
        if let Pace::WaitUntil(until) = window.pace(caller, now) {
            return Err(Fault::RateLimited { until: Some(until) });
        }
        window.begin_call(now);
        host.rate_limit().set(Some(window));
    }
    let response = host.send(request).await.map_err(Fault::Unanswered)?;
    if let Some(newest) = PaceWindow::read(&response.rate_limit) {
        let mut window = host.rate_limit().get().unwrap_or(newest);
        window.learn(newest);
        host.rate_limit().set(Some(window));
    }
    Ok(response)
}

/// Makes a call to GPT Trainer.
pub(super) async fn to_gpt_trainer<H: Host>(host: &H, request: &HttpRequest) -> Result<HttpResponse, Fault> {
    host.send(request).await.map_err(Fault::Unanswered)
}
