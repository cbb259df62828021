import { isUtf8 } from 'node:buffer';
import type { CalendarDay } from '@daysync/progress';
import { parseExactly, writeJson } from '../../targets/exact-json.js';
import type { DayReader } from '../values/day-column.js';
import type { SourceRow } from '../day-source.js';
import { MOST_ROW_TEXT_BYTES } from '../rows/row-text.js';
import type { DescribedRow } from './day-index-builder.js';
import { JsonRows } from '../formats/json-rows.js';
import type { Scan, SliceReader } from './slices.js';

type Values = SourceRow['values'];

/** Finds the rows of a JSON text for an index by day: the items of the list at a pointer. */
export function jsonScan(pointer: string): Scan {
  return async (chunks, base, builder, signal) => {
    const rows = new JsonRows(
      pointer,
      builder.limits.rowBytes,
      ({ value, failure, start, end }) => {
        const describe = (): DescribedRow => ({
          content: beginningOf(writeJson(value)),
          ...(failure === undefined ? {} : { text: withoutPlace(failure().message) }),
        });
        if (failure !== undefined) builder.addUnreadable(describe);
        else {
          const day = builder.reader.valueOf(value as Values);
          builder.add(day, base + start, base + end, describe);
        }
      },
      { parse: dayParser(builder.reader) },
    );
    for await (const chunk of chunks) {
      signal.throwIfAborted();
      rows.write(chunk);
      await builder.rest();
    }
    rows.end();
    return new JsonSlices(builder.newReader());
  };
}

/** A number that `JSON.parse` may change: one of more than 15 digits, or with an exponent. */
const INEXACT = /\d(?:[eE]|[\d.]{15})/;

/**
 * Parses a row of which only the day is read: with `JSON.parse`, which takes half the time of {@link parseExactly}, where
 * both have the same day. `JSON.parse` may lose digits of a number, and Node gets names with escapes wrong.
 */
export function dayParser(reader: DayReader): (text: string) => unknown {
  return (text) => {
    if (text.includes('\\')) return parseExactly(text);
    const row: unknown = JSON.parse(text);
    const hasNumber = isJsonObject(row) && reader.hasNumber(row);
    return hasNumber && INEXACT.test(text) ? parseExactly(text) : row;
  };
}

/** The beginning of a row that is listed. */
export function beginningOf(text = ''): string {
  return text.slice(0, MOST_ROW_TEXT_BYTES + 1);
}

/** The message of a row without its number, which is written before it. */
export function withoutPlace(message: string): string {
  return message.replace(/^row \d+(?:, line \d+)?: /, '');
}

class JsonSlices implements SliceReader {
  readonly separator = ',';

  constructor(private readonly reader: DayReader) {}

  read(bytes: Buffer, day: CalendarDay, numbers: readonly number[]): SourceRow[] | undefined {
    if (!isUtf8(bytes)) return undefined;
    let list: unknown;
    try {
      // After the last slice there is a separator as well.
      list = parseExactly(`[${bytes.toString('utf8', 0, bytes.length - 1)}]`);
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
      throw error;
    }
    const rows: SourceRow[] = [];
    for (const [k, values] of (list as readonly unknown[]).entries()) {
      const row = numbers[k];
      // A change within the resolution of the file's clock shows here.
      if (row === undefined || !isJsonObject(values)) return undefined;
      if (this.reader.day(this.reader.valueOf(values)) !== day) return undefined;
      rows.push({ row, values, typed: true });
    }
    return rows.length === numbers.length ? rows : undefined;
  }
}

function isJsonObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
