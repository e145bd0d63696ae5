// Rows as version 1 of the format has them, one for each phase, and how each ends. They stay as they are when the format changes:
// what was stored once must be read for ever.

import { ask, postPart, postReply } from "./direct.mjs";
import { APP_ID, HANDOVER_TEAM } from "./settings.mjs";

/**
 * @typedef {{ talk: import("./world.mjs").Talk, question: import("./world.mjs").Question, session: string }} Known
 * @typedef {import("./disk.mjs").Row} Row
 */

/** The command of a phase is to run. */
const DUE = { due: 0 };
/** It ran when the worker was killed. */
const RUNNING = { running: 0 };

/** `row` also sees to it that the far sides hold what the row speaks of. @type {Record<string, { row: (known: Known) => Row | Promise<Row>, ends: string }>} */
export const rows = {
  idle: { row: (known) => version1(known, "idle", { watermark: covered(known), awaited: [] }), ends: "only what comes later is answered" },
  deleted: { row: (known) => version1(known, "deleted", { awaited: [], session: null }), ends: "nothing is left of it" },
  gathering: { row: (known) => open(known, { gathering: { quiet_until: 0, cap_at: 0 } }), ends: "it is answered" },
  verifying: { row: (known) => open(known, { verifying: RUNNING }, { workspace: "unverified" }), ends: "it is answered" },
  reading: { row: (known) => open(known, { reading: RUNNING }), ends: "it is answered" },
  "opening a session": { row: (known) => open(known, { opening_session: [RUNNING, question(known)] }, { session: null }), ends: "it is answered" },
  "reading the session": { row: (known) => open(known, { reading_session: [DUE, question(known)] }), ends: "it is answered" },
  "discarding an answer": {
    row: async (known) => {
      const superseded = { message: await asked(known, "Something else."), after: null };
      return open(known, { discarding: [DUE, question(known), superseded] });
    },
    ends: "it is answered",
  },
  asking: {
    row: async (known) => {
      await asked(known, known.question.words);
      return open(known, { asking: put(known) });
    },
    ends: "it is answered",
  },
  "checking the session": { row: (known) => open(known, { checking_session: [DUE, question(known), "ask"] }), ends: "it is answered" },
  "recovering the answer": {
    row: async (known) => {
      await asked(known, known.question.words);
      return open(known, { recovering_answer: [RUNNING, put(known), "unanswered"] });
    },
    ends: "it is answered",
  },
  rechecking: { row: (known) => open(known, { rechecking: [DUE, answered(known)] }), ends: "the stored answer goes out" },
  "posting, and it was posted": {
    row: async (known) => {
      await posted(known);
      return open(known, { posting: intent(known) });
    },
    ends: "the reply is found and not posted again",
  },
  "posting, and it was not posted": { row: (known) => open(known, { posting: intent(known) }), ends: "a teammate is told" },
  "settling, and it was posted": {
    row: async (known) => {
      await posted(known);
      return open(known, { settling: [DUE, intent(known), "unanswered"] });
    },
    ends: "the reply is found and not posted again",
  },
  "settling after an error in answer, and it was not posted": {
    row: (known) => open(known, { settling: [RUNNING, intent(known), "answered"] }),
    ends: "the stored answer goes out",
  },
  "handing over, before the look": { row: (known) => open(known, { handing_over: [DUE, handOver(known, "look")] }), ends: "a teammate is told" },
  "handing over, while it is assigned": {
    row: (known) => open(known, { handing_over: [RUNNING, handOver(known, "assign")] }),
    ends: "a teammate is told",
  },
  "handing over, before the note": {
    row: async (known) => {
      await postPart(known.talk.sandbox, known.talk.id, { message_type: "assignment", type: "team", assignee_id: HANDOVER_TEAM });
      return open(known, { handing_over: [DUE, handOver(known, { note: "made" })] });
    },
    ends: "a teammate is told",
  },
};

/** A turn of one message in this stage. */
function open(known, stage, more = {}) {
  const turn = {
    opened_at: now(), deadline: now() + 60_000, answers: 0, failing: null, failures: 0, stale_reads: 0, slow_reads: 0,
    session_loss: "none", superseded: null, refused_by: null,
  };
  return version1(known, { open: { turn, stage } }, more);
}

function version1({ talk, session }, phase, more) {
  const state = {
    app: APP_ID, conversation: talk.id, workspace: { verified: "bd5d107c" }, watermark: { at: null, recent: [] },
    awaited: [{ part: talk.opening.part_id, at: seconds(), heard_at: now() }], session: { uuid: session, endpoint: "stream" },
    teammate: null, put_away: null, handed_over_at: null, sent: [], last_sent: null, unknown_post: null, attempt: 7, settled: [], phase,
  };
  return { version: 1, state: { ...state, ...more } };
}

function covered({ talk }) {
  return { at: seconds() - 1, recent: [talk.opening.part_id] };
}

function question({ talk, question }) {
  return { text: question.words, covers: { parts: [talk.opening.part_id], newest: seconds() } };
}

function put(known) {
  return { question: question(known), after: null, since: now() };
}

function answered(known) {
  return { question: question(known), answer: known.question.answer };
}

function intent(known) {
  const key = `${known.talk.id}-${known.talk.opening.part_id}`;
  return { key, answered: answered(known), delivery: "reply", ours_before: [], attempt: 7, since: now() };
}

function handOver(known, step) {
  return { reason: "ai_unavailable", step, question: question(known), unsent: null };
}

/** Asks in the conversation's session. Resolves with the message's id. */
async function asked({ talk, session }, query) {
  await ask(talk.sandbox, session, query);
  const { messages } = (await talk.sandbox.sessions()).find(({ uuid }) => uuid === session);
  return messages.at(-1).uuid;
}

function posted({ talk, question }) {
  return postReply(talk.sandbox, talk.id, question.answer);
}

function now() {
  return Date.now();
}

function seconds() {
  return Math.floor(Date.now() / 1000);
}
