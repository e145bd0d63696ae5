// worker-build calls `cargo +nightly`, whatever nightly that may be. In front of PATH for that call alone, these stand-ins
// make it the one that this project is built with; the user's own toolchains stay as they are.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TOOLS, onPath } from "./paths.mjs";

/** Makes the folder of stand-ins and returns its path. */
export function nightlyShim(nightly) {
  const folder = join(TOOLS, "nightly-shim");
  mkdirSync(folder, { recursive: true });
  for (const program of ["cargo", "rustc", "rustup"]) {
    writeFileSync(join(folder, program), script(onPath(program), nightly), { mode: 0o755 });
  }
  return folder;
}

/** Nothing is printed by `Debug`, so its code need not be there, and a panic says what is wrong, not on which line. Only a nightly knows these flags. */
const NIGHTLY_FLAGS = "-Zfmt-debug=none -Zlocation-detail=none";

function script(program, nightly) {
  return `#!/bin/sh
# Written by scripts/lib/nightly-shim.mjs: "nightly" means ${nightly} here.
for argument in "$@"; do
  shift
  case "$argument" in
    +nightly) set -- "$@" "+${nightly}"; RUSTFLAGS="$RUSTFLAGS ${NIGHTLY_FLAGS}"; export RUSTFLAGS ;;
    nightly) set -- "$@" "${nightly}" ;;
    *) set -- "$@" "$argument" ;;
  esac
done
exec "${program}" "$@"
`;
}
