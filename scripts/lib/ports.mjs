import { createServer } from "node:net";
import { Trouble } from "./trouble.mjs";

const LOOPBACK = "127.0.0.1";

/** The port if it is free, any free one for 0, and trouble if another program has it. */
export async function freePort(wanted, option) {
  try {
    return await tryPort(wanted);
  } catch (error) {
    if (error.code !== "EADDRINUSE" && error.code !== "EACCES") throw error;
    const why = error.code === "EACCES" ? "may not be used by you" : "is used by another program";
    throw new Trouble(`Port ${wanted} ${why}: end that program, or take another port with \`npm start -- ${option} 0\` (0 is any free one).`);
  }
}

function tryPort(port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, LOOPBACK, () => {
      const taken = server.address().port;
      server.close(() => resolve(taken));
    });
  });
}
