import { isTurnDue, takeTurn } from '../config/slices.js';
import type { TargetValue } from './column-types.js';
import { RowDigests } from './fingerprint.js';
import { rowSlices } from './row-slices.js';
import { isStaged, type DayRowsToWrite, type TargetColumn } from './target.js';

/** Two rows of a day with the same values in some columns. Rows are counted from 1. */
export interface RepeatedValues {
  readonly first: number;
  readonly second: number;
  readonly values: readonly TargetValue[];
}

interface FindPorts {
  readonly signal: AbortSignal;
  /** Rows whose digests are in memory together. @default 1,000,000 */
  readonly rowsAPart?: number;
}

/** 40 MB of digests. */
const ROWS_A_PART = 1_000_000;

/**
 * Finds two rows that have the same values in some columns, by the 128-bit digest of these values: it does not take other
 * values for the same. As in a unique index of SQL, a row without one of the values is like no other. The memory is
 * bounded: the rows are read as often as they are millions.
 * @param names of the columns
 * @returns null if there are none
 * @throws the signal's reason, and what staged rows throw
 */
export async function findRepeatedValues(
  columns: readonly TargetColumn[],
  names: readonly string[],
  rows: DayRowsToWrite,
  { signal, rowsAPart = ROWS_A_PART }: FindPorts,
): Promise<RepeatedValues | null> {
  const places = names.map((name) => columns.findIndex((column) => column.name === name));
  const digests = new RowDigests(
    columns.filter(({ name }) => names.includes(name)).toSorted(inOrderOf(names)),
  );
  const count = isStaged(rows) ? rows.count : rows.length;
  const parts = Math.ceil(count / rowsAPart);
  for (let part = 0; part < parts; part += 1) {
    const known = new DigestTable(Math.ceil(count / parts));
    let number = 0;
    for await (const slice of rowSlices(rows, signal)) {
      for (const row of slice) {
        number += 1;
        const values = places.map((place) => row[place] ?? null);
        if (values.includes(null)) continue;
        const digest = digests.of(values);
        const digits = typeof digest === 'string' ? digest : await digest;
        if (partOf(digits, parts) !== part) continue;
        const first = known.add(digits, number);
        if (first !== null) return { first, second: number, values };
        if (isTurnDue()) await takeTurn();
      }
    }
  }
  return null;
}

function inOrderOf(names: readonly string[]) {
  return (one: TargetColumn, other: TargetColumn): number =>
    names.indexOf(one.name) - names.indexOf(other.name);
}

/** Digits of a digest that make up one of its words, and how many words there are. */
const WORD_DIGITS = 8;
const WORDS = 4;

/** The last word chooses the part, the first one the place in the table. */
function partOf(digits: string, parts: number): number {
  return parts === 1 ? 0 : Number.parseInt(digits.slice(-WORD_DIGITS), 16) % parts;
}

/** Digests, each with the number of the row that has it: 20 bytes each, where a `Map` would take 100. */
class DigestTable {
  private readonly size: number;
  private readonly words: Uint32Array;
  /** 0 for a place without a digest. */
  private readonly rows: Uint32Array;

  /** @param most about as many digests as it gets */
  constructor(most: number) {
    // At most half full, so that a free place is near.
    this.size = 2 ** Math.ceil(Math.log2(2 * most + 16));
    this.words = new Uint32Array(this.size * WORDS);
    this.rows = new Uint32Array(this.size);
  }

  /** Adds a digest. @returns the row that has it already; null if none has */
  add(digits: string, row: number): number | null {
    const words = Array.from({ length: WORDS }, (_, word) =>
      Number.parseInt(digits.slice(word * WORD_DIGITS, (word + 1) * WORD_DIGITS), 16),
    );
    let place = (words[0] ?? 0) % this.size;
    for (;;) {
      const known = this.rows[place] ?? 0;
      if (known === 0) break;
      if (words.every((word, index) => this.words[place * WORDS + index] === word)) return known;
      place = (place + 1) % this.size;
    }
    this.rows[place] = row;
    this.words.set(words, place * WORDS);
    return null;
  }
}
