// Webhooks made by hand, for what the sandbox would never send.

import { createHmac } from "node:crypto";
import { request } from "node:http";
import { APP_ID, secrets } from "./settings.mjs";

/** A part by a customer as it arrives in `conversation.user.replied`. */
export function customerPart(id, more = {}) {
  return {
    type: "conversation_part", id, part_type: "comment", body: "<p>Hello</p>", created_at: seconds(), updated_at: seconds(),
    notified_at: seconds(), assigned_to: null, author: { id: "696205460674dbb9050aa7fd", type: "user", name: null, email: "" },
    attachments: [], external_id: null, redacted: false, ...more,
  };
}

/** A webhook about a conversation, as the object that Intercom would write as JSON. */
export function webhook(topic, conversation_id, parts = [], more = {}) {
  return {
    type: "notification_event", app_id: APP_ID,
    data: {
      type: "notification_event_data",
      item: {
        type: "conversation", id: conversation_id, created_at: seconds(), updated_at: seconds(), waiting_since: seconds(), state: "open", open: true,
        source: { type: "conversation", id: "1", delivered_as: "customer_initiated", subject: "", body: "<p>Hi</p>", author: { type: "user", id: "696205460674dbb9050aa7fd", name: null, email: "" }, attachments: [], redacted: false },
        admin_assignee_id: null, team_assignee_id: null,
        conversation_parts: { type: "conversation_part.list", conversation_parts: parts, total_count: parts.length },
      },
    },
    links: {}, id: `notif_${crypto.randomUUID()}`, topic, delivery_status: "pending", delivery_attempts: 1, delivered_at: 0,
    first_sent_at: seconds(), created_at: seconds(), self: null, ...more,
  };
}

/** @param {string | Buffer} body @param {string} [secret] */
export function signature(body, secret = secrets.INTERCOM_CLIENT_SECRET) {
  return `sha1=${createHmac("sha1", secret).update(body).digest("hex")}`;
}

/**
 * Sends a request exactly as given; with `chunked`, without saying how long the body is. With `unfinished`, only so many bytes
 * are sent before the answer comes: whoever goes on writing to a far side that has refused may never read its answer.
 * @returns {Promise<{ status: number, text: string, headers: import("node:http").IncomingHttpHeaders }>}
 */
export function send(url, { method = "POST", body = "", headers = {}, chunked = false, unfinished } = {}) {
  const bytes = Buffer.from(body);
  const length = chunked ? { "transfer-encoding": "chunked" } : method === "POST" ? { "content-length": bytes.length } : {};
  return new Promise((resolve, reject) => {
    let answered = false;
    const outgoing = request(url, { method, headers: { "content-type": "application/json", ...length, ...headers } }, (response) => {
      answered = true;
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => {
        resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString(), headers: response.headers });
        outgoing.destroy();
      });
      response.on("error", reject);
    });
    outgoing.on("error", (error) => answered || reject(error));
    if (bytes.length > 0) outgoing.write(bytes.subarray(0, unfinished));
    if (unfinished === undefined) outgoing.end();
  });
}

/** Signs and sends a webhook. */
export function postWebhook(url, body, { secret, headers = {}, ...how } = {}) {
  const text = typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return send(url, { body: text, headers: { "x-hub-signature": signature(text, secret), ...headers }, ...how });
}

function seconds() {
  return Math.floor(Date.now() / 1000);
}
