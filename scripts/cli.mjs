// The one door to every npm script: `node scripts/cli.mjs <command> [arguments]`.
// It needs nothing but Node: what is missing for a command, the command's own set-up brings.

const OLDEST_NODE = 18;

if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
  stop(
    `This needs Node ${OLDEST_NODE} or newer, but found ${process.versions.node}. ` +
      "Install a newer version from https://nodejs.org/en/download and run this again.",
  );
} else {
  const [name, ...args] = withoutDescription(process.argv.slice(2));
  run(name, args);
}

function run(name, args) {
  import(`./commands/${name}.mjs`)
    .catch((error) => {
      throw error.code === "ERR_MODULE_NOT_FOUND" && error.message.includes(`commands/${name}.mjs`)
        ? Object.assign(new Error(`There is no command "${name}". \`npm run help\` lists all commands.`), { name: "Trouble" })
        : error;
    })
    .then((command) => command.run(args))
    .then((code) => {
      process.exitCode = code || 0;
    })
    .catch((error) => {
      if (error.name !== "Trouble") throw error;
      stop(error.message);
    });
}

/** `--about "…"` is there for whoever reads `npm run`; it says nothing to the command. */
function withoutDescription(args) {
  return args[0] === "--about" ? args.slice(2) : args;
}

function stop(sentence) {
  console.error(`\n✗ ${sentence}`);
  process.exit(1);
}
