import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { ROOT } from "./paths.mjs";

/** One digest over the names and contents of files and folders; what does not exist counts as empty. */
export function fingerprint(paths, ...more) {
  const digest = createHash("sha256").update(JSON.stringify(more));
  for (const file of paths.flatMap(filesIn)) {
    digest.update(`\n${relative(ROOT, file)}\n`).update(readFileSync(file));
  }
  return digest.digest("hex");
}

function filesIn(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesIn(join(path, name)));
}
