// Which view an address means: `#/conversations/215?outcome=failed`.

/** @typedef {{ view: string, id: string | null, query: URLSearchParams }} Route */

export const FIRST_VIEW = "now";

/** @param {string} hash @param {Set<string>} views @returns {Route} */
export function routeOf(hash, views) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [view, id] = path.split("/");
  if (!views.has(view)) return { view: FIRST_VIEW, id: null, query: new URLSearchParams() };
  return { view, id: id ? decoded(id) : null, query: new URLSearchParams(query) };
}

/** @param {string} path @param {Record<string, string | null | undefined>} query */
export function address(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const search = new URLSearchParams(given).toString();
  return search ? `#/${path}?${search}` : `#/${path}`;
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
