import { calendarDay } from '@daysync/progress';
import { describe, expect, it } from 'vitest';
import { SourceError, type DaySource, type SourceRow } from '../../sources/day-source.js';
import { DatasetCatalog } from '../dataset-catalog.js';
import { readDatasets } from '../file/dataset-file.js';
import { DayTest } from './day-test.js';

const DAY = calendarDay('2025-10-01');
const YAML = `datasets:
  - name: readings
    source: { kind: http, url: "https://example.com/\${KEY}/{day}", format: ndjson }
    target: { table: readings, columns: { city: { pointer: /at/city, type: text }, degrees: integer } }
`;

async function test(
  fetchDay: DaySource['fetchDay'],
  left = new AbortController().signal,
  name = 'readings',
): Promise<unknown> {
  const result = readDatasets(YAML, { folder: '/srv', env: { KEY: 'canary-7f3a' } });
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  const catalog = new DatasetCatalog(result.datasets, () => ({ fetchDay }));
  return new DayTest(catalog).run(name, DAY, left);
}

const rowsOf = (...rows: readonly SourceRow[]): DaySource['fetchDay'] =>
  async function* () {
    yield await Promise.resolve(rows);
  };

describe('a test of a day', () => {
  it('ends when its caller leaves', async () => {
    const leaving = new AbortController();
    let fetched: AbortSignal | undefined;
    const tested = test(async function* (_day, signal) {
      fetched = signal;
      leaving.abort(new Error('left'));
      yield await new Promise<never>(() => undefined);
    }, leaving.signal);
    expect(await tested).toEqual({ kind: 'stopped' });
    expect(fetched?.aborted).toBe(true);
  });

  it('shows the columns, the first rows and what would not fit', async () => {
    const values = { at: { city: 'Oslo' }, degrees: 9, spare: true };
    const rows = [
      { row: 1, values },
      { row: 2, values: { ...values, degrees: 'canary-7f3a' } },
    ];
    expect(await test(rowsOf(...rows))).toEqual({
      kind: 'tested',
      test: {
        ...{ dataset: 'readings', day: DAY, rows: 2, left_out: 0, fits: false, failure: null },
        columns: [
          { source: '/at/city', inferred: 'text', name: 'city', type: 'text' },
          {
            source: 'degrees',
            inferred: expect.any(String) as unknown,
            name: 'degrees',
            type: 'integer',
          },
          { source: 'spare', inferred: 'boolean', name: null, type: null },
        ],
        first_rows: [
          { row: 1, values: ['Oslo', '9', 'true'] },
          { row: 2, values: ['Oslo', '${KEY}', 'true'] },
        ],
        misfits: [
          {
            ...{ column: 'degrees', code: 'VALUE_INVALID', count: 1, row: 2 },
            text: expect.stringContaining('${KEY}') as unknown,
          },
        ],
        misfit_count: 1,
      },
    });
  });

  it('shows rows that a thread has converted already', async () => {
    expect(await test(rowsOf({ row: 1, values: {}, converted: ['Oslo', 9] }))).toMatchObject({
      test: { fits: true, rows: 1, first_rows: [{ values: ['Oslo', '9'] }], misfit_count: 0 },
    });
  });

  it('says why the source failed, without values of the environment', async () => {
    const failed = await test(() => {
      throw new SourceError('source_wide', 'SOURCE_UNAUTHORIZED', 'got canary-7f3a');
    });
    expect(failed).toMatchObject({
      test: { fits: false, rows: 0, failure: { code: 'SOURCE_UNAUTHORIZED', text: 'got ${KEY}' } },
    });
  });

  it('is refused for an unknown dataset', async () => {
    const tested = await test(rowsOf(), undefined, 'other');
    expect(tested).toMatchObject({ kind: 'unknown_dataset' });
  });
});
