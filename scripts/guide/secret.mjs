import { FORMS } from "../settings/forms.mjs";

/**
 * Asks for a secret until it has the right form; Enter keeps the one that is set or, where there is none, takes `made`.
 * @param {string} name @param {import("./guide.mjs").Dialogue} dialogue @param {string} [made]
 */
export async function secretOrKept(name, { ask, say, setting }, made) {
  const kept = setting(name);
  const enter = kept ? " (Enter keeps the current one)" : made ? " (Enter creates a random one)" : "";
  for (;;) {
    const value = (await ask.secret(`${name}${enter}: `)).trim() || kept || made;
    if (value && FORMS[name].fits(value)) return value;
    say(`! It must be ${FORMS[name].allowed}.`);
  }
}
