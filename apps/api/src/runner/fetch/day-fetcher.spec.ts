import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sql } from 'kysely';
import { pino } from 'pino';
import { DatasetCatalog } from '../../datasets/dataset-catalog.js';
import { SourceError, type DaySource, type RowChunk } from '../../sources/day-source.js';
import { unreadableLists, unreadableRows } from '../../sources/unreadable-rows.fixture.js';
import { takeTurn } from '../../config/slices.js';
import { DatabaseUnavailableError } from '../../database/unavailable.js';
import { ScratchInstallation } from '../installation.fixture.js';
import { D1, makeDataset } from '../../sync/sync.fixture.js';
import type { StagingTable } from '../../database/staging.js';
import { Fingerprint } from '../../targets/fingerprint.js';
import { DayFetcher } from './day-fetcher.js';

let sync: ScratchInstallation;
beforeEach(async () => {
  sync = await ScratchInstallation.open();
});
afterEach(() => sync.close());

const NEVER = new AbortController().signal;
const TEXTS = makeDataset({
  target: {
    table: 'texts',
    columns: [{ name: 'value', from: 'value', type: 'text', nullable: false }],
  },
});

/** Has a spec see what is staged from now on. @param seen called with the table and its new rows, once they are in */
function watchStaging(
  seen: (table: StagingTable, some: Parameters<StagingTable['append']>[0]) => void,
): void {
  const { staging } = sync.database;
  const create = staging.create.bind(staging);
  staging.create = (columns) => {
    const table = create(columns);
    const append = table.append.bind(table);
    return Object.assign(table, {
      append: (some: Parameters<typeof append>[0]) => {
        append(some);
        seen(table, some);
      },
    });
  };
}

function fetcherOf(
  fetchDay: DaySource['fetchDay'],
  dataset = makeDataset(),
  logger = pino({ level: 'silent' }),
  more: Partial<DaySource> = {},
): (signal?: AbortSignal) => ReturnType<DayFetcher['fetchDay']> {
  const catalog = new DatasetCatalog([dataset], () => ({ fetchDay, ...more }));
  const fetcher = new DayFetcher(catalog, sync.database, logger);
  return (signal = NEVER) => fetcher.fetchDay(dataset, D1, signal);
}

/** So many rows with their numbers as values, so many a chunk. */
async function* rows(count: number, most = 1): AsyncGenerator<RowChunk> {
  for (let first = 1; first <= count; first += most) {
    const length = Math.min(most, count - first + 1);
    yield await Promise.resolve(
      Array.from({ length }, (_, at) => ({
        row: first + at,
        values: { value: first + at },
        typed: true,
      })),
    );
  }
}

/** How many tables rows are staged in. */
async function countStaged(): Promise<number> {
  const { rows: tables } = await sync.database.write('targets', ({ db }) =>
    sql`select name from staging.sqlite_master where type = 'table'`.execute(db),
  );
  return tables.length;
}

/** The fingerprint of the rows 1, 2 and so on. */
function fingerprintUpTo(count: number): string {
  const fingerprint = new Fingerprint([{ name: 'value', type: 'integer' }]);
  for (let value = 1; value <= count; value += 1) void fingerprint.add([value]);
  return fingerprint.value;
}

describe('a day', () => {
  it.each([
    ['one by one', 1],
    ['in chunks', 700],
    ['in one chunk', 30_000],
  ])('%s: few rows are held in memory, many in a table, in order', async (_, most) => {
    expect(await fetcherOf(() => rows(3, most))()).toEqual({
      kind: 'rows',
      rows: [[1], [2], [3]],
      fingerprint: fingerprintUpTo(3),
    });
    const large = await fetcherOf(() => rows(25_001, most))();
    if (large.kind !== 'staged') throw new Error(`expected staged rows, got ${large.kind}`);
    expect(large.rows.count).toBe(25_001);
    expect(large.fingerprint).toBe(fingerprintUpTo(25_001));
    const sums = await sync.database.write('targets', ({ db }) =>
      sql`select count(*) as n, sum(c0) as sum, sum(c0 = rowid) as inOrder from ${sql.raw(large.rows.table)}`.execute(
        db,
      ),
    );
    expect(sums.rows).toEqual([{ n: 25_001, sum: (25_001 * 25_002) / 2, inOrder: 25_001 }]);
  });

  it('counts times of its columns that a clock change skips or shows twice', async () => {
    const at = {
      ...({ name: 'at', from: 'at', type: 'timestamp', nullable: false } as const),
      ...{ format: 'iso', timeZone: 'America/New_York' },
    };
    const { target } = makeDataset();
    const dataset = makeDataset({ target: { ...target, columns: [at] } });
    const times = ['2025-11-02T01:30', '2025-11-02T03:30', '2025-03-09T02:30'];
    const fetch = fetcherOf(async function* () {
      yield await Promise.resolve(times.map((time, n) => ({ row: n + 1, values: { at: time } })));
    }, dataset);
    expect(await fetch()).toMatchObject({ kind: 'rows', unclearTimes: 2 });
    times.splice(0, 1);
    times.pop();
    expect(await fetch()).not.toHaveProperty('unclearTimes');
  });

  it.each([['completed'], ['failed']])(
    'that a reload overtakes, %s, has the unreadable rows that its source has met',
    async (how) => {
      const [dataset, other] = [makeDataset(), makeDataset({ name: 'other' })];
      const unreadable = unreadableLists(unreadableRows({ count: 1 }));
      let made = 0;
      let isClosed = false;
      const catalog = new DatasetCatalog([dataset], () => {
        made += 1;
        return {
          async *fetchDay() {
            catalog.replace({ datasets: [other], file: null });
            yield* rows(1);
            if (how === 'failed') throw new SourceError('lasting', 'SOURCE_UNREADABLE', 'it broke');
          },
          unreadableRows: () => (isClosed ? undefined : unreadable),
          close: async () => {
            isClosed = true;
          },
        };
      });
      const fetcher = new DayFetcher(catalog, sync.database, pino({ level: 'silent' }));
      const fetched = await fetcher.fetchDay(dataset, D1, NEVER);
      expect(fetched).toMatchObject({ kind: how === 'failed' ? 'error' : 'rows', unreadable });
      expect(fetcher.waitMs(dataset)).toBeNull();
      expect([isClosed, made]).toEqual([true, 1]);
    },
  );

  it('whose time is up keeps a source that a reload replaced open until it is read', async () => {
    const dataset = makeDataset({ timeoutSeconds: 0.01 });
    const unreadable = unreadableLists(unreadableRows({ count: 1 }));
    const reading = Promise.withResolvers<undefined>();
    let isClosed = false;
    const catalog = new DatasetCatalog([dataset], () => ({
      async *fetchDay() {
        catalog.replace({ datasets: [makeDataset({ name: 'other' })], file: null });
        await reading.promise;
        yield* rows(1);
      },
      unreadableRows: () => (isClosed ? undefined : unreadable),
      close: async () => {
        isClosed = true;
      },
    }));
    const fetcher = new DayFetcher(catalog, sync.database, pino({ level: 'silent' }));
    const fetched = await fetcher.fetchDay(dataset, D1, NEVER);
    expect(fetched).toMatchObject({ kind: 'error', error: { code: 'TIMEOUT' }, unreadable });
    expect(isClosed).toBe(false);
    reading.resolve(undefined);
    await vi.waitFor(() => expect(isClosed).toBe(true), 60_000);
  });

  it('whose rows come at once lets the event loop go on between them', async () => {
    // Each getter takes as long as the largest JSON of a row.
    const slow = (row: number) => ({
      row,
      typed: true,
      values: {
        get value() {
          const until = performance.now() + 30;
          while (performance.now() < until);
          return row;
        },
      },
    });
    let turns = 0;
    const poll = setInterval(() => (turns += 1), 1);
    const fetched = await fetcherOf(async function* () {
      yield await Promise.resolve(Array.from({ length: 10 }, (_, at) => slow(at + 1)));
    })();
    clearInterval(poll);
    expect(fetched).toMatchObject({ kind: 'rows' });
    expect(turns).toBeGreaterThanOrEqual(9);
  });

  it('that breaks off or is not wanted any more leaves nothing staged', async () => {
    const broken = await fetcherOf(async function* () {
      yield* rows(24_000);
      throw new SourceError('lasting', 'VALUE_INVALID', 'broken');
    })();
    expect(broken).toMatchObject({
      kind: 'error',
      errorKind: 'lasting',
      error: { code: 'VALUE_INVALID' },
    });
    const leaving = new AbortController();
    const left = fetcherOf(async function* () {
      yield* rows(24_000);
      leaving.abort(new Error('not wanted'));
      yield* rows(1);
    })(leaving.signal);
    await expect(left).rejects.toThrow('not wanted');
    const late = new AbortController();
    watchStaging(({ count }) => {
      // The last of it.
      if (count === 24_500) late.abort(new Error('too late'));
    });
    const staged = fetcherOf(() => rows(24_500))(late.signal);
    await expect(staged).rejects.toThrow('too late');
    await expect.poll(countStaged).toBe(0);
  });

  it('of large rows is staged for its bytes, a part at a time, however few they are', async () => {
    const staged: number[] = [];
    watchStaging((_, some) => staged.push(some.length));
    const texts = async function* (count: number): AsyncGenerator<RowChunk> {
      for (let row = 1; row <= count; row++) {
        yield await Promise.resolve([{ row, values: { value: 'x'.repeat(60_000) }, typed: true }]);
      }
    };
    expect(await fetcherOf(() => texts(60), TEXTS)()).toMatchObject({ kind: 'rows' });
    const large = await fetcherOf(() => texts(100), TEXTS)();
    expect(large).toMatchObject({ kind: 'staged', rows: { count: 100 } });
    // Eight rows of 120 kB are a megabyte.
    expect(Math.max(...staged)).toBeLessThanOrEqual(9);
  });

  it('counts with all other days until it is committed', async () => {
    const source: DaySource['fetchDay'] = async function* () {
      yield await Promise.resolve([
        { row: 1, values: { value: 'x'.repeat(4_000_000) }, typed: true },
      ]);
    };
    const catalog = new DatasetCatalog([TEXTS], () => ({ fetchDay: source }));
    const fetcher = new DayFetcher(catalog, sync.database, pino({ level: 'silent' }));
    const fetch = (): ReturnType<DayFetcher['fetchDay']> => fetcher.fetchDay(TEXTS, D1, NEVER);
    const days = [];
    for (let n = 0; n < 5; n++) days.push(await fetch());
    expect(days.map(({ kind }) => kind)).toEqual(['rows', 'rows', 'rows', 'rows', 'staged']);
    for (const day of days) await fetcher.release(day);
    expect(await fetch()).toMatchObject({ kind: 'rows' });
    expect(await countStaged()).toBe(0);
  });

  it('says nothing of what the datasets file takes from the environment, and no more than it can', async () => {
    const dataset = makeDataset({ variables: { TOKEN: 'canary-7f3a' } });
    const failed = await fetcherOf(() => {
      const text = `got canary-7f3a ${'x'.repeat(900_000)}`;
      throw new SourceError('lasting', 'VALUE_INVALID', text, { row: 2, column: 'canary-7f3a' });
    }, dataset)();
    if (failed.kind !== 'error') throw new Error(`expected an error, got ${failed.kind}`);
    expect(failed.error).toMatchObject({ code: 'VALUE_INVALID', row: 2, column: '${TOKEN}' });
    expect(failed.error.text).toMatch(/^got \$\{TOKEN\} x+…$/);
    expect(failed.error.text.length).toBeLessThan(1_010);
  });

  it.each([
    ['without a row', () => rows(0)],
    [
      'with a row that is wrong',
      () => {
        throw new SourceError('lasting', 'SOURCE_ROW_RAGGED', 'row 1: expected 2 fields');
      },
    ],
    ['with a row that lacks it too', () => rows(1)],
  ])('%s reports a missing column of the source first', async (_, fetchDay) => {
    const { target } = makeDataset();
    const columns = target.columns.map((column) => ({ ...column, from: 'absent' }));
    const lacking = makeDataset({ target: { ...target, columns } });
    const fetched = await fetcherOf(fetchDay, lacking, undefined, {
      knownColumns: () => Promise.resolve(['value']),
    })();
    expect(fetched).toMatchObject({
      errorKind: 'source_wide',
      error: { code: 'SOURCE_COLUMN_MISSING', row: null, column: 'absent' },
    });
  });

  it('whose rows find no room is no attempt', async () => {
    const { staging } = sync.database;
    const create = staging.create.bind(staging);
    staging.create = (columns) => ({
      ...create(columns),
      append: () => {
        throw new DatabaseUnavailableError('disk', 'the disk is full');
      },
    });
    expect(await fetcherOf(() => rows(23_000))()).toEqual({
      kind: 'no_room',
      what: 'disk',
      error: { code: 'NO_ROOM', text: 'the disk is full', row: null, column: null },
    });
    expect(await countStaged()).toBe(0);
  });

  it('without an end fails once it has more rows than a day may have, and leaves nothing staged', async () => {
    const { staging } = sync.database;
    const create = staging.create.bind(staging);
    staging.create = (columns) => {
      const table = create(columns);
      // As if the millions before were there.
      return Object.defineProperty(table, 'count', { value: 50_000_001 });
    };
    expect(await fetcherOf(() => rows(20_001, 700))()).toMatchObject({
      kind: 'error',
      errorKind: 'lasting',
      error: { code: 'DAY_TOO_LARGE', row: 20_000 },
    });
    expect(await countStaged()).toBe(0);
  });

  it('whose source never ends gives its room back at its timeout', async () => {
    let hangs = true;
    const source: DaySource['fetchDay'] = async function* () {
      yield [{ row: 1, values: { value: 'x'.repeat(4_000_000) }, typed: true }];
      if (hangs) await new Promise(() => undefined);
    };
    const catalog = new DatasetCatalog([TEXTS], () => ({ fetchDay: source }));
    const fetcher = new DayFetcher(catalog, sync.database, pino({ level: 'silent' }));
    const hurried = { ...TEXTS, timeoutSeconds: 0.2 };
    const fetch = (): ReturnType<DayFetcher['fetchDay']> => fetcher.fetchDay(hurried, D1, NEVER);
    const hanging = await Promise.all(Array.from({ length: 5 }, fetch));
    expect(hanging.map(({ kind }) => kind)).toEqual(Array.from({ length: 5 }, () => 'error'));
    hangs = false;
    const days = [];
    for (let n = 0; n < 4; n++) days.push(await fetcher.fetchDay(TEXTS, D1, NEVER));
    expect(days.map(({ kind }) => kind)).toEqual(['rows', 'rows', 'rows', 'rows']);
    await expect.poll(countStaged).toBe(0);
  });

  it('has its whole time, however long it waits for its turn', async () => {
    const waiting = fetcherOf(
      async function* (_day, _signal, time) {
        if (time === undefined) throw new Error('expected the time of the day, got nothing');
        await time.standStill(vi.advanceTimersByTimeAsync(3_600_000));
        yield* rows(1);
      },
      makeDataset({ timeoutSeconds: 1 }),
    );
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      expect(await waiting()).toMatchObject({ kind: 'rows' });
    } finally {
      vi.useRealTimers();
      // Slices have the time of the faked clock, an hour ahead: without this, later specs of this process take no turn.
      await takeTurn();
    }
  });

  it('whose source breaks unexpectedly is tried again: the log has the cause, without a secret', async () => {
    const lines: string[] = [];
    const logger = pino({}, { write: (line: string) => lines.push(line) });
    const dataset = makeDataset({ variables: { PIN: 'q7z4' } });
    const broken = (): never => {
      throw new TypeError('asked with q7z4', { cause: new Error('q7z4') });
    };
    const fetched = await fetcherOf(broken, dataset, logger)();
    expect(fetched).toMatchObject({ errorKind: 'passing', error: { code: 'INTERNAL' } });
    expect(JSON.stringify(fetched)).not.toContain('asked');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('TypeError: asked with ${PIN}');
    expect(lines[0]).not.toContain('q7z4');
  });
});
