// What the worker itself would call, called by a test: so that the far sides hold what a made-up state speaks of.

import assert from "node:assert/strict";
import { CHATBOT, OURSELVES, secrets } from "./settings.mjs";

/** @typedef {import("./sandbox.mjs").Sandbox} Sandbox */

/** A public reply under our name. @param {Sandbox} sandbox @returns {Promise<void>} */
export async function postReply(sandbox, conversation, text) {
  await intercom(sandbox, conversation, "reply", { message_type: "comment", type: "admin", admin_id: OURSELVES, body: `<p>${text}</p>` });
}

/** A note under our name. @param {Sandbox} sandbox */
export async function postNote(sandbox, conversation, text) {
  await intercom(sandbox, conversation, "reply", { message_type: "note", type: "admin", admin_id: OURSELVES, body: `<p>${text}</p>` });
}

/** Something else that our name does in a conversation. @param {Sandbox} sandbox */
export async function postPart(sandbox, conversation, part) {
  await intercom(sandbox, conversation, "parts", { type: "admin", admin_id: OURSELVES, ...part });
}

/** A read of a conversation. @param {Sandbox} sandbox */
export async function read(sandbox, conversation) {
  await succeed(`${sandbox.url}/intercom/conversations/${conversation}`, { headers: INTERCOM });
}

/** A new session. @param {Sandbox} sandbox @returns {Promise<string>} its uuid */
export async function openSession(sandbox) {
  const text = await succeed(`${sandbox.url}/gpt-trainer/api/v1/chatbot/${CHATBOT}/session/create`, { method: "POST", headers: GPT_TRAINER });
  return JSON.parse(text).uuid;
}

/** A question in a session; ends when it is answered. @param {Sandbox} sandbox */
export async function ask(sandbox, session, query) {
  const url = `${sandbox.url}/gpt-trainer/api/v1/session/${session}/message/stream`;
  await succeed(url, { method: "POST", headers: GPT_TRAINER, body: JSON.stringify({ query }) });
}

const JSON_BODY = { "content-type": "application/json" };
const INTERCOM = { ...JSON_BODY, authorization: `Bearer ${secrets.INTERCOM_ACCESS_TOKEN}`, "intercom-version": "2.16" };
const GPT_TRAINER = { ...JSON_BODY, authorization: `Bearer ${secrets.GPT_TRAINER_API_KEY}` };

function intercom(sandbox, conversation, path, body) {
  return succeed(`${sandbox.url}/intercom/conversations/${conversation}/${path}`, { method: "POST", headers: INTERCOM, body: JSON.stringify(body) });
}

async function succeed(url, request) {
  const response = await fetch(url, request);
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return text;
}
