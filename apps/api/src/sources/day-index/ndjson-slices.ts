import { isUtf8 } from 'node:buffer';
import type { CalendarDay } from '@daysync/progress';
import { writeJson } from '../../targets/exact-json.js';
import type { DayReader } from '../values/day-column.js';
import type { SourceRow } from '../day-source.js';
import type { DayIndexBuilder } from './day-index-builder.js';
import { beginningOf, dayParser, withoutPlace } from './json-slices.js';
import { FailedLine, NdjsonRows } from '../formats/ndjson-format.js';
import type { Scan, SliceReader } from './slices.js';

/** Finds the rows in lines of JSON for an index by day. A line that is no JSON object belongs to no day. */
export function ndjsonScan(): Scan {
  return async (chunks, base, builder, signal) => {
    const lines = new NdjsonRows(builder.limits.rowBytes, dayParser(builder.reader));
    let start = base;
    const add = (found: Iterable<SourceRow | FailedLine>): void => {
      for (const row of found) {
        const end = base + lines.lineEnd;
        addLine(builder, row, start, end);
        start = end;
      }
    };
    for await (const chunk of chunks) {
      signal.throwIfAborted();
      add(lines.write(chunk));
      await builder.rest();
    }
    add(lines.end());
    return new NdjsonSlices(builder.newReader());
  };
}

function addLine(
  builder: DayIndexBuilder,
  row: SourceRow | FailedLine,
  start: number,
  end: number,
): void {
  if (row instanceof FailedLine) {
    const { failure, line } = row;
    // The end of a file that is still being written: its days are not complete.
    if (failure.kind === 'passing') throw failure;
    builder.addUnreadable(() => ({
      text: withoutPlace(failure.message),
      content: beginningOf(line),
    }));
    return;
  }
  const value = builder.reader.valueOf(row.values);
  builder.add(value, start, end, () => ({ content: beginningOf(writeJson(row.values)) }));
}

class NdjsonSlices implements SliceReader {
  readonly separator = '\n';

  constructor(private readonly reader: DayReader) {}

  read(bytes: Buffer, day: CalendarDay, numbers: readonly number[]): SourceRow[] | undefined {
    if (!isUtf8(bytes)) return undefined;
    const rows: SourceRow[] = [];
    const lines = new NdjsonRows(bytes.length);
    for (const found of lines.write(bytes)) {
      const row = numbers[rows.length];
      // A change within the resolution of the file's clock shows here.
      if (row === undefined || found instanceof FailedLine) return undefined;
      if (this.reader.day(this.reader.valueOf(found.values)) !== day) return undefined;
      rows.push({ ...found, row });
    }
    return rows.length === numbers.length ? rows : undefined;
  }
}
