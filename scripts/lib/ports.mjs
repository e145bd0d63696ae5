import { createServer } from "node:net";
import { Trouble } from "./trouble.mjs";

const LOOPBACK = "127.0.0.1";
/** Below those that systems give to outgoing connections and to whoever asks for any port: what is free here stays so until it is used, and over restarts. */
const LOWEST = 20_000;
const HIGHEST = 29_999;
const TRIES = 50;

/** The port if it is free, any free one for 0, and trouble if another program has it. */
export async function freePort(wanted, option) {
  if (wanted === 0) return anyPort();
  try {
    return await tryPort(wanted);
  } catch (error) {
    if (error.code !== "EADDRINUSE" && error.code !== "EACCES") throw error;
    const why = error.code === "EACCES" ? "needs more permissions than you have" : "is in use by another program";
    throw new Trouble(`Port ${wanted} ${why}. Use any free port with \`npm start -- ${option} 0\`.`);
  }
}

async function anyPort() {
  for (let n = 0; n < TRIES; n += 1) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST + 1));
    const isFree = await tryPort(port).then(() => true, () => false);
    if (isFree) return port;
  }
  throw new Trouble(`No free port was found between ${LOWEST} and ${HIGHEST}.`);
}

/** The port, where it is free. */
function tryPort(port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, LOOPBACK, () => server.close(() => resolve(port)));
  });
}
