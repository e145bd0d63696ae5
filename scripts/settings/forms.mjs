// What the settings look like that the scripts deal with themselves. All others are checked by the worker, which names a
// wrong one at /healthz.

/** What holds where nothing is set; the same as in the worker. */
export const DEFAULTS = {
  INTERCOM_API_URL: "https://api.intercom.io",
  INTERCOM_VERSION: "2.16",
  GPT_TRAINER_API_URL: "https://app.gpt-trainer.com/api/v1",
  INGEST: "both",
  REPLY_MODE: "reply",
  CITATIONS: "strip",
};

/** Where Intercom keeps workspaces, by its names of the regions. */
export const INTERCOM_REGIONS = { US: "https://api.intercom.io", EU: "https://api.eu.intercom.io", AU: "https://api.au.intercom.io" };

const secret = (shortest) => ({
  allowed: `${shortest > 1 ? `at least ${shortest} ` : ""}printable characters without spaces`,
  fits: (value) => value.length >= shortest && /^[\x21-\x7e]+$/.test(value),
});
const oneOf = (...words) => ({ allowed: `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`, fits: (value) => words.includes(value.toLowerCase()) });
const address = { allowed: "an https:// address without a query (http:// only for this machine)", fits: isBaseUrl };

/** @type {Record<string, { allowed: string, fits: (value: string) => boolean }>} */
export const FORMS = {
  INTERCOM_ACCESS_TOKEN: secret(1),
  INTERCOM_CLIENT_SECRET: secret(1),
  INTERCOM_CLIENT_SECRET_PREVIOUS: secret(1),
  GPT_TRAINER_API_KEY: secret(1),
  CONSOLE_TOKEN: secret(8),
  INTERCOM_ADMIN_ID: { allowed: "the ID of a teammate, a number", fits: (value) => /^[1-9]\d*$/.test(value) },
  INTERCOM_APP_ID: { allowed: "the letters and digits behind /apps/ in Intercom's addresses", fits: (value) => /^[\w-]{1,64}$/.test(value) },
  CHATBOT_UUID: { allowed: "the chatbot's UUID: letters, digits and dashes", fits: (value) => /^[A-Za-z0-9-]{1,64}$/.test(value) },
  INTERCOM_API_URL: address,
  GPT_TRAINER_API_URL: address,
  INTERCOM_VERSION: { allowed: "a version such as 2.16, or Preview", fits: (value) => /^(\d{1,3}\.\d{1,3}|preview)$/i.test(value) },
  INGEST: oneOf("webhook", "polling", "both"),
  REPLY_MODE: oneOf("reply", "note", "off"),
  CITATIONS: oneOf("strip", "links"),
};

export const SECRETS = ["INTERCOM_ACCESS_TOKEN", "INTERCOM_CLIENT_SECRET", "INTERCOM_CLIENT_SECRET_PREVIOUS", "GPT_TRAINER_API_KEY", "CONSOLE_TOKEN"];

/** What nothing works without. @param {(name: string) => string | undefined} setting */
export function required(setting) {
  const always = ["INTERCOM_ACCESS_TOKEN", "GPT_TRAINER_API_KEY", "INTERCOM_ADMIN_ID", "CHATBOT_UUID"];
  // Without webhooks there is nothing to verify.
  return setting("INGEST")?.toLowerCase() === "polling" ? always : ["INTERCOM_CLIENT_SECRET", ...always];
}

function isBaseUrl(value) {
  let url;
  try {
    url = new URL(value);
  } catch {
    return false;
  }
  const scheme = url.protocol === "https:" || (url.protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname));
  return scheme && !url.username && !url.password && !/[?#\s]/.test(value);
}
