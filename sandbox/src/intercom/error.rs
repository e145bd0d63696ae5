//! Intercom's error envelope (schema `error`, page "Error codes").

use serde_json::json;

/// `error.list` with one error.
pub(super) fn list(request_id: &str, code: &str, message: &str) -> String {
    json!({"type": "error.list", "request_id": request_id, "errors": [{"code": code, "message": message}]}).to_string()
}

/// The refusal of a cursor, as the description has it for other lists.
pub(super) const BAD_CURSOR: (u16, &str, &str) = (
    400,
    "client_error",
    "Invalid starting_after param. Please try again using a starting_after value from a paginated response",
);

/// The code and message that fit a status.
pub(super) fn of_status(status: u16) -> (&'static str, &'static str) {
    match status {
        400 => ("bad_request", "Bad request"),
        401 => ("unauthorized", "Access Token Invalid"),
        403 => ("api_plan_restricted", "Active subscription needed."),
        404 => ("not_found", "Resource Not Found"),
        408 => ("request_timeout", "Request timed out"),
        409 => ("conflict", "Conflict"),
        422 => ("unprocessable_entity", "The request could not be processed"),
        429 => ("rate_limit_exceeded", "Exceeded rate limit of 1667 in 10_seconds"),
        503 => ("service_unavailable", "Sorry, the API service is temporarily unavailable"),
        500.. => ("server_error", "Server error"),
        _ => ("client_error", "Client error"),
    }
}
