// A list that is read page by page, newest first, and whose first page is read again and again.

/**
 * What was shown with the newest page in the place of its beginning: what that page no longer has is gone, and what is older stays.
 * @template {{ turn: string, at: number }} T
 * @param {{ turns: T[], next: string | null }} shown @param {{ turns: T[], next: string | null }} fresh
 */
export function renewed(shown, fresh) {
  // The newest page is all there is.
  if (fresh.next === null) return fresh;
  const last = fresh.turns.at(-1);
  // The worker looks through so many at once; where none of those is wanted, older ones may be.
  if (!last) return shown;
  const isThere = new Set(fresh.turns.map(key));
  const older = shown.turns.filter((turn) => turn.at <= last.at && !isThere.has(key(turn)));
  return older.length === 0 ? fresh : { turns: [...fresh.turns, ...older], next: shown.next };
}

/** One more page behind what is shown. */
export function continued(shown, page) {
  const isThere = new Set(shown.turns.map(key));
  return { turns: [...shown.turns, ...page.turns.filter((turn) => !isThere.has(key(turn)))], next: page.next };
}

/** One entry of the ledger. */
export function key({ turn, at }) {
  return `${at} ${turn}`;
}

/** The newest turn of each conversation: the worker tries again, and hands over, only that. @returns {Set<string>} keys */
export function newestOfEach(turns) {
  const newest = new Map();
  for (const turn of turns) {
    const known = newest.get(turn.conversation);
    if (!known || known.at < turn.at) newest.set(turn.conversation, turn);
  }
  return new Set([...newest.values()].map(key));
}
