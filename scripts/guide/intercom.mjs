// What Intercom is needed for: the token, the teammate that answers, the secret that signs webhooks.

import { described } from "../lib/services.mjs";
import { findWorkspace, regionOf } from "../lib/workspace.mjs";
import { DEFAULTS, FORMS } from "../settings/forms.mjs";
import { secretOrKept } from "./secret.mjs";

/** The token, and with it the workspace and its region. @param {import("./guide.mjs").Dialogue} dialogue */
export async function askForToken(dialogue) {
  const { ask, say, fetch, setting } = dialogue;
  say("Access token: in Intercom's Developer Hub, your app > Configure > Authentication.");
  const url = setting("INTERCOM_API_URL") ?? DEFAULTS.INTERCOM_API_URL;
  const version = setting("INTERCOM_VERSION") ?? DEFAULTS.INTERCOM_VERSION;
  for (;;) {
    const token = await secretOrKept("INTERCOM_ACCESS_TOKEN", dialogue);
    const found = await findWorkspace({ fetch, url, version, token });
    if (found.me) {
      const { app } = found.me;
      say(`✓ It opens the workspace ${app.name ?? ""} (${app.id_code})${regionOf(found.url) ? ` in the region ${regionOf(found.url)}` : ""}.`);
      return { intercom: found.intercom, values: { INTERCOM_ACCESS_TOKEN: token, INTERCOM_API_URL: found.url, INTERCOM_APP_ID: app.id_code } };
    }
    if (found.answer.status === 401) {
      say("! Intercom refuses this token in every region. Changing the app's permissions creates a new token: copy it again.");
      continue;
    }
    say(`! The token cannot be checked: ${described(found.answer)} at ${url}.`);
    if (await ask.yes("Use it unchecked?", false)) {
      return { values: { INTERCOM_ACCESS_TOKEN: token, INTERCOM_API_URL: url, ...withoutCrossCheck(dialogue) } };
    }
  }
}

/** Which workspace an unchecked token opens is not known: the one of before would be a mismatch, and hold every turn. */
function withoutCrossCheck({ say, setting }) {
  if (!setting("INTERCOM_APP_ID")) return {};
  say("! INTERCOM_APP_ID, the ID of the previous workspace, is cleared, because this token may belong to another one.");
  return { INTERCOM_APP_ID: "" };
}

/** Whose name stands under the answers. @param {ReturnType<typeof import("../lib/services.mjs").intercom> | undefined} intercom @param {import("./guide.mjs").Dialogue} dialogue */
export async function askForTeammate(intercom, { ask, say, setting }) {
  say("The teammate that answers: a teammate of its own with a clear name and an Inbox seat, that no person works as.");
  const answer = await intercom?.get("/admins");
  const admins = answer?.json?.admins;
  if (!Array.isArray(admins)) {
    if (answer) say(`! Intercom does not list the teammates (${described(answer)}). Tick Read admins in the Developer Hub.`);
    return { INTERCOM_ADMIN_ID: await askForNumber(ask, say, setting("INTERCOM_ADMIN_ID")) };
  }
  const seated = admins.filter(({ has_inbox_seat }) => has_inbox_seat !== false);
  if (seated.length < admins.length) say(`  Not listed, because they have no Inbox seat: ${admins.length - seated.length}.`);
  const options = seated.map(({ id, name }) => ({ label: `${name ?? "unnamed"} (${id})`, value: String(id) }));
  if (options.length === 0) {
    say("! No teammate in this workspace has an Inbox seat. Create the teammate in Intercom's settings, under Teammates.");
    return { INTERCOM_ADMIN_ID: await askForNumber(ask, say, setting("INTERCOM_ADMIN_ID")) };
  }
  return { INTERCOM_ADMIN_ID: await ask.choice("Choose the teammate", options, setting("INTERCOM_ADMIN_ID")) };
}

/** Nothing can be asked with it; the doctor tries it on the worker. @param {import("./guide.mjs").Dialogue} dialogue */
export async function askForClientSecret(dialogue) {
  if (dialogue.setting("INGEST")?.toLowerCase() === "polling") return {};
  dialogue.say("Client secret, which signs webhooks: in the Developer Hub, your app > Configure > Basic information.");
  return { INTERCOM_CLIENT_SECRET: await secretOrKept("INTERCOM_CLIENT_SECRET", dialogue) };
}

async function askForNumber(ask, say, initial) {
  for (;;) {
    const typed = (await ask.text("The number at the end of the teammate's address in Intercom's settings", initial)).trim();
    if (FORMS.INTERCOM_ADMIN_ID.fits(typed)) return typed;
    say(`! It must be ${FORMS.INTERCOM_ADMIN_ID.allowed}.`);
  }
}
