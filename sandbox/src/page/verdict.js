// Whether each customer message has got its one reply, judged by Intercom's record alone: the worker is not asked.

/**
 * A message of a customer, told from all others by a mark that every answer to it repeats.
 * @typedef {{ conversation_id: string, part_id: string, mark: string }} Message
 * @typedef {"replied" | "handed_over" | "twice" | "open"} Outcome
 */

/**
 * How each message stands.
 * @param {Message[]} messages @param {Map<string, { parts: any[] }>} records by their conversation's id @param {string} adminId ours
 * @returns {{ message: Message, replies: number, outcome: Outcome }[]}
 */
export function judge(messages, records, adminId) {
  return [...Map.groupBy(messages, ({ conversation_id }) => conversation_id)]
    .flatMap(([id, said]) => judgeOne(said, records.get(id)?.parts ?? [], adminId))
    .sort((one, other) => messages.indexOf(one.message) - messages.indexOf(other.message));
}

function judgeOne(messages, parts, adminId) {
  const ours = (part) => part.author.type === "admin" && part.author.id === adminId;
  const replies = new Map(messages.map((message) => [message, 0]));
  const strays = new Set();
  // A hand-over is said to the customer too, once.
  let linesToCome = 0;
  for (const [at, part] of parts.entries()) {
    if (!ours(part) || part.redacted || part.body === null) continue;
    if (part.part_type === "note") {
      linesToCome += 1;
      continue;
    }
    const meant = messages.filter(({ mark }) => part.body.includes(mark));
    if (meant.length === 0 && linesToCome > 0) {
      linesToCome -= 1;
      continue;
    }
    // What is about nothing that was asked goes to whoever wrote last.
    const got = meant.length > 0 ? meant : messages.filter(({ part_id }) => placeOf(part_id, parts) < at).slice(-1);
    for (const message of got) replies.set(message, replies.get(message) + 1);
    if (meant.length === 0) strays.add(got[0]);
  }
  const handOvers = handOversIn(parts, ours);
  return messages.map((message) => {
    const count = replies.get(message);
    const told = wasTold(message, parts, handOvers);
    // A line after the one line of a hand-over is one too many as well.
    const outcome = told && strays.has(message) ? "twice" : outcomeOf(count, told);
    return { message, replies: count, outcome };
  });
}

function outcomeOf(replies, told) {
  if (replies > 1) return "twice";
  if (replies === 1) return "replied";
  return told ? "handed_over" : "open";
}

const placeOf = (part_id, parts) => parts.findIndex(({ id }) => id === part_id);

/** Our notes that came with an assignment, with their places. */
function handOversIn(parts, ours) {
  const assigned = parts.findIndex((part) => ours(part) && part.part_type.includes("assign"));
  if (assigned === -1) return [];
  return parts.map((part, at) => ({ part, at })).filter(({ part, at }) => ours(part) && part.part_type === "note" && at > assigned);
}

/** Whether a person was told of a message: by a note with its words, or because the conversation is theirs already. */
function wasTold({ part_id, mark }, parts, handOvers) {
  const place = placeOf(part_id, parts);
  return handOvers.some(({ part, at }) => at < place || part.body.includes(mark));
}

/**
 * All of it in one sentence. What is still open when everything is over was forgotten.
 * @param {{ outcome: Outcome }[]} results @param {"playing" | "over"} burst
 */
export function verdict(results, burst) {
  const count = (outcome) => results.filter((result) => result.outcome === outcome).length;
  const [replied, handedOver, twice, open] = [count("replied"), count("handed_over"), count("twice"), count("open")];
  const outcomes = [`${replied} with one reply`, `${handedOver} handed over to a teammate`, `${twice} with two replies`, `${open} ${burst === "over" ? "forgotten" : "still open"}`];
  const messages = results.length === 1 ? "1 message" : `${results.length} messages`;
  return { words: `${messages}: ${outcomes.join(", ")}`, tone: toneOf({ twice, open, burst }) };
}

function toneOf({ twice, open, burst }) {
  if (twice > 0) return "bad";
  if (burst === "playing") return "open";
  return open > 0 ? "bad" : "good";
}
