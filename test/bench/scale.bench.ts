// Days a second of one, two and four workers, beside other queues that do the same work in as many processes.
import { it } from 'vitest';
import { besides, keep, spread, type Figure } from './figures.js';
import { measureInTurn, type Measurement } from './in-turn.js';
import { prepareDaysync, preparePeers } from './scale-queues.js';

const ROUNDS = 3;
const WORKERS = [1, 2, 4] as const;
/** Of each process. */
const CONCURRENCY = 8;
const DAY_MS = 50;

it('days a second, beside other queues', async () => {
  const work = { concurrency: CONCURRENCY, dayMs: DAY_MS, mostWorkers: Math.max(...WORKERS) };
  const daysync = await prepareDaysync(work);
  const { peers, missing } = await preparePeers(work);
  const figures: Figure[] = [];
  for (const workers of WORKERS) {
    const contestants: Record<string, Measurement> = { daysync: () => daysync(workers) };
    for (const [name, peer] of peers) contestants[name] = () => peer(workers);
    const { daysync: own = [], ...others } = await measureInTurn(ROUNDS, contestants);
    for (const [name, rates] of Object.entries(others)) {
      figures.push({
        what: `days of 50 ms, ${workers} of 4 workers with 8 at a time, PostgreSQL`,
        unit: 'days/s',
        own: spread(own),
        beside: besides(name, own, rates),
      });
    }
  }
  await keep(
    'scale',
    figures,
    missing.map((name) => `${name}, for it is not installed`),
  );
});
