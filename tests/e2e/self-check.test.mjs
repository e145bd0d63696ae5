// The checks themselves: a counting that missed a second reply would make every other test here worthless.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertReplies, ourAssignments, ourNotes, ourReplies } from "./harness/counting.mjs";
import { postNote, postPart, postReply } from "./harness/direct.mjs";
import { startSandbox } from "./harness/sandbox.mjs";
import { until } from "./harness/until.mjs";

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
