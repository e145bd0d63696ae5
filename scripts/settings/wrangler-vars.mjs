// The settings in `[vars]` of wrangler.toml. They are texts, and every one that is not set stands there as a comment.

const TEXT = String.raw`"""(?:\\[\s\S]|[^\\])*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\r\n])*"|'[^'\r\n]*'`;
const ASSIGNMENT = new RegExp(String.raw`^[ \t]*([A-Z_][A-Z0-9_]*)[ \t]*=[ \t]*(${TEXT})`, "gm");
const HEADING = /^[ \t]*\[vars\][^\r\n]*/m;
const ESCAPES = { b: "\b", t: "\t", n: "\n", f: "\f", r: "\r", '"': '"', "\\": "\\" };

/** What `[vars]` sets. @param {string} toml @returns {Record<string, string>} */
export function readWranglerVars(toml) {
  const { begin, end } = sectionOf(toml);
  return Object.fromEntries([...toml.slice(begin, end).matchAll(ASSIGNMENT)].map(([, name, written]) => [name, bare(written)]));
}

/** Every name that stands in `[vars]`, set or commented out. @returns {string[]} */
export function namesInWranglerVars(toml) {
  const { begin, end } = sectionOf(toml);
  return [...toml.slice(begin, end).matchAll(/^[ \t]*(?:#[ \t]*)?([A-Z][A-Z0-9_]*)[ \t]*=/gm)].map(([, name]) => name);
}

/** The same file with these values set: where the name stands already, else where it is commented out, else at the head of the section. */
export function withWranglerVars(toml, values) {
  return Object.entries(values).reduce((edited, [name, value]) => withOne(edited, name, `${name} = ${JSON.stringify(value)}`), toml);
}

/** A number of another section, such as `port` of `[dev]`; undefined where there is none. */
export function wranglerNumber(toml, section, name) {
  const [, rest] = toml.split(new RegExp(`^\\[${section}\\][^\\n]*$`, "m"));
  const [, number] = new RegExp(`^[ \\t]*${name}[ \\t]*=[ \\t]*(\\d+)`, "m").exec(rest?.split(/^\[/m)[0] ?? "") ?? [];
  return number === undefined ? undefined : Number(number);
}

function withOne(toml, name, line) {
  if (!HEADING.test(toml)) return `${toml}\n[vars]\n${line}\n`;
  const { begin, end } = sectionOf(toml);
  const section = toml.slice(begin, end);
  const standing = [...section.matchAll(ASSIGNMENT)].find((match) => match[1] === name);
  const commented = new RegExp(`^[ \\t]*#[ \\t]*${name}[ \\t]*=.*$`, "m").exec(section);
  const place = standing ?? commented;
  const edited = place
    ? section.slice(0, place.index) + line + section.slice(place.index + place[0].length)
    : `\n${line}${section}`;
  return toml.slice(0, begin) + edited + toml.slice(end);
}

/** From behind the section's heading to the next one. */
function sectionOf(toml) {
  const heading = HEADING.exec(toml);
  if (!heading) return { begin: toml.length, end: toml.length };
  const begin = heading.index + heading[0].length;
  const next = /^[ \t]*\[/m.exec(toml.slice(begin));
  return { begin, end: next ? begin + next.index : toml.length };
}

function bare(written) {
  const quotes = /^("""|'''|"|')/.exec(written)[0];
  const inside = written.slice(quotes.length, -quotes.length);
  const text = quotes.length === 3 ? inside.replace(/^\r?\n/, "") : inside;
  if (quotes[0] === "'") return text;
  return text
    .replace(/\\u([0-9a-fA-F]{4})/g, (_, code) => String.fromCharCode(parseInt(code, 16)))
    .replace(/\\([btnfr"\\])/g, (_, escape) => ESCAPES[escape]);
}
