// Asks again and again while somebody looks: at once when the page comes into view, and ever more seldom while nobody answers.

const LONGEST_MS = 60_000;

/** How long to wait after so many failures in a row. */
export function pauseAfter(failures, every_ms) {
  return failures === 0 ? every_ms : Math.min(LONGEST_MS, every_ms * 2 ** Math.min(failures - 1, 10));
}

export class Poll {
  #timer;
  #failures = 0;
  #isAsking = false;
  #isWanted = false;
  #isOver = false;
  #seen = () => document.visibilityState === "visible" && this.now();

  /**
   * @param {() => Promise<void>} ask rejects where nobody answered @param {() => number} every how long to wait, in milliseconds
   */
  constructor(ask, every) {
    this.ask = ask;
    this.every = every;
    document.addEventListener("visibilitychange", this.#seen);
    window.addEventListener("online", this.#seen);
  }

  /** Asks at once; while it asks already, once more after that. */
  async now() {
    clearTimeout(this.#timer);
    this.#isWanted = this.#isAsking;
    if (this.#isAsking || this.#isOver) return;
    this.#isAsking = true;
    try {
      await this.ask();
      this.#failures = 0;
    } catch {
      this.#failures += 1;
    }
    this.#isAsking = false;
    if (this.#isWanted) this.now();
    else this.#later();
  }

  stop() {
    this.#isOver = true;
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#seen);
    window.removeEventListener("online", this.#seen);
  }

  #later() {
    // Out of sight nobody is asked; coming into view asks at once.
    if (this.#isOver || document.visibilityState === "hidden") return;
    this.#timer = setTimeout(() => this.now(), pauseAfter(this.#failures, this.every()));
  }
}
