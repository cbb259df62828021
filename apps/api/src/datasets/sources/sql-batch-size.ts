/** Of texts, in characters: what a batch should hold. */
const CHARACTERS = 1_000_000;
const LEAST_ROWS = 10;
const MOST_ROWS = 1_000;

/** How many rows to ask for at a time: many where they are small, few where they would fill the memory. */
export class BatchSize {
  /** For the next batch. */
  rows = 100;

  /** Learns from the batch that came. */
  learn(batch: readonly (readonly unknown[])[]): void {
    let characters = 0;
    for (const row of batch) {
      for (const value of row) characters += typeof value === 'string' ? value.length : 8;
    }
    const fitting = Math.floor((CHARACTERS * batch.length) / Math.max(1, characters));
    this.rows = Math.min(MOST_ROWS, Math.max(LEAST_ROWS, fitting));
  }
}
