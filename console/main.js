// The page: which view is shown, how it is kept up to date, and who is signed in.

import { Refused, SignedOut, get, signOut } from "./api.js";
import { ask } from "./dialog.js";
import { Frame } from "./frame.js";
import { Poll } from "./poll.js";
import { routeOf } from "./routes.js";
import { signInForm } from "./sign-in.js";
import { audit } from "./views/audit.js";
import { controls } from "./views/controls.js";
import { conversation } from "./views/conversation.js";
import { conversations } from "./views/conversations.js";
import { handedOver } from "./views/handed-over.js";
import { now } from "./views/now.js";
import { trends } from "./views/trends.js";

/**
 * What a view is given: where one is, what it remembers while it is shown, and what it may ask for.
 * @typedef {{ route: import("./routes.js").Route, memory: Record<string, any>, signal: AbortSignal, now: () => number, draw: () => void,
 *   reload: () => void, change: (question: import("./dialog.js").Question, done: string) => Promise<void> }} Context
 * @typedef {{ name: string, heading: (context: Context) => string, every_ms: (data: any) => number, ticks?: boolean,
 *   load: (context: Context) => Promise<any>, show: (data: any, context: Context) => any[], announce?: (data: any) => string }} View
 */

/** In the order in which somebody on call needs them. @type {Record<string, View>} */
const VIEWS = { now, "handed-over": handedOver, conversations, trends, controls, audit };
const TICK_MS = 1_000;

const frame = new Frame(VIEWS);
/** What is shown: its view, its data, and what is wrong with it. */
let current = null;
/** How far the worker's clock is ahead of this one. */
let ahead_ms = 0;
/** When the worker answered last, whatever it said. */
let reached_at = null;
/** Whether somebody is signed in: "unknown" until the worker has said. */
let session = "unknown";

function go() {
  const route = routeOf(location.hash, new Set(Object.keys(VIEWS)));
  const view = route.view === "conversations" && route.id ? conversation : VIEWS[route.view];
  const isOtherView = current?.view !== view || current?.context.route.id !== route.id;
  current?.poll.stop();
  current?.stopping.abort();
  const stopping = new AbortController();
  const mine = { view, stopping, data: null, read_at: null, trouble: null, poll: null, context: null };
  mine.context = {
    route,
    memory: {},
    signal: stopping.signal,
    now: () => Date.now() + ahead_ms,
    draw: () => mine === current && draw(),
    reload: () => mine.poll.now(),
    change: (question, done) => change(mine, question, done),
  };
  mine.poll = new Poll(() => load(mine), () => view.every_ms(mine.data));
  current = mine;
  if (session === "out") return;
  if (isOtherView) frame.tell(null);
  frame.showPlace(route, view.heading(mine.context));
  // The same view with another filter keeps what it shows until there is something else, and so keeps the focus.
  if (isOtherView) draw();
  // The first heading is read anyway; later ones are where one has gone.
  if (isOtherView && session === "in") frame.focusHeading();
  mine.poll.now();
}

async function load(mine) {
  try {
    const data = await mine.view.load(mine.context);
    if (mine.stopping.signal.aborted) return;
    mine.data = data;
    mine.trouble = null;
    mine.read_at = Date.now();
    if (data?.workspace?.now) ahead_ms = data.workspace.now - mine.read_at;
    reached(mine.read_at);
  } catch (error) {
    if (mine.stopping.signal.aborted) return;
    if (error instanceof SignedOut) return end("Your session has ended.");
    mine.trouble = error;
    // It is there, and has said no: that is no reason to ask more seldom.
    if (error instanceof Refused) return reached(Date.now());
    draw();
    throw error;
  }
}

function reached(at) {
  reached_at = at;
  if (session !== "in") begin();
  draw();
}

function draw() {
  if (session === "out") return;
  const { view, data, read_at, trouble, context } = current;
  if (data) frame.showView(view.show(data, context));
  else frame.showMissing(trouble);
  frame.showReach(trouble, { reached_at, read_at }, () => current.poll.now());
  if (data && view.announce) frame.announce(view.announce(data));
}

/** Asks whether something is to be changed, does it, and says so. */
async function change(mine, question, done) {
  if (!(await ask(question, () => end("Your session has ended.")))) return;
  frame.tell(done);
  if (mine === current) mine.poll.now();
}

async function begin() {
  session = "in";
  // It may have been signed in to in another window, while the form stood here.
  frame.showPlace(current.context.route, current.view.heading(current.context));
  frame.showSession("in");
  try {
    const { name } = await get("/session");
    if (session === "in") frame.showSession("in", name, leave);
  } catch (error) {
    if (error instanceof SignedOut) end("Your session has ended.");
    // Signing out works without a name as well.
    else if (session === "in") frame.showSession("in", null, leave);
  }
}

/** There is no session: the view waits behind the form. */
function end(why) {
  if (session === "out") return;
  const isFirst = session === "unknown";
  session = "out";
  current.poll.stop();
  current.stopping.abort();
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  frame.showSession("out");
  frame.showSignIn(signInForm(isFirst ? "" : why, () => {
    session = "unknown";
    reached_at = null;
    go();
    frame.focusHeading();
  }));
}

async function leave() {
  try {
    await signOut();
    end("You are signed out.");
  } catch (error) {
    frame.tell(`${error.message} You are still signed in.`, "bad");
  }
}

window.addEventListener("hashchange", go);
document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  frame.focusHeading();
});
setInterval(() => {
  if (document.visibilityState === "visible" && current?.data && !current.trouble && current.view.ticks) draw();
}, TICK_MS);
go();
