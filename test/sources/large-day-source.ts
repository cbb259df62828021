// A provider of days of as many rows as its options say, each of some 100 bytes.
interface Options {
  readonly rows: number;
}

export default class LargeDaySource {
  readonly #rows: number;

  constructor({ rows }: Options) {
    this.#rows = rows;
  }

  async *fetchDay(day: string): AsyncGenerator<Record<string, unknown>> {
    for (let n = 0; n < this.#rows; n++) {
      yield {
        n,
        ratio: n / 7,
        station: `station ${n % 1_000}`,
        note: `the reading ${n} of ${day}`,
      };
    }
  }
}
