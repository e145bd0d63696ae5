// Waiting for a condition with a deadline: the only way in which these tests wait.

import { AssertionError } from "node:assert";
import { setTimeout as pause } from "node:timers/promises";

const POLL_MS = 40;

/**
 * Asks `condition` again and again and resolves with its first truthy value. A condition that throws is not yet true.
 * At the deadline it fails with what was awaited, the last error and whatever `tell` has to say.
 *
 * @template T
 * @param {() => T | Promise<T>} condition
 * @param {{ what: string, deadline_ms?: number, poll_ms?: number, tell?: () => string | Promise<string> }} options
 * @returns {Promise<T>}
 */
export async function until(condition, { what, deadline_ms = 60_000, poll_ms = POLL_MS, tell = () => "" }) {
  const end = performance.now() + deadline_ms;
  let failure;
  do {
    try {
      failure = undefined;
      const value = await condition();
      if (value) return value;
    } catch (error) {
      failure = error;
    }
    await pause(poll_ms);
  } while (performance.now() < end);
  throw new AssertionError({
    message: [`waited ${deadline_ms} ms in vain for ${what}`, failure?.message, await tell()].filter(Boolean).join("\n"),
    stackStartFn: until,
  });
}
