// A make-believe Intercom and GPT Trainer in a process of its own, and its control API.

import { Group } from "./processes.mjs";
import { sandboxBinary } from "./paths.mjs";

/**
 * @typedef {"send" | "none" | { delay_ms: number } | { copies: number }} Webhook
 * @typedef {{ type: string, id: string, name: string | null }} Author
 * @typedef {{ id: string, part_type: string, author: Author, body: string | null, created_at: number, created_ms: number,
 *   attachments: object[], assigned_to: { type: string, id: string } | null, redacted: boolean, by_api: boolean,
 *   metadata: { quick_reply_options?: { text: string, uuid: string }[], quick_reply_uuid?: string } }} Part
 * @typedef {{ id: string, state: string, admin_assignee_id: unknown, team_assignee_id: unknown, parts: Part[] }} Conversation
 * @typedef {{ n: number, at_ms: number, api: string, call: string, conversation_id?: string, session?: string,
 *   status: number | null, acted: boolean, fault?: string, body?: any }} Call
 * @typedef {{ n: number, at_ms: number, notification_id: string, topic: string, conversation_id: string, attempt: number,
 *   status: number | null, ms: number }} Delivery
 * @typedef {{ uuid: string, created_ms: number, initial_variables: any, messages: { uuid: string, query: string, response: string | null,
 *   error_message: string | null, created_ms: number }[], questions_in_flight: number, most_questions_in_flight: number }} Session
 * @typedef {{ part_id: string, notification_id: string }} Said
 */

/** Starts a sandbox on a port of its own. @param {{ args?: string[] }} [options] */
export async function startSandbox({ args = [] } = {}) {
  const group = new Group(sandboxBinary(), ["--port", "0", "--answer-delay-ms", "100", "--exit-with-stdin", ...args]);
  const url = await group.firstLine((line) => /^sandbox listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1], 30_000);
  group.lines.resume();
  return new Sandbox(url, group);
}

export class Sandbox {
  constructor(url, group) {
    this.url = url;
    this.group = group;
  }

  stop() {
    return this.group.kill();
  }

  // --- what people do

  /** @returns {Promise<Said & { conversation_id: string }>} */
  open(conversation) {
    return this.post("/conversations", conversation);
  }
  /** Many conversations with the same words; `{n}` in them is the number of each. @returns {Promise<string[]>} their ids */
  async openMany(count, conversation) {
    return (await this.post("/conversations", { count, ...conversation })).conversation_ids;
  }
  /** @returns {Promise<Said>} */
  customer(id, message) {
    return this.post(`/conversations/${id}/customer`, message);
  }
  /** The customer clicks a button that a bot has offered. @returns {Promise<Said>} */
  click(id, quick_reply_uuid, more = {}) {
    return this.post(`/conversations/${id}/click`, { quick_reply_uuid, ...more });
  }
  /** @returns {Promise<Said>} */
  teammate(id, act) {
    return this.post(`/conversations/${id}/teammate`, act);
  }
  /** @returns {Promise<Said>} */
  bot(id, message) {
    return this.post(`/conversations/${id}/bot`, message);
  }
  /** What Fin does in a conversation, by Intercom's fields. */
  fin(id, resolution_state) {
    return this.post(`/conversations/${id}/ai_agent`, { participated: true, resolution_state });
  }
  redact(id, part_id) {
    return this.post(`/conversations/${id}/redact`, { part_id });
  }
  delete(id, webhook = "send") {
    return this.post(`/conversations/${id}/delete`, { webhook });
  }

  // --- what Intercom and GPT Trainer do

  /** @returns {Promise<number[]>} the statuses that all copies were answered with */
  async deliver(notification_id, copies = 1) {
    return (await this.post(`/notifications/${notification_id}/deliver`, { copies })).statuses;
  }
  fault(fault) {
    return this.post("/faults", fault);
  }
  mend() {
    return this.request("DELETE", "/faults");
  }
  script(rule) {
    return this.post("/gpt-trainer/script", rule);
  }
  forgetSession(uuid) {
    return this.post(`/gpt-trainer/sessions/${uuid}/forget`, {});
  }
  webhook(change) {
    return this.post("/webhook", change);
  }

  /** How its API behaves. @param {{ search_lag_ms?: number, rate_limit?: number }} change */
  intercom(change) {
    return this.post("/intercom", change);
  }

  // --- what happened

  /** @returns {Promise<Conversation>} */
  conversation(id) {
    return this.get(`/conversations/${id}`);
  }
  /** @returns {Promise<Session[]>} */
  sessions() {
    return this.get("/gpt-trainer/sessions");
  }
  /** @returns {Promise<Call[]>} */
  calls(after = 0) {
    return this.get(`/calls?after=${after}`);
  }
  /** @returns {Promise<Delivery[]>} */
  deliveries(after = 0) {
    return this.get(`/deliveries?after=${after}`);
  }

  /** What it was told as the receiver of alerts. @returns {Promise<{ at_ms: number, body: any }[]>} */
  alerts() {
    return this.get("/alerts");
  }
  /** How it receives alerts from now on. @param {"taken" | "refused" | "silent"} manner */
  receiveAlerts(manner) {
    return this.post("/alerts", { manner });
  }

  get(path) {
    return this.request("GET", path);
  }
  post(path, body) {
    return this.request("POST", path, body);
  }
  async request(method, path, body) {
    const response = await fetch(`${this.url}/sandbox${path}`, {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /sandbox${path} ${JSON.stringify(body)}: ${response.status} ${text}`);
    return JSON.parse(text);
  }
}
