import { hash } from 'node:crypto';
import type { TargetValue } from './column-types.js';
import { digestThread, type DigestThread } from './digest-thread.js';
import { DigestSum, RowTexts, type NamedColumn } from './fingerprint.js';
import type { TargetDay } from './target-fingerprint.js';

/** What is hashed at a time. A day with less is hashed at its end, without a thread. */
const PART_ROWS = 1_000;
const PART_CHARACTERS = 262_144;
/** How many parts of a day may wait for the thread. */
const MOST_PARTS = 4;

/** A {@link Fingerprint} of rows that come while other work goes on: those of a large day are hashed on a thread. */
export class StreamedFingerprint {
  private readonly texts: RowTexts;
  private readonly sum = new DigestSum();
  private part: string[] = [];
  private characters = 0;
  /** The parts on the thread, in order. */
  private hashed: Promise<void>[] = [];

  /** @param columns in the order of a row's values */
  constructor(
    columns: readonly NamedColumn[],
    private readonly thread: DigestThread = digestThread,
  ) {
    this.texts = new RowTexts(columns);
  }

  /** @returns a promise where it should be waited for: the row is large, or the thread has too much to do */
  add(row: readonly TargetValue[]): Promise<void> | undefined {
    const text = this.texts.of(row);
    return typeof text === 'string'
      ? this.addText(text)
      : text.then((whole) => this.addText(whole));
  }

  /** The rows and their fingerprint. */
  async finish(): Promise<TargetDay> {
    for (const text of this.part) this.sum.add(hash('md5', text, 'hex'));
    this.part = [];
    this.characters = 0;
    await Promise.all(this.hashed);
    return { rows: this.sum.count, fingerprint: this.sum.value };
  }

  private addText(text: string): Promise<void> | undefined {
    this.part.push(text);
    this.characters += text.length;
    if (this.part.length < PART_ROWS && this.characters < PART_CHARACTERS) return undefined;
    const hashed = this.thread.digests(this.part).then((digests) => {
      this.sum.add(digests);
    });
    // A day that is given up waits for none of them.
    hashed.catch(() => undefined);
    this.part = [];
    this.characters = 0;
    this.hashed.push(hashed);
    return this.hashed.length > MOST_PARTS ? this.hashed.shift() : undefined;
  }
}
