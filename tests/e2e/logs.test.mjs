// What the worker logs, and what its API answers: nothing that anybody wrote, is called, or keeps secret. The log is one JSON object a line.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Disk } from "./harness/disk.mjs";
import { customerPart, webhook, postWebhook, send } from "./harness/webhooks.mjs";
import { FROM_PAGE, ask, signIn } from "./harness/operator.mjs";
import { startWorld } from "./harness/world.mjs";

const MARK = "kx7planted";
/** What an operator calls themselves: in answers to operators it may be, in the log not. */
const OPERATOR = "qz9operator";
/** An operator's address, which is nowhere. */
const ADDRESS = "203.0.113.77";
const planted = {
  message: `${MARK}-message`,
  answer: `${MARK}-answer`,
  name: `${MARK}-name`,
  email: `${MARK}-mail@example.com`,
  attachment: `${MARK}-file`,
  source: `${MARK}-source`,
  teammate: `${MARK}-teammate`,
  token: `${MARK}-access-token`,
  key: `${MARK}-gpt-key`,
  secret: `${MARK}-client-secret`,
  previous: `${MARK}-previous-secret`,
  malformed: `${MARK}-malformed`,
  signature: `${MARK}-signature`,
  url: `${MARK}-url`,
  query: `${MARK}-query`,
  console: `${MARK}-console-token`,
  guess: `${MARK}-guess`,
};

test("no line of the log, no answer of the API and nothing that the workspace keeps holds a text, a name, an address, a token or a session, whatever happens", async (t) => {
  const world = await startWorld({
    sandboxArgs: ["--access-token", planted.token, "--gpt-key", planted.key, "--client-secret", planted.secret],
    settings: {
      INTERCOM_ACCESS_TOKEN: planted.token,
      GPT_TRAINER_API_KEY: planted.key,
      INTERCOM_CLIENT_SECRET: planted.secret,
      INTERCOM_CLIENT_SECRET_PREVIOUS: planted.previous,
      CONSOLE_TOKEN: planted.console,
      CONTEXT: "name, email, page",
      CITATIONS: "links",
    },
  });
  t.after(() => world.stop());
  const { sandbox, worker } = world;
  await sandbox.script({ answer: `${planted.answer} for you` });
  const contact = { name: planted.name, email: planted.email };

  /** Everything that an operator, or somebody who is none, may be answered. */
  const answers = [];
  const asked = async (method, path, how) => {
    const { status, text, headers } = await ask(worker, method, path, { headers: { authorization: `Bearer ${planted.console}` }, from: ADDRESS, ...how });
    answers.push(`${method} ${path.replaceAll(MARK, "…")}: ${status} ${JSON.stringify([...headers])} ${text}`);
    return status;
  };

  /** A conversation in which everything that can be planted is. */
  async function conversation(faults = []) {
    const question = await world.question();
    const citations = { "1.2": { title: planted.source, url: `https://${planted.source}.example.com` } };
    await sandbox.script({ contains: question.mark, answer: `${question.answer} ${planted.answer} [1.2]`, citations });
    const talk = await world.open(question, { body: `<p>${question.words} ${planted.message} ${planted.email}</p>`, contact, webhook: "none" });
    await talk.says(question, { webhook: "none", attachments: [{ name: planted.attachment, url: `https://example.com/${planted.attachment}`, content_type: "image/png" }] });
    for (const fault of faults) await talk.fault(fault);
    await sandbox.deliver(talk.opening.notification_id, 2);
    return { question, talk };
  }

  const fine = await conversation();
  const lost = await conversation([{ call: "intercom.reply", kind: "act_then_cut" }]);
  const refused = await conversation([{ call: "intercom.reply", kind: "fail_before", status: 422, times: 0 }]);
  const unknown = await conversation([{ call: "intercom.reply", kind: "fail_before", status: 502, json: false }]);
  const unread = await conversation([{ call: "intercom.read", kind: "malformed" }, { call: "intercom.read", kind: "html_200" }, { call: "intercom.read", kind: "fail_before", status: 500 }]);
  const unauthorised = await conversation([{ call: "intercom.read", kind: "fail_before", status: 403 }]);
  await unauthorised.talk.until(async () => (await asked("GET", "/api/open")) === 200 && answers.at(-1).includes('"refused_by":"intercom"'), "the refused one to be shown", 60_000);
  const taken = await conversation();
  await taken.talk.teammate("reply", { body: `<p>${planted.teammate}</p>` });

  const url = `${worker.url}/webhook/intercom`;
  const strange = webhook("something.new", "1", [customerPart("2", { body: planted.message })]);
  await postWebhook(url, strange, { secret: planted.secret });
  await postWebhook(url, { ...strange, app_id: "zzz999zzz", topic: "conversation.user.replied" }, { secret: planted.secret });
  await postWebhook(url, `{"${planted.malformed}": `, { secret: planted.secret });
  await send(url, { body: planted.message, headers: { "x-hub-signature": `sha1=${planted.signature}` } });
  await send(`${worker.url}/${planted.url}?key=${planted.query}`, { method: "GET" });
  await send(`${url}?key=${planted.query}`, { method: "DELETE" });

  for (const { talk, question } of [fine, lost, unread]) await talk.answered(question, 60_000);
  assert.ok((await fine.talk.record()).parts.some((part) => part.by_api && part.body?.includes(`>${planted.source}</a>`)), "the customer sees the source");
  for (const { talk } of [refused, unknown]) await talk.handedOver(60_000);
  await taken.talk.until(async () => (await taken.talk.calls("intercom.read")).length > 0, "the conversation that was taken over to be read");

  await unauthorised.talk.answered(unauthorised.question, 120_000);
  // Faults of the AI are for everybody: one after another, after the rest.
  for (const fault of [{ kind: "answer_text", text: planted.answer }, { kind: "act_then_cut" }, { kind: "half_body" }, { kind: "fail_before", status: 500 }]) {
    await sandbox.fault({ call: "gpt_trainer.stream", ...fault });
    const { talk } = await conversation();
    await talk.until(async () => (await talk.record()).parts.some((part) => part.by_api), "an outcome", 120_000);
  }

  const { status: signedIn, cookie } = await signIn(worker, { token: planted.console, name: OPERATOR, from: ADDRESS });
  assert.equal(signedIn, 204);
  assert.equal(await asked("POST", "/api/pause", { headers: FROM_PAGE, cookie }), 200);
  assert.equal(await asked("POST", "/api/resume", { headers: FROM_PAGE, cookie }), 200);
  for (const path of ["session", "workspace", "open", "turns?limit=100", "trends?window=week", "audit"]) {
    assert.ok([200, 404].includes(await asked("GET", `/api/${path}`, { headers: {}, cookie })), path);
  }
  for (const { talk } of [fine, lost, refused, unknown, unread, unauthorised, taken]) assert.equal(await asked("GET", `/api/conversations/${talk.id}`), 200);
  assert.equal(await asked("GET", "/metrics"), 200);
  assert.ok([200, 202].includes(await asked("POST", "/api/audit")));
  await asked("GET", "/api/audit");
  for (const [method, path, how] of [
    ["GET", `/api/turns?outcome=${planted.query}`], ["GET", `/api/turns?before=${planted.query}`], ["GET", `/api/trends?window=${planted.query}`],
    ["POST", `/api/conversations/${fine.talk.id}/retry`, { body: { confirm: planted.message } }], ["POST", "/api/audit", { body: `{"${planted.malformed}` }],
    ["GET", "/api/workspace", { headers: { authorization: `Bearer ${planted.guess}` } }], ["GET", "/metrics", { headers: { authorization: `Bearer ${planted.guess}` } }],
    ["POST", "/console/sign-in", { headers: FROM_PAGE, body: { token: planted.guess, name: planted.name } }], ["POST", "/console/sign-in", { headers: FROM_PAGE, body: planted.malformed }],
    ["POST", "/api/pause", { headers: { origin: `https://${planted.url}.example` }, cookie }], ["GET", "/api/workspace", { headers: {}, cookie: `__Host-onereply=v1.9999999999999.${planted.query}.00` }],
    ["GET", "/console"], ["GET", `/console/${planted.url}`],
  ]) {
    const status = await asked(method, path, how);
    assert.ok(status >= 400 || path === "/console", `${method} ${path}: ${status}`);
  }
  await world.restart({
    CONSOLE_TOKEN: planted.console,
    INTERCOM_ACCESS_TOKEN: planted.token, GPT_TRAINER_API_KEY: planted.key, INTERCOM_CLIENT_SECRET: planted.secret, INTERCOM_CLIENT_SECRET_PREVIOUS: planted.previous,
    CHATBOT_UUID: undefined, QUIET_SECONDS: "many",
  });
  await conversation();
  const health = (await worker.healthz()).text;
  for (const path of ["/api/workspace", "/api/open", "/api/turns", `/api/conversations/${fine.talk.id}`, "/metrics"]) await asked("GET", path);

  assert.ok(worker.logs.length >= 10, `there is a log: ${worker.tell()}`);
  const told = await sandbox.sessions();
  assert.ok(told.some(({ initial_variables }) => initial_variables?.user_name === planted.name), "GPT Trainer is told the name");
  const sessions = told.map(({ uuid }) => uuid);
  assert.ok(sessions.length > 0);
  const forbidden = [MARK, "@example.com", ...sessions, ...sessions.map((uuid) => uuid.slice(0, 12))];
  for (const { level, message } of worker.logs) {
    for (const word of [...forbidden, OPERATOR, ADDRESS]) assert.ok(!message.includes(word), `${word} in a line of the log: ${level} ${message}`);
    // workerd itself, of an alarm that was set anew while it went off.
    if (message.startsWith("NOSENTRY ")) continue;
    const parsed = parsedOrUndefined(message);
    assert.ok(parsed !== null && typeof parsed === "object" && !Array.isArray(parsed), `a line that is no JSON object: ${level} ${message}`);
  }
  const disk = new Disk(worker);
  const kept = ["ledger", "kept", "open"].map((table) => JSON.stringify(disk.workspaceRows(table))).join();
  for (const word of forbidden) assert.ok(!kept.includes(word), `${word} in what the workspace keeps`);
  for (const line of worker.complaints) assert.ok(!line.includes(MARK), `on stderr: ${line}`);
  for (const word of forbidden) assert.ok(!health.includes(word), health);
  assert.ok(answers.some((answer) => answer.includes(OPERATOR)), "the session says who it is");
  for (const answer of answers) {
    for (const word of [...forbidden, ADDRESS]) assert.ok(!answer.includes(word), `${word} in an answer: ${answer}`);
  }
});

function parsedOrUndefined(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
