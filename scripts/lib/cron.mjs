// `wrangler dev` leaves it to us to be the clock of the cron trigger.

export const CRON_PATH = "/cdn-cgi/local/scheduled";
const EVERY_MS = 60_000;

/** Runs the cron of the worker at this address each minute; returns what stops that. @param {string} address @returns {() => void} */
export function runCron(address) {
  const ending = new AbortController();
  const run = () => {
    // A run is over when its answer comes, so nobody hangs up before. Who does not answer is starting or ending, and says so itself.
    fetch(`${address}${CRON_PATH}`, { signal: ending.signal }).then((response) => response.arrayBuffer()).catch(() => {});
  };
  const clock = setInterval(run, EVERY_MS);
  return () => {
    clearInterval(clock);
    ending.abort();
  };
}
