// A provider of days of as many rows as its options say, each of some 100 bytes. Their notes say which edition of
// the day they are: a new one each time that it is asked for, up to as many as the options say.
interface LargeDayOptions {
  readonly rows: number;
  readonly editions: number;
}

export default class LargeDaySource {
  readonly #rows: number;
  readonly #editions: number;
  #asked = 0;

  constructor({ rows, editions }: LargeDayOptions) {
    this.#rows = rows;
    this.#editions = editions;
  }

  async *fetchDay(day: string): AsyncGenerator<Record<string, unknown>> {
    this.#asked += 1;
    const edition = Math.min(this.#asked, this.#editions);
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
