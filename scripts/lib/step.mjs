import { Trouble } from "./trouble.mjs";

const STILL_AT_IT_EVERY_MS = 30_000;

/**
 * One thing that must be there. Where it is, nothing is said; where it is not, one line says what is done and how long
 * that may take, and one how long it took.
 * @param {{ name: string, mayTake: string, isThere: () => unknown, provide: () => Promise<void> }} step
 */
export async function step({ name, mayTake, isThere, provide }) {
  if (await isThere()) return;
  await timed(name, mayTake, provide);
  if (!(await isThere())) throw new Trouble(`"${name}" finished without an error, but the result is missing.`);
}

/** Does something that takes a while, with a sign of life now and then. */
export async function timed(name, mayTake, work) {
  const begun = Date.now();
  console.log(`→ ${name} (may take ${mayTake})`);
  const alive = setInterval(() => console.log(`  … ${name}: ${duration(Date.now() - begun)}`), STILL_AT_IT_EVERY_MS);
  try {
    const result = await work();
    console.log(`✓ ${name}: ${duration(Date.now() - begun)}`);
    return result;
  } finally {
    clearInterval(alive);
  }
}

/** Waits for all of them, so that none is left running, and passes on the first failure. */
export async function together(works) {
  const ends = await Promise.allSettled(works);
  const failed = ends.find(({ status }) => status === "rejected");
  if (failed) throw failed.reason;
  return ends.map(({ value }) => value);
}

export function heading(text) {
  console.log(`\n── ${text}`);
}

export function duration(ms) {
  const s = ms / 1000;
  if (s < 60) return `${s.toFixed(s < 10 ? 1 : 0)} s`;
  return `${Math.floor(s / 60)} min ${Math.round(s % 60)} s`;
}
