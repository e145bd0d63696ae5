// What goes wrong with the calls of one turn.

/** A stale read lacks at most so many parts. */
export const MOST_BEHIND = 2;

/** What the make-believe chatbot says when it is asked too often. */
const RATE_LIMIT_MESSAGE = "Too many messages, please slow down.";

/** Faults of the calls to Intercom name the turn's conversation; those of GPT Trainer strike whoever comes next. @returns {object[]} */
export function faultsOf(chance, pace) {
  const count = chance.weigh([[40, 0], [35, 1], [18, 2], [7, 3]]);
  const faults = Array.from({ length: count }, () => faultOf(chance, pace));
  // Calls that take their time, or a kill would hardly ever meet one.
  for (const call of ["intercom.read", "intercom.reply", "intercom.parts", "intercom.note"]) {
    if (chance.happens(0.6)) faults.push({ call, kind: "late", ms: chance.between(50, 900), acts_first: chance.happens(0.5), skip: chance.between(0, 1) });
  }
  return faults;
}

function faultOf(chance, pace) {
  const call = chance.weigh([
    [30, "intercom.reply"],
    [25, "intercom.read"],
    [8, "intercom.parts"],
    [8, "intercom.note"],
    [15, "gpt_trainer.stream"],
    [4, "gpt_trainer.create_session"],
    [6, "gpt_trainer.messages"],
    [2, "gpt_trainer.non_stream"],
    [2, "gpt_trainer.delete_message"],
  ]);
  const kind = chance.weigh([...EVERYWHERE, ...(HERE[call] ?? [])]);
  const times = chance.weigh([[80, 1], [20, 2]]);
  return { call, ...kind(chance, { call, pace }), skip: chance.weigh([[70, 0], [30, 1]]), times };
}

const EVERYWHERE = [
  [4, () => ({ kind: "fail_before", status: 500 })],
  [2, () => ({ kind: "fail_before", status: 503 })],
  [2, () => ({ kind: "fail_before", status: 502, json: false })],
  [1, () => ({ kind: "fail_before", status: 408, json: false })],
  [3, () => ({ kind: "cut_before" })],
  [3, (chance) => ({ kind: "rate_limited", reset_in_s: chance.between(1, 2) })],
  [4, () => ({ kind: "act_then_cut" })],
  [3, (chance) => ({ kind: "act_then_500", json: chance.happens(0.7) })],
  [3, () => ({ kind: "act_then_502" })],
  [2, () => ({ kind: "malformed" })],
  [2, () => ({ kind: "half_body" })],
  [2, () => ({ kind: "html_200" })],
  [4, (chance) => ({ kind: "late", ms: chance.between(500, 3_000), acts_first: chance.happens(0.5) })],
  [2, never],
];

const HERE = {
  "intercom.read": [
    [8, (chance) => ({ kind: "stale_read", behind: chance.between(1, MOST_BEHIND) })],
    [1, refusedCredentials],
  ],
  "intercom.reply": [
    [4, () => ({ kind: "fail_before", status: 400 })],
    [6, landsLate],
    [1, refusedCredentials],
  ],
  "intercom.parts": [[2, () => ({ kind: "fail_before", status: 400 })]],
  "gpt_trainer.stream": [
    [2, () => ({ kind: "fail_before", status: 400 })],
    [2, () => ({ kind: "fail_before", status: 404 })],
    [3, () => ({ kind: "answer_text", text: RATE_LIMIT_MESSAGE })],
    [2, () => ({ kind: "empty" })],
  ],
};

/** The worker waits ten seconds for Intercom, twenty for GPT Trainer, and two minutes for its answer. */
function never(chance, { call, pace }) {
  if (pace === "short" || call === "gpt_trainer.stream" || call === "gpt_trainer.non_stream") return { kind: "cut_before" };
  return { kind: "never_answer", acts: chance.happens(0.5) };
}

/** After the worker has given up, and around the time at which it looks for the reply. */
function landsLate(chance) {
  return { kind: "late", ms: chance.between(10_500, 14_000), acts_first: false };
}

/** The operator has mended it when the worker tries again, ten seconds later. */
function refusedCredentials(_, { pace }) {
  return pace === "short" ? { kind: "cut_before" } : { kind: "fail_before", status: 401 };
}
