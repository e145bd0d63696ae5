// `npm start` as a person finds it: one command, a page and an answer; and Ctrl+C leaves nothing behind.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ourReplies } from "./harness/counting.mjs";
import { root } from "./harness/paths.mjs";
import { Group, familyOf, processes } from "./harness/processes.mjs";
import { Sandbox } from "./harness/sandbox.mjs";
import { until } from "./harness/until.mjs";

test("npm start answers, outlives a kill of the worker, and ends with Ctrl+C", async (t) => {
  const group = new Group(process.execPath, ["scripts/cli.mjs", "start", "--port", "0", "--sandbox-port", "0"], { cwd: root });
  const output = [];
  group.lines.on("line", (line) => output.push(line));
  const tell = () => [...output, group.tell()].join("\n");
  let family = [];
  t.after(() => {
    family.push(...familyOf(group.child.pid));
    group.killNow();
    for (const { pid } of stillRunning(family)) process.kill(pid, "SIGKILL");
  });

  /** The printed address under which `path` answers 200. */
  const addressOf = async (path) => {
    const found = await until(
      async () => {
        if (hasEnded(group.child)) return "ended";
        const printed = output.join("\n").match(/http:\/\/(?:127\.0\.0\.1|localhost):\d+/g) ?? [];
        for (const address of new Set(printed)) {
          const response = await fetch(`${address}${path}`).catch(() => undefined);
          await response?.arrayBuffer();
          if (response?.status === 200) return address;
        }
      },
      { what: `npm start to print an address that answers ${path}`, deadline_ms: 180_000, tell },
    );
    assert.notEqual(found, "ended", tell());
    return found;
  };
  const sandbox = new Sandbox(await addressOf("/sandbox/health"), group);
  await addressOf("/healthz");

  const page = await fetch(sandbox.url);
  assert.match(await page.text(), /id="composer"/);
  const { conversation_id } = await sandbox.open({ body: "<p>How do I export my report?</p>" });
  const replies = async () => ourReplies(await sandbox.conversation(conversation_id));
  await until(async () => (await replies()).length > 0, { what: "an answer", deadline_ms: 60_000, tell });
  await sandbox.customer(conversation_id, { body: "<p>Thanks. As a file, too?</p>" });
  await until(async () => (await replies()).length > 1, { what: "the next answer", deadline_ms: 60_000, tell });
  assert.equal((await replies()).length, 2);

  // The page's wish reaches whoever started the worker: it is killed, and goes on from the same storage.
  const before = familyOf(group.child.pid).filter(({ command }) => command.includes("workerd"));
  await sandbox.post("/worker/kill", {});
  await until(async () => (await sandbox.get("/worker")).started === 1, { what: "the killed worker to run again", deadline_ms: 60_000, tell });
  const survivors = stillRunning(before);
  assert.deepEqual(survivors, [], "nothing of the killed worker runs");
  assert.ok(before.length > 0, "there was a workerd to kill");
  await sandbox.customer(conversation_id, { body: "<p>And now?</p>" });
  await until(async () => (await replies()).length > 2, { what: "the answer of the worker that was started again", deadline_ms: 60_000, tell });
  assert.equal((await replies()).length, 3);
  const [session, ...others] = await sandbox.sessions();
  assert.deepEqual([session.messages.length, others], [3, []], "it has not forgotten its session");

  family = familyOf(group.child.pid);
  process.kill(group.child.pid, "SIGINT");
  const { exitCode, signalCode } = await until(() => hasEnded(group.child) && group.child, { what: "npm start to end", deadline_ms: 20_000, tell });
  assert.deepEqual({ exitCode, signalCode }, { exitCode: 0, signalCode: null }, tell());
  await until(() => stillRunning(family).length === 0, { what: "everything it started to be gone", deadline_ms: 10_000, tell: () => JSON.stringify(stillRunning(family)) });
});

function hasEnded({ exitCode, signalCode }) {
  return exitCode !== null || signalCode !== null;
}

function stillRunning(family) {
  return processes().filter((each) => family.some(({ pid, command }) => pid === each.pid && command === each.command));
}
