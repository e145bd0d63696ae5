// The border: what the webhook accepts, and with which status it answers everything else.
//
// shows: G4

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { secrets } from "./harness/settings.mjs";
import { customerPart, webhook, postWebhook, send, signature } from "./harness/webhooks.mjs";
import { startWorld } from "./harness/world.mjs";

const MIB = 1024 * 1024;
const PREVIOUS = "the-secret-before-this-one";

describe("the webhook", { concurrency: true }, () => {
  /** @type {import("./harness/world.mjs").World} */
  let world;
  let url;
  /** Every status that the webhook ever answered here. */
  const statuses = new Set();
  before(async () => {
    world = await startWorld({ settings: { INTERCOM_CLIENT_SECRET_PREVIOUS: PREVIOUS } });
    url = `${world.worker.url}/webhook/intercom`;
  });
  after(async () => {
    await world?.stop();
    // 410 ends the subscription and 429 slows it down for everybody.
    assert.ok(!statuses.has(410) && !statuses.has(429), [...statuses].join());
  });

  const remembered = async (answer) => {
    const { status } = await answer;
    statuses.add(status);
    return status;
  };
  const posted = (body, options) => remembered(postWebhook(url, body, options));
  const sent = (options) => remembered(send(url, options));

  /** A webhook about a conversation that exists, so that it would be answered if it were accepted. */
  async function wanted() {
    const question = await world.question();
    const talk = await world.open(question, { webhook: "none" });
    const body = JSON.stringify(webhook("conversation.user.replied", talk.id, [customerPart(talk.opening.part_id)]));
    return { question, talk, body };
  }

  test("HEAD is answered as Intercom's set-up check expects", async () => {
    assert.equal(await sent({ method: "HEAD" }), 200);
  });

  test("other methods are not allowed", async () => {
    for (const method of ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"]) assert.equal(await sent({ method }), 405, method);
  });

  test("other paths are not found", async () => {
    for (const path of ["/", "/webhook", "/webhook/intercom/more", "/console"]) {
      assert.equal(await remembered(send(`${world.worker.url}${path}`, { method: "GET" })), 404, path);
    }
  });

  test("a signature that is missing, forged or malformed is refused, and nothing comes of it", async () => {
    const { talk, body } = await wanted();
    const good = signature(body);
    const bad = {
      "missing": undefined,
      "empty": "",
      "made with another secret": signature(body, "guessed"),
      "made with an empty secret": signature(body, ""),
      "of another body": signature(`${body} `),
      "without its prefix": good.slice("sha1=".length),
      "with another prefix": good.replace("sha1=", "sha256="),
      "too short": good.slice(0, -2),
      "too long": `${good}00`,
      "not hexadecimal": `sha1=${"g".repeat(40)}`,
      "twice": `${good}, ${good}`,
      "with one digit changed": good.slice(0, -1) + (good.endsWith("0") ? "1" : "0"),
    };
    for (const [what, header] of Object.entries(bad)) {
      const headers = header === undefined ? {} : { "x-hub-signature": header };
      assert.equal(await sent({ body, headers }), 401, `a signature ${what}`);
    }
    assert.equal(await sent({ body, headers: { "x-body-signature": good, "x-hub-signature-256": good } }), 401);
    await world.meanwhile();
    assert.deepEqual(await talk.calls(), []);
  });

  test("the previous secret is accepted, in any case of the digest", async () => {
    const { question, talk, body } = await wanted();
    const upper = signature(body, PREVIOUS).replace(/[0-9a-f]{40}$/, (digest) => digest.toUpperCase());
    assert.equal(await sent({ body, headers: { "x-hub-signature": upper } }), 200);
    await talk.answered(question);
    await talk.assertStays(question);
  });

  test("a body is verified as it was sent, however it is escaped", async () => {
    for (const escaping of ["utf8", "ascii", "rails"]) {
      const { body } = await wanted();
      assert.equal(await posted(escaped(body.replace("<p>Hello</p>", "<p>Café & ☕</p>"), escaping)), 200, escaping);
    }
  });

  for (const chunked of [false, true]) {
    const how = chunked ? "without saying how long it is" : "with its length";
    test(`1 MiB is accepted, one byte more is not (${how})`, async () => {
      const { question, talk, body } = await wanted();
      const fill = (size) => body.replace("<p>Hello</p>", `<p>${"x".repeat(size - body.length + "Hello".length)}</p>`);
      assert.equal(Buffer.byteLength(fill(MIB)), MIB);
      // The length that was told is enough to refuse; where none was, the first byte too many is.
      assert.equal(await posted(fill(MIB + 1), { chunked, unfinished: chunked ? MIB + 1 : 1 }), 413);
      assert.equal(await posted(fill(4 * MIB), { chunked, unfinished: chunked ? MIB + 1 : 1 }), 413);
      assert.deepEqual(await talk.calls(), []);
      assert.equal(await posted(fill(MIB), { chunked }), 200);
      await talk.answered(question);
    });
  }

  test("what is no JSON, or no webhook, is 400 in spite of its good signature, and disturbs nothing", async () => {
    const { question, talk, body } = await wanted();
    const marker = "marker-of-a-malformed-body";
    const cases = [`{"${marker}"`, `${marker}`, "", "[]", "null", `"${marker}"`, body.slice(0, -1), Buffer.from([0xff, 0xfe, 0x7b])];
    for (const malformed of cases) assert.equal(await posted(malformed), 400, String(malformed).slice(0, 40));
    assert.equal(await posted(body), 200);
    await talk.answered(question);
    assert.ok(world.worker.logs.every(({ message }) => !message.includes(marker)), "a malformed body is logged without itself");
  });

  test("ping and topics that nobody asked for are acknowledged, and nothing comes of them", async () => {
    const { talk } = await wanted();
    const ping = { type: "notification_event", app_id: "abc123def", data: { type: "notification_event_data", item: { type: "ping", message: "This is a ping webhook test message." } }, links: {}, id: null, topic: "ping", delivery_status: null, delivery_attempts: 1, delivered_at: 0, first_sent_at: 1, created_at: 1, self: null };
    assert.equal(await posted(ping), 200);
    assert.equal(await posted(ping), 200);
    for (const topic of ["conversation.read", "conversation.rating.added", "contact.created", "ticket.contact.replied", "something.new"]) {
      assert.equal(await posted(webhook(topic, talk.id)), 200, topic);
    }
    await world.meanwhile();
    await talk.assertReplies();
  });

  test("/healthz is open and tells no secret", async () => {
    const { status, text } = await world.worker.healthz();
    assert.equal(status, 200, text);
    for (const secret of [...Object.values(secrets), PREVIOUS]) assert.ok(!text.includes(secret), text);
  });
});

/** The same JSON as other writers would put it: all escapes that JSON allows mean the same and sign differently. */
function escaped(json, escaping) {
  const unicode = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  if (escaping === "ascii") return json.replace(/[\u0080-\uffff]/g, unicode);
  if (escaping === "rails") return json.replace(/[<>&\u2028\u2029]/g, unicode);
  return json;
}
