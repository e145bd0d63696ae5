// What Intercom is needed for: the token, the teammate that answers, the secret that signs webhooks.

import { described } from "../lib/services.mjs";
import { findWorkspace, regionOf } from "../lib/workspace.mjs";
import { DEFAULTS, FORMS } from "../settings/forms.mjs";
import { secretOrKept } from "./secret.mjs";

/** The token, and with it the workspace and its region. @param {import("./guide.mjs").Dialogue} dialogue */
export async function askForToken(dialogue) {
  const { ask, say, fetch, setting } = dialogue;
  say("The access token: in the Developer Hub, your app > Configure > Authentication.");
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
      say("! Intercom refuses it in every region. A change of the permissions makes a new token: copy it again.");
      continue;
    }
    say(`! It cannot be checked: ${described(found.answer)} at ${url}.`);
    if (await ask.yes("Keep it unchecked?", false)) {
      return { values: { INTERCOM_ACCESS_TOKEN: token, INTERCOM_API_URL: url, ...withoutCrossCheck(dialogue) } };
    }
  }
}

/** Which workspace an unchecked token opens is not known: the one of before would be a mismatch, and hold every turn. */
function withoutCrossCheck({ say, setting }) {
  if (!setting("INTERCOM_APP_ID")) return {};
  say("! INTERCOM_APP_ID, which names the workspace of before, is emptied: nobody knows whether this token opens that one.");
  return { INTERCOM_APP_ID: "" };
}

/** Whose name stands under the answers. @param {ReturnType<typeof import("../lib/services.mjs").intercom> | undefined} intercom @param {import("./guide.mjs").Dialogue} dialogue */
export async function askForTeammate(intercom, { ask, say, setting }) {
  say("The teammate that answers: one with a clear name, under which nobody works, with an Inbox seat.");
  const answer = await intercom?.get("/admins");
  const admins = answer?.json?.admins;
  if (!Array.isArray(admins)) {
    if (answer) say(`! Intercom does not list the teammates (${described(answer)}): tick Read admins in the Developer Hub.`);
    return { INTERCOM_ADMIN_ID: await askForNumber(ask, say, setting("INTERCOM_ADMIN_ID")) };
  }
  const seated = admins.filter(({ has_inbox_seat }) => has_inbox_seat !== false);
  if (seated.length < admins.length) say(`  Left out, as they have no Inbox seat: ${admins.length - seated.length}.`);
  const options = seated.map(({ id, name }) => ({ label: `${name ?? "without a name"} (${id})`, value: String(id) }));
  if (options.length === 0) {
    say("! Nobody in this workspace has an Inbox seat. Create the teammate in Intercom's settings, under Teammates.");
    return { INTERCOM_ADMIN_ID: await askForNumber(ask, say, setting("INTERCOM_ADMIN_ID")) };
  }
  return { INTERCOM_ADMIN_ID: await ask.choice("Answers are written as", options, setting("INTERCOM_ADMIN_ID")) };
}

/** Nothing can be asked with it; the doctor tries it on the worker. @param {import("./guide.mjs").Dialogue} dialogue */
export async function askForClientSecret(dialogue) {
  if (dialogue.setting("INGEST")?.toLowerCase() === "polling") return {};
  dialogue.say("The client secret, which signs webhooks: your app > Configure > Basic information.");
  return { INTERCOM_CLIENT_SECRET: await secretOrKept("INTERCOM_CLIENT_SECRET", dialogue) };
}

async function askForNumber(ask, say, initial) {
  for (;;) {
    const typed = (await ask.text("The number at the end of the teammate's address in Intercom's settings", initial)).trim();
    if (FORMS.INTERCOM_ADMIN_ID.fits(typed)) return typed;
    say(`! It must be ${FORMS.INTERCOM_ADMIN_ID.allowed}.`);
  }
}
