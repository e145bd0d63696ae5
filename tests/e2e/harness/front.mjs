// The address of a worker. It stays the same over restarts, as a deployed worker's URL does, although each new workerd gets another port:
// whatever port a killed one leaves, another program may have by the time the next one starts. Bytes pass through as they are.

import { once } from "node:events";
import { connect, createServer } from "node:net";

const LOOPBACK = "127.0.0.1";

/** @returns {Promise<Front>} listening on a port that it keeps */
export async function openFront() {
  const front = new Front();
  await once(front.server.listen(0, LOOPBACK), "listening");
  // It is there for tests, and keeps no process alive.
  front.server.unref();
  return front;
}

export class Front {
  /** The port behind it; undefined while nothing runs there. @type {number | undefined} */
  behind;
  /** Both sides of each connection. @type {Set<import("node:net").Socket>} */
  #sockets = new Set();

  constructor() {
    this.server = createServer({ allowHalfOpen: true, noDelay: true }, (visitor) => this.#pass(visitor));
  }

  get url() {
    return `http://${LOOPBACK}:${this.server.address().port}`;
  }

  /** Leads to this port from now on. */
  leadTo(port) {
    this.behind = port;
  }

  /** Cuts all connections, and each new one until it leads somewhere again. */
  cut() {
    this.behind = undefined;
    // Not `resetAndDestroy`: where a socket is just being ended, Node leaves it open for ever, and spins when the tests are over.
    for (const socket of this.#sockets) socket.destroy();
  }

  close() {
    this.cut();
    this.server.close();
  }

  /** @param {import("node:net").Socket} visitor */
  #pass(visitor) {
    this.#keep(visitor);
    if (this.behind === undefined) return visitor.resetAndDestroy();
    const worker = this.#keep(connect({ port: this.behind, host: LOOPBACK, allowHalfOpen: true, noDelay: true }));
    visitor.pipe(worker).pipe(visitor);
    // What has arrived of an answer is passed on, also where the connection ends badly behind it.
    worker.on("close", () => visitor.destroySoon());
    visitor.on("close", () => worker.destroy());
  }

  #keep(socket) {
    this.#sockets.add(socket);
    // Whoever is cut off has closed too.
    socket.on("error", () => {}).on("close", () => this.#sockets.delete(socket));
    return socket;
  }
}
