// Writes the parts of the documents that are made from the source. A test compares them.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { documentsAsTheyShouldBe } from "../docs/blocks.mjs";
import { ROOT } from "../lib/paths.mjs";

export async function run() {
  for (const [file, text] of documentsAsTheyShouldBe()) {
    const path = join(ROOT, file);
    const isChanged = readFileSync(path, "utf8") !== text;
    if (isChanged) writeFileSync(path, text);
    console.log(`${isChanged ? "✓ written  " : "  unchanged"} ${file}`);
  }
}
