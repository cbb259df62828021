// A provider of large days with rows of about 100 bytes, or of large ones. The notes contain the edition of the day, which
// grows with every fetch up to the number of editions in the options.
interface LargeDayOptions {
  readonly rows: number;
  readonly editions: number;
  /** Of each note. @default as long as it is */
  readonly bytes?: number;
}

export default class LargeDaySource {
  readonly #options: LargeDayOptions;
  #fetches = 0;

  constructor(options: LargeDayOptions) {
    this.#options = options;
  }

  async *fetchDay(day: string): AsyncGenerator<Record<string, unknown>> {
    const { rows, editions, bytes = 0 } = this.#options;
    this.#fetches += 1;
    const edition = Math.min(this.#fetches, editions);
    for (let n = 0; n < rows; n++) {
      yield {
        n,
        ratio: n / 7,
        station: `station ${n % 1_000}`,
        note: `the reading ${n} of ${day} (${edition})`.padEnd(bytes, 'x'),
      };
    }
  }
}
