// `.dev.vars`: one NAME=value a line, as wrangler (dotenv) reads it. What a person has written beside that stays as it is.

const ASSIGNMENT = /^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*('[^']*'|"(?:\\.|[^"\\])*"|`[^`]*`|[^#\r\n]*)/gm;

/** What it sets; empty values too. @param {string} text @returns {Record<string, string>} */
export function readDevVars(text) {
  return Object.fromEntries([...text.matchAll(ASSIGNMENT)].map(([, name, written]) => [name, bare(written.trim())]));
}

/** The same text with these values set: where the name stands already, else where it is commented out, else at the end. */
export function withDevVars(text, values) {
  return Object.entries(values).reduce((edited, [name, value]) => withOne(edited, name, `${name}=${quoted(value)}`), text);
}

function withOne(text, name, line) {
  const standing = [...text.matchAll(ASSIGNMENT)].filter((match) => match[1] === name).pop();
  // The last one counts; what stands behind it on its line, a comment say, stays there.
  if (standing) return text.slice(0, standing.index) + line + spaceBefore(text, standing) + text.slice(standing.index + standing[0].length);
  const commented = new RegExp(`^[ \\t]*#[ \\t]*${name}[ \\t]*=.*$`, "m");
  if (commented.test(text)) return text.replace(commented, () => line);
  return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${line}\n`;
}

/** An unquoted value reaches up to a comment, so the space between them is part of it. */
function spaceBefore(text, match) {
  return text[match.index + match[0].length] === "#" ? " " : "";
}

function bare(written) {
  const quote = written[0];
  if (!["'", '"', "`"].includes(quote) || written.length < 2 || !written.endsWith(quote)) return written;
  const inside = written.slice(1, -1);
  return quote === '"' ? inside.replace(/\\n/g, "\n").replace(/\\r/g, "\r") : inside;
}

function quoted(value) {
  if (/^[\w.+/=:@,-]+$/.test(value)) return value;
  const quote = ["'", '"', "`"].find((each) => !value.includes(each) && !(each === '"' && value.includes("\\")));
  if (quote === undefined) throw new Error("a value that contains every kind of quotation mark cannot be written to .dev.vars");
  return `${quote}${value}${quote}`;
}
