// The sandbox's page may want the worker killed. The sandbox did not start it, so whoever did kills it and starts it again.

/** What the sandbox writes, on a line of its own, if it was started with `--asks-for-kills`. */
export const KILL_WISH = "sandbox wants the worker killed";

/**
 * Returns what is to be called for each wish; they are fulfilled one after another, and the sandbox is told.
 * @param {{ sandbox: string, kill: () => Promise<void>, start: () => Promise<void> }} how
 */
export function killer({ sandbox, kill, start }) {
  let last = Promise.resolve();
  const once = async () => {
    await kill();
    await tell(sandbox, "killed");
    await start();
    await tell(sandbox, "started");
  };
  return () => (last = last.then(once));
}

async function tell(sandbox, state) {
  const response = await fetch(`${sandbox}/sandbox/worker`, { method: "POST", body: JSON.stringify({ state }) });
  if (!response.ok) throw new Error(`the sandbox returned ${response.status} to the report that the worker was ${state}`);
}
