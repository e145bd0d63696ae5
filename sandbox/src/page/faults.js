// What can go wrong, each as a switch.

import { element } from "/message.js";
import { ask, remove } from "/sandbox.js";

const READ = { call: "intercom.read" };
const SEARCH = { call: "intercom.search" };
const REPLY = { call: "intercom.reply" };
const QUESTION = { call: "gpt_trainer.questions" };
const NOTIFICATION = { call: "notification" };
/** Until it is switched off. */
const ALWAYS = { times: 0 };

/** By where it goes wrong: what it is called, what it is, and the rule. */
const GROUPS = {
  "Intercom": [
    ["Intercom is down", "Every call returns 503 with an HTML page.", { call: "intercom.*", kind: "fail_before", status: 503, json: false, ...ALWAYS }],
    ["Intercom refuses the token", "Every call returns 401.", { call: "intercom.*", kind: "fail_before", status: 401, ...ALWAYS }],
    ["Intercom is too busy", "Two calls return 429: try again in ten seconds.", { call: "intercom.*", kind: "rate_limited", reset_in_s: 10, times: 2 }],
    ["A reply is posted, but its confirmation is lost", "The customer has the reply. The worker gets no response.", { ...REPLY, kind: "act_then_cut" }],
    ["A reply is posted, but returns 500", "The customer has the reply. The worker gets an error.", { ...REPLY, kind: "act_then_500" }],
    ["A reply is posted, but returns 502", "The same, from a gateway in between.", { ...REPLY, kind: "act_then_502" }],
    ["A reply is lost on the way", "It never arrives. To the worker it looks like the ones above.", { ...REPLY, kind: "cut_before" }],
    ["A reply is refused", "422: nothing is posted.", { ...REPLY, kind: "fail_before", status: 422 }],
    ["A reply is posted, but nothing comes back", "The connection stays open until the worker gives up.", { ...REPLY, kind: "never_answer", acts: true }],
    ["A reply arrives late", "After eight seconds, even if the worker has stopped waiting.", { ...REPLY, kind: "late", ms: 8000, acts_first: false }],
    ["A reply's confirmation is garbled", "The reply is posted, but only half of the JSON comes back.", { ...REPLY, kind: "malformed" }],
    ["A reply's confirmation breaks off", "The reply is posted, but the response is shorter than announced.", { ...REPLY, kind: "half_body" }],
    ["A read fails", "Returns 500 once. The worker reads again.", { ...READ, kind: "fail_before", status: 500 }],
    ["A read returns a web page", "200 with HTML instead of JSON.", { ...READ, kind: "html_200" }],
    ["A read is outdated", "The newest message is missing.", { ...READ, kind: "stale_read", behind: 1 }],
    ["The note of a hand-over is lost", "The note for the teammates does not arrive.", { call: "intercom.note", kind: "cut_before" }],
    ["The sweep misses conversations", "A later page of the search skips ten conversations.", { ...SEARCH, kind: "skip_items", count: 10 }],
    ["The sweep sees conversations twice", "A later page of the search repeats ten conversations.", { ...SEARCH, kind: "repeat_items", count: 10 }],
    ["The sweep loses its place", "A later page of the search is refused with 400.", { ...SEARCH, kind: "bad_cursor" }],
  ],
  "GPT Trainer": [
    ["The AI does not answer", "The connection stays open, but nothing comes.", { ...QUESTION, kind: "never_answer", acts: false }],
    ["The AI fails three times", "Returns 500 three times.", { ...QUESTION, kind: "fail_before", status: 500, times: 3 }],
    ["The AI is down", "Every call returns 503 with an HTML page.", { call: "gpt_trainer.*", kind: "fail_before", status: 503, json: false, ...ALWAYS }],
    ["The AI answers, but the answer is lost", "The answer is in the session and costs credits.", { ...QUESTION, kind: "act_then_cut" }],
    ["The AI's answer breaks off", "Only the first half arrives.", { ...QUESTION, kind: "half_body" }],
    ["The AI is slow", "Its answer comes 15 seconds late.", { ...QUESTION, kind: "late", ms: 15000 }],
    ["The AI sends an empty answer", "200 without any text.", { ...QUESTION, kind: "empty" }],
    ["The AI sends unreadable bytes", "200 with bytes that are not text.", { ...QUESTION, kind: "malformed" }],
    ["The AI says it is too busy", "Sent as if it were an answer, twice.", { ...QUESTION, kind: "answer_text", text: "Too many messages, please slow down.", times: 2 }],
    ["GPT Trainer refuses the key", "Every call returns 401.", { call: "gpt_trainer.*", kind: "fail_before", status: 401, ...ALWAYS }],
    ["A session cannot be started", "Returns 500 once.", { call: "gpt_trainer.create_session", kind: "fail_before", status: 500 }],
  ],
  "Webhooks": [
    ["Webhooks arrive three times", "Each one, all at once.", { ...NOTIFICATION, kind: "copied", copies: 3, ...ALWAYS }],
    ["Webhooks arrive late", "Ten seconds late, so a later one may overtake an earlier one.", { ...NOTIFICATION, kind: "delayed", ms: 10000, ...ALWAYS }],
    ["A webhook is lost", "Both attempts of the next webhook. The sweep finds the message after 90 seconds.", { ...NOTIFICATION, kind: "lost" }],
    ["Every webhook is lost", "Only the sweep finds messages now.", { ...NOTIFICATION, kind: "lost", ...ALWAYS }],
  ],
};

/** Puts the switches into a list; `attempt` runs what may fail. Returns what shows the faults anew. */
export function faultSwitches(list, attempt) {
  const switches = new Map();
  for (const [group, faults] of Object.entries(GROUPS)) {
    const rows = faults.map(([name, sentence, rule]) => {
      const row = new Switch(name, sentence, rule, attempt);
      switches.set(name, row);
      return row.row;
    });
    list.append(element("fieldset", "faults", element("legend", "", group), ...rows));
  }
  return async () => {
    const faults = await ask("/sandbox/faults");
    for (const [name, row] of switches) row.show(faults.filter((fault) => fault.name === name));
    return faults.filter(({ name, left }) => switches.has(name) && left !== 0).length;
  };
}

class Switch {
  #faults = [];

  constructor(name, sentence, rule, attempt) {
    this.button = element("button", "switch", element("span", "track"), element("span", "", name));
    this.button.type = "button";
    this.button.role = "switch";
    this.count = element("span", "count");
    const told = element("p", "", `${sentence} `, this.count);
    told.id = `fault-${name.toLowerCase().replace(/\W+/g, "-")}`;
    this.button.setAttribute("aria-describedby", told.id);
    this.row = element("div", "fault", this.button, told);
    this.button.addEventListener("click", () => attempt(() => this.#turn({ name, ...rule })));
    this.show([]);
  }

  get #isOn() {
    return this.#faults.some(({ left }) => left !== 0);
  }

  async #turn(rule) {
    const isOn = this.#isOn;
    // What is used up goes too: it is counted from the beginning.
    for (const { id } of this.#faults) await remove(`/sandbox/faults/${id}`);
    if (!isOn) await ask("/sandbox/faults", rule);
  }

  show(faults) {
    this.#faults = faults;
    this.button.ariaChecked = String(this.#isOn);
    this.count.textContent = counted(faults);
  }
}

function counted(faults) {
  if (faults.length === 0) return "";
  const struck = faults.reduce((sum, fault) => sum + fault.struck, 0);
  const has = struck === 0 ? "Not used yet" : `Used ${struck === 1 ? "once" : `${struck} times`}`;
  if (faults.some(({ left }) => left === null)) return `${has}.`;
  const left = faults.reduce((sum, fault) => sum + fault.left, 0);
  return `${has}, ${left === 0 ? "none left" : `${left} left`}.`;
}
