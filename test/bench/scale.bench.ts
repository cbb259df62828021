// Days a second of one to eight workers, compared with other queues that do the same work in as many processes, and of
// one batch compared with several at once. All of them commit to a disk.
import { expect, it } from 'vitest';
import { atLeast, figureBeside, keep, type Figure } from './figures.js';
import { measureInTurn, type Measurement } from './in-turn.js';
import { prepareDaysync, preparePeers } from './scale-queues.js';

const ROUNDS = 3;
/** The numbers of workers, and the share of plain pg-boss that Daysync aims at. */
const AIMS = new Map([
  [1, 1],
  [2, 1],
  [4, 1],
  [8, 0.9],
]);
/** Workers on one batch, and the share of as many batches at once that it aims at. */
const AT_ONCE = 4;
const LEAST_OF_BATCHES = 0.9;
/** The concurrency of each process. */
const CONCURRENCY = 8;
const DAY_MS = 50;

it('days a second, compared with other queues', async () => {
  const work = { concurrency: CONCURRENCY, dayMs: DAY_MS, mostWorkers: Math.max(...AIMS.keys()) };
  const daysync = await prepareDaysync(work);
  const { peers, missing } = await preparePeers(work);
  const figures: Figure[] = [];
  for (const [workers, aim] of AIMS) {
    const contestants: Record<string, Measurement> = { daysync: () => daysync.oneBatch(workers) };
    for (const [name, peer] of peers) contestants[name] = () => peer(workers);
    const { daysync: own = [], ...others } = await measureInTurn(ROUNDS, contestants);
    const what = `days of 50 ms, ${workers} ${workers === 1 ? 'worker' : 'workers'} with 8 at a time, PostgreSQL`;
    for (const peer of Object.entries(others)) {
      const more = peer[0] === 'pg-boss' ? { aim: atLeast(aim, 'ratio') } : {};
      figures.push(figureBeside(what, 'days/s', own, peer, more));
    }
  }
  const { one, several } = await measureInTurn(ROUNDS, {
    one: () => daysync.oneBatch(AT_ONCE),
    several: () => daysync.batchesAtOnce(AT_ONCE),
  });
  const what = `days of 50 ms, ${AT_ONCE} workers on one batch, PostgreSQL`;
  const atOnce = [`${AT_ONCE} batches at once`, several] as const;
  const aim = atLeast(LEAST_OF_BATCHES, 'ratio');
  figures.push(figureBeside(what, 'days/s', one, atOnce, { aim }));
  expect(await daysync.countDeadlocks()).toBe(0);
  const notMeasured = missing.map((name) => `${name}, for it is not installed`);
  await keep('scale', figures, notMeasured);
});
