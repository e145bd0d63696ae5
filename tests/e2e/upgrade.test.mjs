// A new version finds what older ones have stored. Rows in the format of each older version, in every phase, are put into the
// real object's storage while the worker is down, and each of them ends in its outcome when it starts. A row that this program
// cannot read is left alone.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { openSession } from "./harness/direct.mjs";
import { Disk } from "./harness/disk.mjs";
import { rows } from "./harness/version-one.mjs";
import { startWorld } from "./harness/world.mjs";

/** Long enough for a kill before the turn is read. */
const SLOW = { QUIET_SECONDS: "5", QUIET_CAP_SECONDS: "10" };

/** How rows end. */
const outcomes = {
  "it is answered": async (world, talk, question) => {
    await talk.answered(question, 40_000);
    await talk.assertStays(question);
    assert.equal(await world.timesAsked(question), 1);
  },
  "the stored answer goes out": async (world, talk, question) => {
    await talk.answered(question, 40_000);
    await talk.assertStays(question);
    assert.equal(await world.timesAsked(question), 0);
  },
  "the reply is found and not posted again": async (world, talk, question) => {
    await talk.assertEnded("replied");
    await talk.assertStays(question);
    assert.equal((await talk.calls("intercom.reply")).length, 2, "the one that was there, and one for the later turn");
  },
  "a teammate is told": async (world, talk, question) => {
    const notes = await talk.handedOver(40_000);
    assert.ok(notes.some(({ body }) => body.includes(question.words)), JSON.stringify(notes));
    await talk.assertEnded("handed_over");
    await talk.assertReplies();
  },
  "only what comes later is answered": async (world, talk, question) => {
    const later = await world.question();
    await talk.says(later);
    await talk.answered(later, 40_000);
    await talk.assertReplies(later);
    assert.equal(await world.timesAsked(question), 0);
  },
  "nothing is left of it": async (world, talk) => {
    const left = () => {
      const { rows, alarm_ms } = new Disk(world.worker).leftovers(talk.id);
      return { rows: rows.conversation ?? [], held: rows.held ?? [], alarm_ms };
    };
    const isGone = () => isDeepStrictEqual(left(), { rows: [], held: [], alarm_ms: undefined });
    await talk.until(isGone, "nothing to be left of a conversation that was deleted");
    await talk.assertReplies();
    assert.deepEqual(await talk.calls("intercom.reply"), []);
  },
};

describe("rows of version 1", { concurrency: true }, () => {
  /** @type {import("./harness/world.mjs").World} */
  let world;
  /** What each row is about. @type {Map<string, import("./harness/version-one.mjs").Known>} */
  const conversations = new Map();
  before(async () => {
    // Nothing but the notice is to be there when the worker is killed.
    world = await startWorld({ settings: SLOW, ownActs: "untold" });
    for (const name of Object.keys(rows)) conversations.set(name, await opened());
    const notifications = [...conversations.values()].map(({ talk }) => talk.opening.notification_id);
    await Promise.all(notifications.map((id) => world.sandbox.deliver(id)));
    await world.worker.kill();
    const disk = new Disk(world.worker);
    for (const [name, known] of conversations) {
      const row = await rows[name].row(known);
      disk.edit(known.talk.id, () => row);
    }
    await world.restart();
  });
  after(() => world?.stop());

  async function opened() {
    const question = await world.question();
    return { question, talk: await world.open(question, { webhook: "none" }), session: await openSession(world.sandbox) };
  }

  for (const [name, { ends }] of Object.entries(rows)) {
    test(`${name}: ${ends}`, async () => {
      const { talk, question } = conversations.get(name);
      await outcomes[ends](world, talk, question);
    });
  }
});

describe("a row that cannot be read", { concurrency: true }, () => {
  const spoilt = {
    "of a newer version": (row) => ({ ...row, version: 99 }),
    "that is damaged": (row) => ({ ...row, state: { ...row.state, phase: "nowhere" } }),
  };
  for (const [which, spoiled] of Object.entries(spoilt)) {
    test(`${which} is left alone and said at /healthz, messages are held, and answered when it can be read again`, async (t) => {
      const world = await startWorld({ settings: SLOW });
      t.after(() => world.stop());
      const [first, second] = [await world.question(), await world.question()];
      const talk = await world.open(first, { webhook: "none" });
      await world.sandbox.deliver(talk.opening.notification_id);
      await world.worker.kill();
      const disk = new Disk(world.worker);
      const row = disk.read(talk.id);
      disk.edit(talk.id, spoiled);
      await world.restart();

      const { notification_id } = await talk.says(second, { webhook: "none" });
      assert.deepEqual(await world.sandbox.deliver(notification_id), [200]);
      await talk.until(async () => (await world.worker.healthz()).status === 503, "/healthz to be red", 40_000);
      assert.match((await world.worker.healthz()).text, /unreadable_state/);
      assert.deepEqual(disk.read(talk.id), spoiled(row));
      assert.equal(disk.held(talk.id), 1);
      assert.deepEqual(await talk.calls(), []);
      assert.deepEqual(await world.sandbox.sessions(), []);

      await world.worker.kill();
      disk.edit(talk.id, () => row);
      await world.restart();
      await talk.answered(second, 40_000);
      const { query } = (await world.sessionOf(second)).messages.find((message) => message.query.includes(second.mark));
      assert.ok(query.includes(first.mark), query);
      await talk.assertStays(second);
    });
  }
});
