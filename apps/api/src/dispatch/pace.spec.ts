import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeWithPostgres, scratchPostgres } from '../../../../test/postgres.js';
import { PostgresDatabase } from '../database/postgres-database.js';
import { paceWaitMs, takePlace } from './pace.js';

const DAYS = { name: 'weather', spacingMs: 100, mostAhead: 1 };
const REQUESTS = { ...DAYS, mostAhead: 1_000 };
const NOW = 1_760_716_800_000;

const make = scratchPostgres();
let database: PostgresDatabase;
describeWithPostgres('what is begun evenly spaced', () => {
  beforeAll(async () => {
    const url = await make();
    database = await PostgresDatabase.open({ url, connections: 6, applicationName: 'spec' });
  });
  beforeEach(() => database.read.deleteFrom('pace').execute());
  afterAll(() => database.close());

  const place = (now: number, paced = DAYS): Promise<number> =>
    database.write('turn', ({ db }) => takePlace(db, paced, now));
  const wait = (now: number, paced = DAYS): Promise<number> =>
    paceWaitMs(database.read, paced, now);

  it('has a first place at once, and the next ones one spacing apart', async () => {
    expect(await wait(NOW)).toBe(0);
    expect(await place(NOW)).toBe(0);
    expect(await wait(NOW)).toBe(100);
    expect(await wait(NOW + 40)).toBe(60);
    expect([await place(NOW, REQUESTS), await place(NOW, REQUESTS)]).toEqual([100, 200]);
    expect(await wait(NOW + 300)).toBe(0);
  });

  it('waits no longer than for places that were taken since the clock was set back', async () => {
    await place(NOW);
    const before = NOW - 3_600_000;
    expect(await wait(before)).toBe(0);
    expect(await place(before)).toBe(0);
    expect(await wait(before)).toBe(100);
    expect(await wait(before + 100)).toBe(0);
  });

  it('has no two for one place, however many ask at once', async () => {
    const places = await Promise.all(Array.from({ length: 20 }, () => place(NOW, REQUESTS)));
    expect(places.toSorted((a, b) => a - b)).toEqual(places.map((_, index) => 100 * index));
  });

  it('is planned on from the place before, where one comes late by less than a spacing', async () => {
    await place(NOW);
    expect(await place(NOW + 130)).toBe(0);
    expect(await wait(NOW + 130)).toBe(70);
  });

  it('has no burst after a pause', async () => {
    await place(NOW);
    expect(await place(NOW + 5_000)).toBe(0);
    expect(await place(NOW + 5_000)).toBe(100);
  });

  it('is spaced by its own name', async () => {
    await place(NOW);
    expect(await wait(NOW, { ...DAYS, name: 'other' })).toBe(0);
  });

  it('never waits without a spacing, and writes nothing', async () => {
    const free = { ...DAYS, spacingMs: 0 };
    await place(NOW);
    expect([await wait(NOW, free), await place(NOW, free)]).toEqual([0, 0]);
    expect(await database.read.selectFrom('pace').selectAll().execute()).toHaveLength(1);
  });
});
