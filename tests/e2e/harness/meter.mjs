// What something cost, by what a metered worker counted before it and after it.

/** @typedef {import("./worker.mjs").Meter} Meter */

/** What `work` costs, with all that the worker does until it ends. @param {import("./worker.mjs").Worker} worker @returns {Promise<Meter>} */
export async function costOf(worker, work) {
  const before = await worker.meter();
  await work();
  const after = await worker.meter();
  const spent = (who) => Object.entries(after[who]).map(([what, count]) => [what, count - before[who][what]]);
  return Object.fromEntries(Object.keys(after).map((who) => [who, Object.fromEntries(spent(who))]));
}

/** Rows written in all objects together, the alarms among them. @param {Meter} cost */
export function rowsWritten({ ConversationObject, WorkspaceObject }) {
  return ConversationObject.rows_written + WorkspaceObject.rows_written;
}
