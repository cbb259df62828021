import { describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { makeDataset } from '../sync/sync.fixture.js';
import { DatasetCatalog } from './dataset-catalog.js';
import { SourceError, type DaySource } from '../sources/day-source.js';
import { datasetIn, readDataset } from './file/valid-file.fixture.js';
import { DatasetsService } from './datasets.service.js';
import type { TargetHealth } from './target-health.js';
import type { UnreadableRowsStore } from './unreadable-rows-store.js';

const BROKEN = makeDataset({ name: 'broken', variables: { TOKEN: 'canary-7f3a' } });

function serviceOf(catalog: DatasetCatalog, logger = pino({ level: 'silent' })): DatasetsService {
  const unreadable: Pick<UnreadableRowsStore, 'summary' | 'write'> = {
    summary: () => Promise.resolve({ count: 0, quarantined: 0, found_at: null, items: [] }),
    write: () => Promise.resolve(),
  };
  const health = { of: () => null } as Partial<TargetHealth> as TargetHealth;
  return new DatasetsService(catalog, unreadable as UnreadableRowsStore, health, null, logger);
}

/** The list of the sources, and the log. */
async function listOf(knownDays: DaySource['knownDays']): Promise<{ said: unknown; log: string }> {
  const catalog = new DatasetCatalog([BROKEN, makeDataset({ name: 'sound' })], (_, { name }) => ({
    async *fetchDay() {
      yield* [];
    },
    ...(name === 'broken' && knownDays !== undefined ? { knownDays } : {}),
  }));
  const lines: string[] = [];
  const service = serviceOf(catalog, pino({}, { write: (line) => void lines.push(line) }));
  const items = await service.list();
  return { said: items.map(({ name, source_error }) => [name, source_error]), log: lines.join('') };
}

describe('the list of datasets', () => {
  it('shows a source that breaks unexpectedly beside the others, and leaves the why to the log', async () => {
    const { said, log } = await listOf(() => {
      throw new TypeError('a bug with canary-7f3a');
    });
    expect(said).toEqual([
      ['broken', { code: 'INTERNAL', text: 'an unexpected error; see the log' }],
      ['sound', null],
    ]);
    expect(JSON.parse(log)).toMatchObject({
      level: 50,
      dataset: 'broken',
      error: expect.stringContaining('TypeError: a bug with ${TOKEN}') as unknown,
    });
  });

  it('shows an error of the source without what the file takes from the environment', async () => {
    const { said, log } = await listOf(() => {
      throw new SourceError('source_wide', 'SOURCE_UNAUTHORIZED', 'got canary-7f3a');
    });
    expect(said).toEqual([
      ['broken', { code: 'SOURCE_UNAUTHORIZED', text: 'got ${TOKEN}' }],
      ['sound', null],
    ]);
    expect(log).toBe('');
  });

  it('shows values, columns and tests as the datasets file has them', async () => {
    const source = {
      ...{ kind: 'csv', path: '{day}.csv', decimal: ',', nulls: ['', 'NA'] },
      booleans: { true: ['Y'], false: ['N'] },
    };
    const columns = {
      origin: { value: 'eu', type: 'text' },
      at: { type: 'timestamp', format: 'epoch_s', time_zone: 'Asia/Tokyo' },
      state: { type: 'text', nullable: true, default: null, trim: true, map: { 1: 'open' } },
    };
    const where = [
      { column: 'kind', equals: 'a' },
      { pointer: '/b/c', not_in: ['', 'x'] },
    ];
    const dataset = datasetIn(readDataset({ source, target: { table: 'w', columns }, where }));
    const [shown] = await serviceOf(new DatasetCatalog([dataset])).list();
    expect(shown).toMatchObject({ source, where });
    expect(shown?.target.columns).toEqual(
      Object.entries(columns).map(([name, column]) => ({
        ...{ name, from: name, nullable: false },
        ...column,
      })),
    );
  });
});
