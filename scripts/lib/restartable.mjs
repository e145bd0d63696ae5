// A service that may be killed, and is started again in its place.

import { Trouble } from "./trouble.mjs";

export class Restartable {
  #start;
  #service;
  #end;
  #isStopped = false;

  /** @param {() => import("./service.mjs").Service} start */
  constructor(start) {
    this.#start = start;
    /** Resolves, with what is to be said about it, when the service ends and nobody has killed it. */
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.start();
  }

  start() {
    // A kill may still be under way when everything ends: nothing is to run after that.
    if (this.#isStopped) throw new Trouble("It is stopping and is not started again.");
    const service = this.#start();
    this.#service = service;
    service.ended.then((end) => service === this.#service && this.#end(end));
  }

  ready(isReady, deadline_ms) {
    return this.#service.ready(isReady, deadline_ms);
  }

  /** SIGKILL for the whole group, as when a machine loses power. */
  async kill() {
    const service = this.#service;
    this.#service = undefined;
    await service.kill();
  }

  async stop() {
    this.#isStopped = true;
    await this.#service?.stop();
  }
}
