// Days a second of one, two and four workers, beside other queues that do the same work in as many processes.
import { expect, it } from '@jest/globals';
import { prepareDaysync, preparePeers, type Measure } from './scale-queues.js';

const ROUNDS = 3;
const WORKERS = [1, 2, 4] as const;
/** Of each process. */
const CONCURRENCY = 8;
const DAY_MS = 50;
const OWN = 'daysync';

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** The median, and between what all of them are. */
function tell(values: readonly number[], digits: number): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const [middle, ...ends] = [median(values), least, most].map((value) => value.toFixed(digits));
  return `${middle ?? ''} (${ends.join('–')})`;
}

it('days a second, beside other queues', async () => {
  const work = { concurrency: CONCURRENCY, dayMs: DAY_MS, mostWorkers: Math.max(...WORKERS) };
  const queues = new Map<string, Measure>([[OWN, await prepareDaysync(work)]]);
  const { peers, missing } = await preparePeers(work);
  for (const [name, peer] of peers) queues.set(name, peer);

  // All of a number of workers come one after the other, so that what slows the machine slows them all.
  const measured = new Map<string, number[]>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const workers of WORKERS) {
      for (const [name, measure] of queues) {
        const key = `${name} ${workers}`;
        measured.set(key, [...(measured.get(key) ?? []), await measure(workers)]);
      }
    }
  }

  const rates = (name: string, workers: number): readonly number[] =>
    measured.get(`${name} ${workers}`) ?? [];
  const rows = WORKERS.flatMap((workers) =>
    [...queues.keys()].map((name) => {
      const own = rates(OWN, workers);
      const ratios = rates(name, workers).map((rate, round) => (own[round] ?? NaN) / rate);
      const most = (workers * CONCURRENCY * 1_000) / DAY_MS;
      return [
        String(workers).padStart(7),
        name.padEnd(8),
        tell(rates(name, workers), 0).padStart(16),
        String(most).padStart(8),
        (name === OWN ? '' : tell(ratios, 2)).padStart(20),
      ].join(' ');
    }),
  );
  process.stdout.write(
    [
      'workers queue            days/s  at most    daysync beside it',
      ...rows,
      ...missing.map((name) => `${name} is not measured: it is not installed`),
      '',
    ].join('\n'),
  );
  expect(rows).toHaveLength(WORKERS.length * queues.size);
});
