import { DEFAULTS } from "../../settings/forms.mjs";
import { described, gptTrainer, isForbidden } from "../../lib/services.mjs";
import { failure, ok, skipped } from "../finding.mjs";

export const name = "gpt_trainer_key";

/** Leaves `facts.gptTrainer`, with which the chatbot is asked for. Listing the chatbots costs nothing. */
export async function check({ setting, fetch, facts }) {
  const key = setting("GPT_TRAINER_API_KEY");
  if (!key) return skipped("skipped: GPT_TRAINER_API_KEY is missing");
  const url = setting("GPT_TRAINER_API_URL") ?? DEFAULTS.GPT_TRAINER_API_URL;
  const account = gptTrainer({ fetch, url, key });
  const answer = await account.get("/chatbots");
  if (answer.status === 200 && Array.isArray(answer.json)) {
    facts.gptTrainer = account;
    return ok(`opens an account with ${answer.json.length === 1 ? "1 chatbot" : `${answer.json.length} chatbots`}`);
  }
  if (isForbidden(answer)) return failure(`GPT Trainer refuses GPT_TRAINER_API_KEY (${described(answer)})`, "Generate a key under Account > API keys. If you use a reseller, set GPT_TRAINER_API_URL to the reseller's host.");
  if (answer.status === 0 || answer.status === 404) return failure(`GPT Trainer does not answer at GPT_TRAINER_API_URL: ${described(answer)}`, "Check GPT_TRAINER_API_URL (it ends in /api/v1) and this machine's network.");
  return failure(`GPT Trainer does not list the chatbots (${described(answer)})`, "Check GPT_TRAINER_API_URL. If it is right, try again in a minute.");
}
