// What GPT Trainer is needed for: the key, and the chatbot that is asked.

import { described, gptTrainer, isForbidden } from "../lib/services.mjs";
import { DEFAULTS, FORMS } from "../settings/forms.mjs";
import { secretOrKept } from "./secret.mjs";

/** The key, and where it opens something. @param {import("./guide.mjs").Dialogue} dialogue */
export async function askForKey(dialogue) {
  const { ask, say, fetch, setting } = dialogue;
  say("API key: in GPT Trainer, Account > API keys > Generate new key.");
  let url = setting("GPT_TRAINER_API_URL") ?? DEFAULTS.GPT_TRAINER_API_URL;
  for (;;) {
    const key = await secretOrKept("GPT_TRAINER_API_KEY", dialogue);
    const account = gptTrainer({ fetch, url, key });
    const answer = await account.get("/chatbots");
    const values = { GPT_TRAINER_API_KEY: key, GPT_TRAINER_API_URL: url };
    if (answer.status === 200 && Array.isArray(answer.json)) {
      say(`✓ The key works. Chatbots in this account: ${answer.json.length}.`);
      return { gptTrainer: { ...account, chatbots: answer.json }, values };
    }
    if (isForbidden(answer)) say(`! GPT Trainer refuses this key (${described(answer)}).`);
    else say(`! The key cannot be checked: ${described(answer)} at ${url}.`);
    if (!isForbidden(answer) && (await ask.yes("Use it unchecked?", false))) return { values };
    url = await askForAddress(ask, say, url);
  }
}

/** @param {{ chatbots: { uuid: string, name?: string }[] } | undefined} account @param {import("./guide.mjs").Dialogue} dialogue */
export async function askForChatbot(account, { ask, say, setting }) {
  const options = (account?.chatbots ?? []).map(({ uuid, name }) => ({ label: `${name ?? "unnamed"} (${uuid})`, value: uuid }));
  if (options.length > 0) return { CHATBOT_UUID: await ask.choice("Choose the chatbot", options, setting("CHATBOT_UUID")) };
  for (;;) {
    const typed = (await ask.text("The chatbot's UUID, from its settings", setting("CHATBOT_UUID"))).trim();
    if (FORMS.CHATBOT_UUID.fits(typed)) return { CHATBOT_UUID: typed };
    say(`! It must be ${FORMS.CHATBOT_UUID.allowed}.`);
  }
}

async function askForAddress(ask, say, url) {
  for (;;) {
    const typed = (await ask.text("The address of the API (resellers have their own)", url)).trim();
    if (FORMS.GPT_TRAINER_API_URL.fits(typed)) return typed;
    say(`! It must be ${FORMS.GPT_TRAINER_API_URL.allowed}.`);
  }
}
