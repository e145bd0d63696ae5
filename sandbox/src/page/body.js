// Message bodies are HTML from somewhere else: only known elements are rebuilt, and never as markup.

const ALLOWED = new Set(["P", "BR", "B", "I", "UL", "OL", "LI", "A"]);
const DROPPED = new Set(["SCRIPT", "STYLE", "TEMPLATE", "TITLE", "IFRAME", "OBJECT", "SVG", "MATH"]);
const LINKS = new Set(["http:", "https:", "mailto:"]);

/** The body as nodes that are safe to show. A document made by the parser runs nothing and loads nothing. */
export function safeNodes(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  return [...parsed.body.childNodes].flatMap(rebuilt);
}

function rebuilt(node) {
  if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.data)];
  if (node.nodeType !== Node.ELEMENT_NODE || DROPPED.has(node.nodeName.toUpperCase())) return [];
  const children = [...node.childNodes].flatMap(rebuilt);
  if (!ALLOWED.has(node.nodeName)) return children;
  const made = document.createElement(node.nodeName);
  if (node.nodeName === "A") link(made, node.getAttribute("href"));
  made.append(...children);
  return [made];
}

function link(made, href) {
  const url = href && URL.canParse(href) ? new URL(href) : null;
  if (!url || !LINKS.has(url.protocol)) return;
  made.href = url.href;
  made.target = "_blank";
  made.rel = "noopener noreferrer";
}

/** What somebody typed, as the messenger sends it: empty lines part paragraphs. */
export function asHtml(words) {
  const escaped = words.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  return escaped
    .split(/\n\s*\n/)
    .map((paragraph) => `<p>${paragraph.replace(/\n/g, "<br>")}</p>`)
    .join("");
}
