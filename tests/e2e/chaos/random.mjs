// Chance that can be had again: the same words give the same numbers.

/** A source of chance for each name, independent of how much of the others was used. */
export class Chance {
  /** @param {...(string | number)} name */
  constructor(...name) {
    this.name = name;
    this.state = fnv1a(name.join("/"));
  }

  /** Another source, for a part of what this one is for. */
  of(...name) {
    return new Chance(...this.name, ...name);
  }

  /** Uniform in [0, 1): Mulberry32. */
  next() {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `least` to `most`, both included. */
  between(least, most) {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** True so often. @param {number} share of 1 */
  happens(share) {
    return this.next() < share;
  }

  /** @template T @param {T[]} list @returns {T} */
  pick(list) {
    return list[this.between(0, list.length - 1)];
  }

  /** Picks by weight. @template T @param {[number, T][]} weighted @returns {T} */
  weigh(weighted) {
    let left = this.next() * weighted.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of weighted) {
      left -= weight;
      if (left < 0) return value;
    }
    return weighted.at(-1)[1];
  }
}

function fnv1a(text) {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash | 0;
}
