// The time from a SIGKILL until the day in flight is requested again after an immediate restart: Daysync and other
// queues.
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { startDaysync } from '../daysync-process.js';
import { DayServer } from '../day-server.js';
import { diskFolder } from './disk-folder.js';
import { startPlaces } from './durable-servers.js';
import { atMost, besides, figure, keep } from './figures.js';
import { measureInTurn, type Measurement } from './in-turn.js';
import { startProgram, type BenchProgram } from './programs.js';

/** Rounds with the peers, which need half a minute each, and more rounds of Daysync only. */
const ROUNDS = 2;
const OWN_ROUNDS = 5;
const MOST_SECONDS = 2;
const DAYS = 10;
const NOTES: Readonly<Record<string, string>> = {
  BullMQ: 'default settings: a lock of 30 s, checked every 30 s',
  'pg-boss': 'with its shortest heartbeat, 10 s, checked every second; by default 15 min',
};
const RANGE = { start_date: '2025-10-01', end_date: '2025-10-10' };

type HangingSource = Awaited<ReturnType<typeof startSource>>;

/** A source where the first request for a day hangs. @returns what resolves at the first and at the second one, too */
async function startSource(day: string) {
  const [hangs, isAskedAgain] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const server = await DayServer.start((asked, times) => {
    if (asked !== day) return 'row';
    (times === 0 ? hangs : isAskedAgain).resolve();
    return times === 0 ? 'hang' : 'row';
  });
  return { server, hangs: hangs.promise, isAskedAgain: isAskedAgain.promise };
}

/** Kills the program as the day hangs, and restarts it. @returns the seconds until that day is requested again */
async function killAndResume(
  { hangs, isAskedAgain }: HangingSource,
  kill: () => Promise<void>,
  start: () => Promise<unknown>,
): Promise<number> {
  await hangs;
  const begun = performance.now();
  await kill();
  const started = start();
  await isAskedAgain;
  const seconds = (performance.now() - begun) / 1_000;
  await started;
  return seconds;
}

async function resumeDaysync(): Promise<number> {
  const source = await startSource('2025-10-05');
  const options = { folder: await diskFolder(), datasets: [source.server.dataset()] };
  let daysync = await startDaysync(options);
  const port = Number(new URL(daysync.url).port);
  const { task_id } = await daysync.startBatch(RANGE);
  const seconds = await killAndResume(
    source,
    () => daysync.kill(),
    async () => (daysync = await startDaysync({ ...options, port })),
  );
  expect(await daysync.ended(task_id)).toMatchObject({ status: 'completed', success: DAYS });
  await daysync.stop();
  return seconds;
}

/** The same with a worker of another queue. */
function resumeQueue(kind: string, place: string | number): Measurement {
  let rounds = 0;
  return async () => {
    rounds += 1;
    const source = await startSource('4');
    const start = (): Promise<BenchProgram> =>
      startProgram('peers/day-queue.ts', kind, place, `days_${rounds}`, source.server.url);
    let { child } = await start();
    const kill = async (): Promise<void> => {
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
    };
    child.stdin.write(`add ${DAYS}\n`);
    const seconds = await killAndResume(source, kill, async () => ({ child } = await start()));
    await kill();
    return seconds;
  };
}

it('the time until a day in flight is retried after a SIGKILL, compared with other queues', async () => {
  const contestants: Record<string, Measurement> = { daysync: resumeDaysync };
  const { places, missing } = await startPlaces();
  for (const { name, kind, place } of places) contestants[name] = resumeQueue(kind, place);
  const { daysync: besideOthers = [], ...others } = await measureInTurn(ROUNDS, contestants);
  const { daysync: alone } = await measureInTurn(OWN_ROUNDS - ROUNDS, { daysync: resumeDaysync });
  const what = 'the day in flight is fetched again after a SIGKILL and an immediate start';
  const all = [...besideOthers, ...alone];
  const own = figure(what, 's', all, { aim: atMost(MOST_SECONDS, 'own') });
  const figures = Object.entries(others).map(([name, seconds]) => ({
    ...own,
    beside: besides(name, besideOthers, seconds),
    ...(NOTES[name] === undefined ? {} : { note: NOTES[name] }),
  }));
  const notMeasured = missing.map((peer) => `the resume of ${peer}`);
  await keep('resume', figures.length === 0 ? [own] : figures, notMeasured);
});
