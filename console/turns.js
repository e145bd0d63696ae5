// The ledger's turns, read page by page, with what can be done about each.

import { handOver, retry } from "./actions.js";
import { get } from "./api.js";
import { canBeHandedOver, canBeTriedAgain } from "./outcome.js";
import { continued, renewed } from "./pages.js";
import { button, empty } from "./parts.js";

const PAGE = 30;

/** The newest turns, with what was loaded of older ones. @param {import("./main.js").Context} context @param {Record<string, string>} filter */
export async function newestTurns({ memory, signal }, filter) {
  const page = await get(`/turns?${new URLSearchParams({ ...filter, limit: String(PAGE) })}`, signal);
  memory.list = memory.list ? renewed(memory.list, page) : page;
  return memory.list;
}

/** A button that loads the page behind what is shown. @param {import("./main.js").Context} context */
export function moreButton(context, filter) {
  const { memory } = context;
  if (!memory.list?.next) return null;
  const more = async () => {
    memory.isLoading = true;
    context.draw();
    try {
      const page = await get(`/turns?${new URLSearchParams({ ...filter, limit: String(PAGE), before: memory.list.next })}`, context.signal);
      // In place: the data that is shown is this list.
      Object.assign(memory.list, continued(memory.list, page));
    } catch {
      // The next poll says what is wrong.
      context.reload();
    }
    memory.isLoading = false;
    context.draw();
  };
  return button(memory.isLoading ? "Loading…" : "Load more", more, { disabled: memory.isLoading, class: "more" });
}

/** The worker looks through so many turns at once. */
export function farther() {
  return empty("None among the newest messages", "Load more to search older ones.");
}

/** What can be done about a conversation whose newest turn ended so. @param {import("./main.js").Context} context */
export function turnButtons({ conversation, link, outcome, detail }, { change }) {
  return [
    canBeTriedAgain(outcome) && button("Try again", () => change(retry(conversation, link), `Conversation ${conversation} is being tried again.`), { label: `Try again: conversation ${conversation}` }),
    canBeHandedOver(outcome, detail) && button("Hand over", () => change(handOver(conversation), `Conversation ${conversation} is being handed over.`), { label: `Hand over: conversation ${conversation}` }),
  ];
}
