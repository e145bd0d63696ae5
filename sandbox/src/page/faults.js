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
    ["Intercom is down", "Every call is answered 503, with a page.", { call: "intercom.*", kind: "fail_before", status: 503, json: false, ...ALWAYS }],
    ["Intercom refuses the token", "Every call is answered 401.", { call: "intercom.*", kind: "fail_before", status: 401, ...ALWAYS }],
    ["Intercom is too busy", "Two calls are answered 429: come again in ten seconds.", { call: "intercom.*", kind: "rate_limited", reset_in_s: 10, times: 2 }],
    ["A reply is posted, its answer lost", "The customer has it, and the worker hears nothing.", { ...REPLY, kind: "act_then_cut" }],
    ["A reply is posted, and 500 answered", "The customer has it, and the worker hears that it failed.", { ...REPLY, kind: "act_then_500" }],
    ["A reply is posted, and 502 answered", "The same, by something that stands in between.", { ...REPLY, kind: "act_then_502" }],
    ["A reply is lost on its way", "Nobody has it. The worker cannot tell that from the ones above.", { ...REPLY, kind: "cut_before" }],
    ["A reply is refused", "422: nothing was posted, and never will be.", { ...REPLY, kind: "fail_before", status: 422 }],
    ["A reply lands, and nothing comes back", "The connection stays open until the worker gives up.", { ...REPLY, kind: "never_answer", acts: true }],
    ["A reply lands late", "After eight seconds, even if nobody waits any more.", { ...REPLY, kind: "late", ms: 8000, acts_first: false }],
    ["A reply's answer is garbled", "It is posted, and half a JSON text comes back.", { ...REPLY, kind: "malformed" }],
    ["A reply's answer breaks off", "It is posted, and less comes back than was promised.", { ...REPLY, kind: "half_body" }],
    ["A read fails", "500, once. It is read again.", { ...READ, kind: "fail_before", status: 500 }],
    ["A read is a page", "200, and no JSON but HTML.", { ...READ, kind: "html_200" }],
    ["A read is out of date", "The newest part is missing in it.", { ...READ, kind: "stale_read", behind: 1 }],
    ["The hand-over's note is lost", "A person was to be told, and the note did not arrive.", { call: "intercom.note", kind: "cut_before" }],
    ["The sweep misses conversations", "A following page of the search begins ten too far on.", { ...SEARCH, kind: "skip_items", count: 10 }],
    ["The sweep sees conversations twice", "A following page of the search begins ten too early.", { ...SEARCH, kind: "repeat_items", count: 10 }],
    ["The sweep's place is forgotten", "A following page of the search is refused with 400.", { ...SEARCH, kind: "bad_cursor" }],
  ],
  "GPT Trainer": [
    ["The AI does not answer", "The connection stays open, and nothing comes.", { ...QUESTION, kind: "never_answer", acts: false }],
    ["The AI fails three times", "500, three times.", { ...QUESTION, kind: "fail_before", status: 500, times: 3 }],
    ["The AI is down", "Every call is answered 503, with a page.", { call: "gpt_trainer.*", kind: "fail_before", status: 503, json: false, ...ALWAYS }],
    ["The AI answers, and the answer is lost", "It stands in the session, and was paid for.", { ...QUESTION, kind: "act_then_cut" }],
    ["The AI's answer breaks off", "The first half comes, and then the end.", { ...QUESTION, kind: "half_body" }],
    ["The AI is slow", "Its answer comes 15 seconds late.", { ...QUESTION, kind: "late", ms: 15000 }],
    ["The AI sends an empty answer", "200, and not a word.", { ...QUESTION, kind: "empty" }],
    ["The AI sends bytes that are no text", "200, and nothing that can be read.", { ...QUESTION, kind: "malformed" }],
    ["The AI says that it is too busy", "As if that were the answer, twice.", { ...QUESTION, kind: "answer_text", text: "Too many messages, please slow down.", times: 2 }],
    ["GPT Trainer refuses the key", "Every call is answered 401.", { call: "gpt_trainer.*", kind: "fail_before", status: 401, ...ALWAYS }],
    ["A session cannot be made", "500, once.", { call: "gpt_trainer.create_session", kind: "fail_before", status: 500 }],
  ],
  "Notifications": [
    ["Notifications come three times", "Each, and all at once.", { ...NOTIFICATION, kind: "copied", copies: 3, ...ALWAYS }],
    ["Notifications come late", "Each after ten seconds, so that a later one may overtake it.", { ...NOTIFICATION, kind: "delayed", ms: 10000, ...ALWAYS }],
    ["A notification is lost", "The next one, at both attempts. The sweep finds its message after 90 seconds.", { ...NOTIFICATION, kind: "lost" }],
    ["Every notification is lost", "Only the sweep finds messages now.", { ...NOTIFICATION, kind: "lost", ...ALWAYS }],
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
  const has = struck === 0 ? "Has not struck yet" : `Has struck ${struck === 1 ? "once" : `${struck} times`}`;
  if (faults.some(({ left }) => left === null)) return `${has}.`;
  const left = faults.reduce((sum, fault) => sum + fault.left, 0);
  return `${has}, ${left === 0 ? "and is used up" : `${left} left`}.`;
}
