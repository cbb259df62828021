// A provider of large days with rows of about 100 bytes. The notes contain the edition of the day, which grows with
// every fetch up to the number of editions in the options.
interface LargeDayOptions {
  readonly rows: number;
  readonly editions: number;
}

export default class LargeDaySource {
  readonly #rows: number;
  readonly #editions: number;
  #fetches = 0;

  constructor({ rows, editions }: LargeDayOptions) {
    this.#rows = rows;
    this.#editions = editions;
  }

  async *fetchDay(day: string): AsyncGenerator<Record<string, unknown>> {
    this.#fetches += 1;
    const edition = Math.min(this.#fetches, this.#editions);
    for (let n = 0; n < this.#rows; n++) {
      yield {
        n,
        ratio: n / 7,
        station: `station ${n % 1_000}`,
        note: `the reading ${n} of ${day} (${edition})`,
      };
    }
  }
}
