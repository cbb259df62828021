// A provider of large rows. The notes contain the edition of the day, which grows with every fetch up to the number of
// editions in the options.
interface LargeRowOptions {
  readonly rows: number;
  /** Of each note. */
  readonly bytes: number;
  readonly editions: number;
}

export default class LargeRowSource {
  readonly #options: LargeRowOptions;
  #fetches = 0;

  constructor(options: LargeRowOptions) {
    this.#options = options;
  }

  async *fetchDay(): AsyncGenerator<Record<string, unknown>> {
    const { bytes, editions, rows } = this.#options;
    this.#fetches += 1;
    const edition = Math.min(this.#fetches, editions);
    for (let n = 0; n < rows; n++) yield { n, note: `${n} (${edition}) `.padEnd(bytes, 'x') };
  }
}
