// Message bodies are HTML from somewhere else: only known elements are rebuilt, and never as markup.

// What each is rebuilt as. Older bodies hold the long forms, and headings stand below those of the page.
const ALLOWED = {
  P: "p", BR: "br", B: "b", STRONG: "b", I: "i", EM: "i", UL: "ul", OL: "ol", LI: "li", A: "a", DIV: "div",
  H1: "h3", H2: "h4", H3: "h4", PRE: "pre", CODE: "code", BLOCKQUOTE: "blockquote",
};
const BLOCKS = new Set(["P", "UL", "OL", "DIV", "H3", "H4", "PRE", "BLOCKQUOTE"]);
const DROPPED = new Set(["SCRIPT", "STYLE", "TEMPLATE", "TITLE", "IFRAME", "OBJECT", "SVG", "MATH"]);
const LINKS = new Set(["http:", "https:", "mailto:"]);

/** The body as blocks that are safe to show. A document made by the parser runs nothing and loads nothing. */
export function safeNodes(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const blocks = paragraphs([...parsed.body.childNodes].flatMap(rebuilt));
  // Each paragraph reads in the direction of its own words; a list as a whole, so that its markers stand on one side.
  for (const block of blocks) block.dir = "auto";
  return blocks;
}

/** The words of a body on one line. */
export function asText(html) {
  return safeNodes(html).map((node) => node.textContent).join(" ").trim();
}

/** What a body says outside of any block is a paragraph too. */
function paragraphs(nodes) {
  const blocks = [];
  let loose = null;
  for (const node of nodes) {
    if (BLOCKS.has(node.nodeName)) {
      loose = null;
      blocks.push(node);
    } else if (loose) {
      loose.append(node);
    } else if (node.nodeType !== Node.TEXT_NODE || node.data.trim()) {
      loose = document.createElement("p");
      loose.append(node);
      blocks.push(loose);
    }
  }
  return blocks;
}

function rebuilt(node) {
  if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.data)];
  const name = node.nodeName.toUpperCase();
  if (node.nodeType !== Node.ELEMENT_NODE || DROPPED.has(name)) return [];
  if (name === "IMG") return [picture(node)];
  const children = [...node.childNodes].flatMap(rebuilt);
  if (!Object.hasOwn(ALLOWED, name)) return children;
  const made = document.createElement(ALLOWED[name]);
  if (name === "A") link(made, node.getAttribute("href"));
  made.append(...children);
  return [made];
}

/** Nothing is loaded from anywhere, so a picture is a link to it. */
function picture(node) {
  const made = document.createElement("a");
  link(made, node.getAttribute("src"));
  made.append(`📎 ${node.getAttribute("alt") || "image"}`);
  return made;
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
