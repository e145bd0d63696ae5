// `npm run chaos`, when everything is built. Prints the figures; ends with status 1 where a promise was broken.

import { parseArgs } from "node:util";
import { inWords } from "./figures.mjs";
import { planOf } from "./plan.mjs";
import { run } from "./run.mjs";

const { turns, kills, seed, concurrency } = options();

console.log(`${turns} turns, ${concurrency} customers at a time, ${kills} kills; the plan comes from seed ${seed}, the timing is real`);
const { violations, figures } = await run(planOf({ seed, turns, kills }), { concurrency, progress: (line) => console.log(`  ${line}`) });

console.log(`\n${inWords(figures).join("\n")}\n`);
for (const { wrong, conversation, because, story } of violations) console.log(`✗ ${wrong}${conversation && `, conversation ${conversation}`}: ${because}\n${story}\n`);
const of = (wrong) => violations.filter((violation) => violation.wrong === wrong).length;
console.log(`${violations.length === 0 ? "✓" : "✗"} ${of("double")} double, ${of("lost")} lost, ${of("over a human")} over a human`);
process.exitCode = violations.length === 0 ? 0 : 1;

function options() {
  const usual = { turns: "300", kills: "30", seed: "1", concurrency: "12" };
  try {
    const { values } = parseArgs({ options: Object.fromEntries(Object.entries(usual).map(([name, value]) => [name, { type: "string", default: value }])) });
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, numberOf(name, value)]));
  } catch (error) {
    console.error(`✗ ${error.message}`);
    process.exit(2);
  }
}

function numberOf(name, value) {
  const least = name === "turns" || name === "concurrency" ? 1 : 0;
  if (!/^\d{1,9}$/.test(value) || Number(value) < least) throw new Error(`--${name} takes a whole number from ${least}, not "${value}"`);
  return Number(value);
}
