// The log in plain words.

const CALLS = {
  "intercom.read": "read the conversation",
  "intercom.reply": "posted a reply",
  "intercom.note": "wrote a note",
  "intercom.search": "looked for waiting customers",
  "intercom.me": "asked which workspace this is",
  "intercom.admins": "asked who the teammates are",
  "intercom.other": "asked Intercom for something else",
  "gpt_trainer.create_session": "started a GPT Trainer session",
  "gpt_trainer.session": "checked whether its session still exists",
  "gpt_trainer.messages": "read its session",
  "gpt_trainer.stream": "asked GPT Trainer",
  "gpt_trainer.non_stream": "asked GPT Trainer",
  "gpt_trainer.delete_message": "removed an outdated answer",
  "gpt_trainer.chatbot": "read the chatbot’s settings",
  "gpt_trainer.other": "asked GPT Trainer for something else",
};

const PARTS = {
  close: "closed the conversation",
  open: "opened the conversation",
  snoozed: "snoozed the conversation",
};

const TOPICS = {
  "conversation.user.created": "a customer started a conversation",
  "conversation.user.replied": "the customer wrote again",
  "conversation.admin.single.created": "a teammate started a conversation",
  "conversation.admin.replied": "a reply was posted",
  "conversation.admin.noted": "a note was written",
  "conversation.admin.assigned": "the conversation was assigned",
  "conversation.admin.closed": "the conversation was closed",
  "conversation.admin.snoozed": "the conversation was snoozed",
  "conversation.admin.opened": "the conversation was opened",
  "conversation.operator.replied": "a bot replied",
  "conversation.deleted": "the conversation was deleted",
  ping: "ping",
};

/** A call by the worker. */
export function callLine(record, settings) {
  const fault = record.fault ? `Fault: ${record.fault.replaceAll("_", " ")}` : "";
  const detail = [fault, snippet(record)].filter(Boolean).join(" · ");
  const words = `worker ${record.call === "intercom.parts" ? managed(record.body, settings) : CALLS[record.call]}`;
  if (record.status !== null) return { words, detail, outcome: String(record.status), tone: tone(record.status) };
  const isCut = record.fault?.includes("cut");
  return { words, detail, outcome: isCut ? "cut off" : "…", tone: isCut ? "bad" : "open" };
}

function managed(body, settings) {
  if (body?.message_type !== "assignment") return PARTS[body?.message_type] ?? "changed the conversation";
  const id = String(body.assignee_id);
  if (id === "0") return "assigned the conversation to nobody";
  const name = settings.teammates.find((teammate) => teammate.id === id)?.name;
  return `assigned the conversation to ${name ?? `${body.type} ${id}`}`;
}

function snippet({ call, body }) {
  const isQuestion = call === "gpt_trainer.stream" || call === "gpt_trainer.non_stream";
  const words = isQuestion && typeof body?.query === "string" ? body.query : "";
  return words.length > 90 ? `“${words.slice(0, 90)}…”` : words && `“${words}”`;
}

/** A notification to the worker. */
export function deliveryLine(record) {
  const again = record.attempt > 1 ? " again" : "";
  const words = `Webhook to the worker${again}: ${TOPICS[record.topic] ?? record.topic}`;
  const outcome = record.status === null ? "no answer" : `${record.status} in ${record.ms} ms`;
  return { words, detail: "", outcome, tone: record.status === null ? "bad" : tone(record.status) };
}

function tone(status) {
  return status < 400 ? "good" : "bad";
}
