// The dialogue of `npm run setup`: what is asked, in which order, and what is checked as it is typed. It reads nothing and
// writes nothing itself.

import { askForClientSecret, askForTeammate, askForToken } from "./intercom.mjs";
import { askForChatbot, askForKey } from "./gpt-trainer.mjs";
import { secretOrKept } from "./secret.mjs";

/**
 * @typedef {{ text: (question: string, initial?: string) => Promise<string>, secret: (question: string) => Promise<string>,
 *   choice: (question: string, options: { label: string, value: string }[], initial?: string) => Promise<string>,
 *   yes: (question: string, initial: boolean) => Promise<boolean> }} Ask
 * @typedef {{ ask: Ask, say: (line: string) => void, fetch: typeof globalThis.fetch, setting: import("../settings/sources.mjs").Lookup,
 *   random: () => string }} Dialogue
 */

/**
 * Asks for everything that is needed. @param {Dialogue} dialogue
 * @returns {Promise<{ values: Record<string, string>, made: string[] }>} the settings by name, and those of them that were made up here
 */
export async function guide(dialogue) {
  const { say } = dialogue;
  say("\nIntercom");
  const { intercom, values: token } = await askForToken(dialogue);
  const teammate = await askForTeammate(intercom, dialogue);
  const clientSecret = await askForClientSecret(dialogue);
  say("\nGPT Trainer");
  const { gptTrainer, values: key } = await askForKey(dialogue);
  const chatbot = await askForChatbot(gptTrainer, dialogue);
  say("\nOneReply");
  const { made, ...consoleToken } = await askForConsoleToken(dialogue);
  const mode = await askForMode(dialogue);
  return { values: { ...token, ...teammate, ...clientSecret, ...key, ...chatbot, ...consoleToken, ...mode }, made };
}

async function askForConsoleToken(dialogue) {
  const { say, setting, random } = dialogue;
  say("CONSOLE_TOKEN is your password for the console and the API. You also need it to end a pause by the hourly limit.");
  const none = setting("CONSOLE_TOKEN") ? undefined : random();
  const CONSOLE_TOKEN = await secretOrKept("CONSOLE_TOKEN", dialogue, none);
  return { CONSOLE_TOKEN, made: CONSOLE_TOKEN === none ? ["CONSOLE_TOKEN"] : [] };
}

async function askForMode({ ask, say, setting }) {
  say("How answers reach customers at first. You can change this at any time (REPLY_MODE).");
  const modes = [
    { label: "as internal notes, which customers do not see (a careful start)", value: "note" },
    { label: "as replies to customers", value: "reply" },
    { label: "not at all, messages are only recorded", value: "off" },
  ];
  return { REPLY_MODE: await ask.choice("Answers go out", modes, setting("REPLY_MODE")?.toLowerCase() ?? "note") };
}
