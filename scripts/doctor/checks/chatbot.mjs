import { described, isForbidden } from "../../lib/services.mjs";
import { failure, ok, skipped, warning } from "../finding.mjs";

export const name = "chatbot";

export async function check({ setting, facts }) {
  const uuid = setting("CHATBOT_UUID");
  if (!facts.gptTrainer || !uuid) return skipped("skipped: the key or CHATBOT_UUID is missing or refused");
  const answer = await facts.gptTrainer.get(`/chatbot/${encodeURIComponent(uuid)}`);
  if (answer.status === 404 || isForbidden(answer)) return failure(`this account has no chatbot with the UUID in CHATBOT_UUID (${described(answer)})`, "Copy the UUID from the chatbot's settings, or use a key of the account that owns the chatbot.");
  if (answer.status !== 200) return failure(`GPT Trainer does not show the chatbot (${described(answer)})`, "Try again in a minute.");
  const citesNothing = setting("CITATIONS")?.toLowerCase() === "links" && answer.json?.meta?.show_citations === false;
  if (citesNothing) return warning(`${answer.json.name} does not mark sources, so CITATIONS=links has nothing to list`, "Turn on show_citations in the chatbot's settings.");
  return ok(`found the chatbot ${answer.json?.name ?? ""}`.trim());
}
