// The checks themselves: a counting that missed a second reply would make every other test here worthless.
//
// shows: G1

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { after, before, describe, test } from "node:test";
import { assertReplies, ourAssignments, ourNotes, ourReplies } from "./harness/counting.mjs";
import { postNote, postPart, postReply } from "./harness/direct.mjs";
import { Disk } from "./harness/disk.mjs";
import { costOf } from "./harness/meter.mjs";
import { startSandbox } from "./harness/sandbox.mjs";
import { until } from "./harness/until.mjs";
import { startWorld } from "./harness/world.mjs";

describe("the counting of replies", () => {
  /** @type {import("./harness/sandbox.mjs").Sandbox} */
  let sandbox;
  before(async () => {
    sandbox = await startSandbox();
  });
  after(() => sandbox?.stop());

  const reply = (id, text) => postReply(sandbox, id, text);
  const open = async () => (await sandbox.open({ body: "<p>Hi</p>", webhook: "none" })).conversation_id;

  test("a second reply by the API of Intercom makes the assertion fail", async () => {
    const id = await open();
    await reply(id, "The answer.");
    assertReplies(await sandbox.conversation(id), ["The answer."]);
    await reply(id, "The answer.");
    const twice = await sandbox.conversation(id);
    assert.throws(() => assertReplies(twice, ["The answer."]), /expected 1 public parts of ours.*there are 2/s);
    assert.throws(() => assertReplies(twice, []), /there are 2/);
  });

  test("a second reply of another kind or text is seen too", async () => {
    const id = await open();
    await reply(id, "The answer.");
    await postPart(sandbox, id, { message_type: "assignment", assignee_id: "9608799", body: "<p>Over to John.</p>" });
    await postPart(sandbox, id, { message_type: "close", body: "<p>Bye.</p>" });
    assert.equal(ourReplies(await sandbox.conversation(id)).length, 3);
  });

  test("a missing reply, or one with the wrong answer, makes the assertion fail", async () => {
    const id = await open();
    assert.throws(() => assertReplies({ id, parts: [], state: "open" }, ["The answer."]), /there are 0/);
    await reply(id, "Something else.");
    const other = await sandbox.conversation(id);
    assert.throws(() => assertReplies(other, ["The answer."]), /there are 1/);
  });

  test("notes, assignments without words, customers, teammates and bots are no replies of ours", async () => {
    const id = await open();
    await postNote(sandbox, id, "Unsent.");
    await postPart(sandbox, id, { message_type: "assignment", assignee_id: "9608799" });
    await sandbox.customer(id, { body: "<p>Hello?</p>", webhook: "none" });
    await sandbox.teammate(id, { action: "reply", body: "<p>I am here.</p>", webhook: "none" });
    await sandbox.bot(id, { body: "<p>Beep.</p>", webhook: "none" });
    const record = await sandbox.conversation(id);
    assertReplies(record, []);
    assert.deepEqual([ourNotes(record).length, ourAssignments(record).length], [1, 1]);
  });
});

describe("waiting", () => {
  test("ends at the deadline, and says for what, why and what there was", async () => {
    const condition = () => {
      throw new Error("not yet");
    };
    await assert.rejects(until(condition, { what: "the moon", deadline_ms: 100, tell: () => "a clear night" }), (error) => {
      assert.equal(error.message, "waited 100 ms in vain for the moon\nnot yet\na clear night");
      return true;
    });
  });

  test("ends with the first value that is true", async () => {
    let asked = 0;
    assert.equal(await until(() => ++asked > 2 && asked, { what: "three", deadline_ms: 5_000 }), 3);
  });
});

test("the clock of the cron and the meter: each minute runs the scheduled handler once, and what each class did is told", async (t) => {
  const world = await startWorld({ metered: true });
  t.after(() => world.stop());
  const minute = await costOf(world.worker, async () => assert.equal(await world.worker.cron(), "ok"));
  assert.deepEqual(minute.worker, { requests: 0, crons: 1, subrequests: minute.worker.subrequests });
  const before = (await world.worker.meter()).worker.crons;
  const third = async () => (await world.worker.meter()).worker.crons === before + 3;
  await world.sweepUntil(third, "three minutes to have passed");
  assert.equal((await world.worker.meter()).worker.crons, before + 3);
  await assert.rejects(world.sweepUntil(() => false, "nothing", 100), /in vain for nothing/);

  const look = await costOf(world.worker, () => world.worker.healthz());
  assert.deepEqual([look.worker.requests, look.ConversationObject.fetches], [1, 0]);
  const turns = await costOf(world.worker, () => world.meanwhile());
  const made = (await world.sandbox.calls()).length;
  const counted = Object.values((await world.worker.meter())).reduce((sum, { subrequests }) => sum + subrequests, 0);
  assert.ok(counted >= made, `${made} calls arrived, ${counted} were counted`);
  assert.ok(turns.ConversationObject.rows_written > 0 && turns.ConversationObject.alarms > 0, JSON.stringify(turns));
});

test("a worker that was killed comes back at its address, whoever has its old port; what it stored can be listed, and an alarm in it lost and found again", async (t) => {
  const world = await startWorld({ settings: { QUIET_SECONDS: "3" } });
  t.after(() => world.stop());
  const { url, front } = world.worker;
  await assert.rejects(world.worker.meter(), /metered: true/);
  const disk = new Disk(world.worker);
  const question = await world.question();
  const talk = await world.open(question, { webhook: "none" });
  assert.deepEqual(disk.leftovers(talk.id), { files: [], rows: {}, alarm_ms: undefined });
  assert.deepEqual(await world.sandbox.deliver(talk.opening.notification_id), [200]);
  const due = disk.alarm(talk.id);
  assert.ok(Math.abs(due - Date.now()) < 20_000, `${due}`);
  assert.throws(() => disk.dropAlarm(talk.id), /running worker/);

  const port = front.behind;
  await world.worker.kill();
  const other = createServer().listen(port, "127.0.0.1");
  t.after(() => other.close());
  await once(other, "listening");
  await assert.rejects(fetch(`${url}/healthz`), "its address leads nowhere meanwhile");
  const left = disk.leftovers(talk.id);
  assert.deepEqual([left.rows.conversation.length, left.rows.held, left.alarm_ms], [1, [], due]);
  assert.ok(left.files.some((name) => name.endsWith(".sqlite")));
  disk.dropAlarm(talk.id);
  assert.deepEqual([disk.alarm(talk.id), disk.alarms()], [undefined, 0]);
  await world.restart();
  assert.notEqual(front.behind, port);
  assert.equal(world.worker.url, url);
  assert.equal((await world.worker.healthz()).status, 200);
  await world.meanwhile();
  await talk.assertReplies();
  assert.equal(disk.workspaceRows("identity").length, 1);
  assert.throws(() => disk.workspaceRows("nothing"), /no such table/);

  await world.worker.kill();
  disk.setAlarm(talk.id, Date.now() + 1_000);
  await world.restart();
  await talk.answered(question);
  await talk.assertStays(question);
});
