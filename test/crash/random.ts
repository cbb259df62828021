// A random generator with a seed (mulberry32): the same seed gives the same draws.
export class Random {
  private state: number;

  constructor(readonly seed: number) {
    this.state = seed >>> 0;
  }

  /** At least 0 and below 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `least`, below `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Undefined for an empty list. */
  oneOf<T>(choices: readonly [T, ...T[]]): T;
  oneOf<T>(choices: readonly T[]): T | undefined;
  oneOf<T>(choices: readonly T[]): T | undefined {
    return choices[this.between(0, choices.length)];
  }
}

export function anySeed(): number {
  return Math.floor(Math.random() * 2 ** 32);
}
