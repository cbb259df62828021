// No body holds the event loop for more than 250 ms, whatever is in it. Measured is how long the thread computes between
// two turns of the loop: that a busy machine gives it less of a core is not the parser's fault.
import { describe, expect, it } from 'vitest';
import { expectOnceAtMost, MOST_HELD } from '../../../../../test/machine-speed.js';
import { createRowReader } from '../rows/row-reader.js';
import type { TargetColumn } from '../../targets/target.js';
import { DayIndex } from './day-index.js';
import { contentOf } from './indexed-content.fixture.js';
import { readFormat, type RowFormat } from '../formats/read-format.js';

const ROW = 16_777_216;
const CHUNK_BYTES = 262_144;
const ALL_DAYS = {
  format: 'csv',
  dayColumn: { from: 'day', format: 'iso', timeZone: 'UTC' },
} as const;
const signal = new AbortController().signal;

const computedMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};

/** @returns the longest time computed between two turns of the loop, and what the work came to */
async function measured(work: () => Promise<string>): Promise<{ came: string; longest: number }> {
  let [longest, before, isDone] = [0, computedMs(), false];
  const turn = (): void => {
    const now = computedMs();
    longest = Math.max(longest, now - before);
    before = now;
    if (!isDone) setImmediate(turn);
  };
  setImmediate(turn);
  const came = await work().catch((error: unknown) => String((error as { code?: unknown }).code));
  isDone = true;
  longest = Math.max(longest, computedMs() - before);
  return { came, longest };
}

/** Expects work to let the loop turn in time, and to come to one of some ends. */
async function expectSlices(
  work: () => Promise<string>,
  expected?: readonly string[],
): Promise<void> {
  await expectOnceAtMost(
    MOST_HELD,
    async () => {
      const { came, longest } = await measured(work);
      if (expected !== undefined) expect(expected).toContain(came);
      return longest;
    },
    'cpuMs',
  );
}

async function rowsOf(
  format: RowFormat,
  body: string,
  columns: readonly TargetColumn[],
): Promise<string> {
  const readRow = createRowReader(columns);
  let rows = 0;
  // In memory: none of the waits of a file or a network lets the loop go on.
  const bytes = contentOf(body, CHUNK_BYTES).chunks();
  for await (const chunk of readFormat(bytes, { format, signal, columns })) {
    for (const row of chunk) readRow(row);
    rows += chunk.length;
  }
  return `${rows} rows`;
}

async function daysOf(file: string): Promise<string> {
  const index = await DayIndex.build(contentOf(file, CHUNK_BYTES), ALL_DAYS, signal);
  return `${index.days.length} days`;
}

const items = (count: number, item: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => item(at)).join();
const keys = (count: number): string => `{${items(count, (at) => `"k${at}":1.10`)}}`;
const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

describe.each<readonly [string, string, string]>([
  ['a million keys', keys(1_000_000), 'SOURCE_TOO_MANY_VALUES'],
  ['keys as many as it may have', keys(99_000), '1 rows'],
  ['200,000 levels', nested(200_000), 'SOURCE_TOO_DEEP'],
  ['a list of eight million numbers', `[${'1,'.repeat(8_000_000)}1]`, 'SOURCE_TOO_MANY_VALUES'],
  ['a list of five million lists', `[${'[],'.repeat(5_000_000)}1]`, 'SOURCE_TOO_MANY_VALUES'],
  ['a text of numbers', `["${'11 '.repeat(5_000_000)}"]`, '1 rows'],
  ['a text of escapes', `["${'\\"'.repeat(8_000_000)}"]`, '1 rows'],
  ['a text of code points', `["${'\\u0041'.repeat(2_600_000)}"]`, '1 rows'],
  ['an escaped key', `{"${'\\\\'.repeat(8_000_000)}":1}`, '1 rows'],
  ['a text of megabytes', `["${'x'.repeat(15_000_000)}"]`, '1 rows'],
  ['a number of millions of digits', '1'.repeat(16_000_000), '1 rows'],
])('a value with %s', (_, value, expected) => {
  const data = [{ name: 'data', from: 'data', type: 'json', nullable: true }] as const;
  it.each(['json', 'ndjson'] as const)('in %s', async (format) => {
    const row = `{"data":${value}}`;
    const body = format === 'json' ? `[${row}]` : row;
    await expectSlices(() => rowsOf(format, body, data), [expected]);
  });

  it('in a text of csv', async () => {
    const body = `data\n"${value.replaceAll('"', '""')}"\n`;
    const ofLarge = body.length < ROW ? [] : ['SOURCE_ROW_TOO_LARGE'];
    await expectSlices(() => rowsOf('csv', body, data), [expected, ...ofLarge]);
  });
});

describe.each<readonly [string, string, string]>([
  ['a header of 150,000 names', `${items(150_000, (at) => `c${at}`)}\n`, 'SOURCE_TOO_MANY_COLUMNS'],
  ['rows of other lengths', `a,b\n${'1\n'.repeat(1_000_000)}`, 'SOURCE_ROW_RAGGED'],
  ['commas alone', `a,b\n${','.repeat(8_000_000)}`, 'SOURCE_TOO_MANY_COLUMNS'],
  ['a row as large as it may be', `a\n${'x'.repeat(ROW)}`, '1 rows'],
  ['a quote after megabytes', `a\n${'x'.repeat(ROW - 10)}"`, 'SOURCE_UNREADABLE'],
  ['quotes alone', `a\n"${'""'.repeat(8_000_000)}"`, '1 rows'],
  ['a quote that is never closed', `a\n"${'x,\n'.repeat(4_000_000)}`, 'SOURCE_CUT_OFF'],
  ['empty lines alone', `a\n${'\n'.repeat(ROW)}`, '0 rows'],
  [
    'as many columns as it may have',
    `${items(10_000, (at) => `c${at}`)}\n${`${','.repeat(9_999)}\n`.repeat(1_000)}`,
    '1000 rows',
  ],
])('CSV with %s', (_, body, expected) => {
  it('as the file of a day', async () => {
    await expectSlices(() => rowsOf('csv', body, []), [expected]);
  });

  it('as a file with all days', async () => {
    const file = body.replace(/^[^\n,]*/, 'day');
    await expectSlices(() => daysOf(file));
  });
});

it('many rows of one field where the header has two, in a file with all days', async () => {
  const file = `day,x\n${'2025-01-01\n'.repeat(200_000)}`;
  await expectSlices(() => daysOf(file), ['1 days']);
});
