// The cost of a day without rows and work, compared with a bare loop that writes as much, other queues with a job a day,
// and a dictionary in memory.
import { it } from 'vitest';
import { scratchFolder } from '../scratch.js';
import { EmptyDays, prepareDict, prepareQueues, type RunDays } from './days-contestants.js';
import { diskFolder } from './disk-folder.js';
import { DURABLE } from './durable-servers.js';
import { atLeast, atMost, figureBeside, keep, type Figure } from './figures.js';
import { runFloor } from './floors.js';
import { measureInTurn, type Measurement } from './in-turn.js';

const LONG_BATCH = 3_650;
const FLOOR_ROUNDS = 5;
const QUEUE_ROUNDS = 3;
const SIZES = [366, LONG_BATCH] as const;
const ONE_AT_A_TIME = 'one at a time, the default of a dataset';

/** The time of a day in a long batch, compared with the bare loop in the same folder. */
async function overhead(
  where: string,
  own: EmptyDays,
  folder: string,
  aim?: Figure['aim'],
): Promise<Figure> {
  const { bare, daysync } = await measureInTurn(FLOOR_ROUNDS, {
    bare: async () => (await runFloor('day', folder, '1900-01-01', LONG_BATCH)).ms / LONG_BATCH,
    daysync: async () => (await own.run(LONG_BATCH)).ms / LONG_BATCH,
  });
  const what = `overhead a day, empty source, ${where}`;
  const loop = ['a bare loop with one committed transaction a day', bare] as const;
  const note = `${LONG_BATCH} days, ${ONE_AT_A_TIME}, SQLite with synchronous=FULL`;
  return figureBeside(what, 'ms', daysync, loop, { ...(aim && { aim }), note });
}

it('a day without rows, compared with a bare loop, queues and a dictionary', async () => {
  const onDisk = await diskFolder();
  const own = await EmptyDays.start(onDisk);
  const figures = [await overhead('on a disk', own, onDisk, atMost(1.5, 'ratio'))];
  const inMemory = await scratchFolder();
  figures.push(await overhead('in memory', await EmptyDays.start(inMemory), inMemory));

  const { queues, missing } = await prepareQueues();
  const others = new Map<string, RunDays>([...queues, ['a dictionary', await prepareDict()]]);
  for (const days of SIZES) {
    const contestants: Record<string, Measurement> = {
      daysync: async () => (days * 1_000) / (await own.run(days)).withStartMs,
    };
    for (const [name, run] of others) contestants[name] = () => run(days);
    const { daysync = [], ...rates } = await measureInTurn(QUEUE_ROUNDS, contestants);
    for (const peer of Object.entries(rates)) {
      const more = queues.has(peer[0])
        ? { aim: atLeast(1, 'ratio'), note: DURABLE }
        : { note: 'in memory, lost with its process' };
      figures.push(figureBeside(`${days} days without work`, 'days/s', daysync, peer, more));
    }
  }
  await keep('days', figures, missing);
});
