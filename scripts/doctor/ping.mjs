// A webhook of the topic `ping`, as Intercom's "Send a test request" makes it. The worker acknowledges it and does nothing.

import { createHmac } from "node:crypto";
import { call } from "../lib/services.mjs";

/** The body, to the byte. */
export function pingBody(facts, setting) {
  const app_id = facts.me?.app.id_code ?? setting("INTERCOM_APP_ID") ?? "unknown";
  const data = { type: "notification_event_data", item: { type: "ping", message: "a test by npm run doctor" } };
  return JSON.stringify({ type: "notification_event", app_id, topic: "ping", id: null, delivery_attempts: 1, data });
}

/** `X-Hub-Signature` over exactly these bytes. */
export function signature(body, secret) {
  return `sha1=${createHmac("sha1", secret).update(body).digest("hex")}`;
}

export function sendPing(fetch, url, body, signed) {
  // So marked, the worker does not take it for a sign of life of Intercom's.
  const headers = { "content-type": "application/json", "x-hub-signature": signed, "x-onereply-doctor": "1" };
  return call(fetch, `${url}/webhook/intercom`, { method: "POST", headers, body });
}
