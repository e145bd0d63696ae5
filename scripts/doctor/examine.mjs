// All checks, in the order in which one rests on another.

import { randomBytes } from "node:crypto";
import * as chatbot from "./checks/chatbot.mjs";
import * as clock from "./checks/clock.mjs";
import * as consoleToken from "./checks/console-token.mjs";
import * as cron from "./checks/cron.mjs";
import * as gptTrainerKey from "./checks/gpt-trainer-key.mjs";
import * as health from "./checks/health.mjs";
import * as intercomToken from "./checks/intercom-token.mjs";
import * as mode from "./checks/mode.mjs";
import * as readConversations from "./checks/read-conversations.mjs";
import * as readTickets from "./checks/read-tickets.mjs";
import * as settings from "./checks/settings.mjs";
import * as sweep from "./checks/sweep.mjs";
import * as teammate from "./checks/teammate.mjs";
import * as webhookAddress from "./checks/webhook-address.mjs";
import * as webhookForgery from "./checks/webhook-forgery.mjs";
import * as webhookPing from "./checks/webhook-ping.mjs";
import * as webhookSecret from "./checks/webhook-secret.mjs";
import * as webhooksHeard from "./checks/webhooks-heard.mjs";
import * as worker from "./checks/worker.mjs";
import * as workspace from "./checks/workspace.mjs";
import * as writeConversations from "./checks/write-conversations.mjs";

// The figures are read before our own ping, which would show in them.
export const CHECKS = [
  ...[settings, intercomToken, workspace, teammate, readConversations, writeConversations, readTickets, gptTrainerKey, chatbot],
  ...[worker, health, consoleToken, clock, mode, webhooksHeard, webhookSecret, cron, sweep, webhookAddress, webhookForgery, webhookPing],
];

/**
 * `facts` is what checks leave for those that follow.
 * @typedef {{ setting: import("../settings/sources.mjs").Lookup, unknownNames?: string[], url: string, isDeployed: boolean,
 *   fetch?: typeof globalThis.fetch, now?: () => number, random?: () => string }} Circumstances
 * @param {Circumstances} circumstances
 * @param {(finding: import("./finding.mjs").Finding & { check: string }) => void} [tell] hears of each at once
 */
export async function examine(circumstances, tell = () => {}) {
  const random = () => randomBytes(20).toString("hex");
  const context = { fetch: globalThis.fetch, now: Date.now, random, unknownNames: [], ...circumstances, facts: {} };
  const findings = [];
  for (const { name, check } of CHECKS) {
    for (const found of [await check(context)].flat()) {
      const finding = { check: name, ...found };
      findings.push(finding);
      tell(finding);
    }
  }
  return findings;
}

/** Whether nothing has to be mended. */
export function isWell(findings) {
  return findings.every(({ status }) => status !== "failure");
}
