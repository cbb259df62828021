// The speed of the sources: rows a second through the built program, compared with the floor in the same run.
import { expect, it } from 'vitest';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { scratchFolder, type DatasetYaml } from '../scratch.js';
import { atLeast, figureBeside, keep, type Figure } from './figures.js';
import { runFloor } from './floors.js';
import { prepareKinds, type Kind } from './kinds.js';

const DAYS = 5;
const ROWS_A_DAY = 40_000;
const ROUNDS = 5;
const ROWS = DAYS * ROWS_A_DAY;

/** The ratio to the floor that a kind aims at, if it has an aim. */
const AIMS: Readonly<Record<string, number>> = { csv: 0.5, ndjson: 0.5 };

/** The days of each round: new ones, because the floor replaces nothing either. */
const rounds = Array.from({ length: ROUNDS }, (_, round) =>
  Array.from({ length: DAYS }, (__, day) => dayOf(round * DAYS + day)),
);

function dayOf(number: number): string {
  return `2025-10-${String(number + 1).padStart(2, '0')}`;
}

function datasetOf({ name, source }: Kind): DatasetYaml {
  const columns = { station: 'text', n: 'integer', ratio: 'real', note: 'text' };
  return { name, source, target: { table: `readings_${name}`, columns } };
}

it('each kind, compared with its floor', async () => {
  const folder = await scratchFolder();
  const kinds = await prepareKinds({ folder, days: rounds.flat(), rowsADay: ROWS_A_DAY });
  const daysync = await startDaysync({
    datasets: kinds.map(datasetOf),
    env: Object.assign({}, ...kinds.map(({ env }) => env)) as Record<string, string>,
  });
  const figures: Figure[] = [];
  for (const kind of kinds) {
    const [owns, floors]: [number[], number[]] = [[], []];
    for (const days of rounds) {
      const floor = await runFloor('source', folder, kind.name, kind.place, ROWS_A_DAY, ...days);
      floors.push(rate(floor.ms));
      owns.push(rate(await ownMs(kind, daysync, days)));
    }
    const aim = AIMS[kind.name];
    const peer = ['the same parser or driver and prepared statements', floors] as const;
    const more = aim === undefined ? {} : { aim: atLeast(aim, 'ratio') };
    figures.push(figureBeside(`rows of ${kind.name}`, 'rows/s', owns, peer, more));
  }
  await keep('sources', figures);
});

const rate = (ms: number): number => Math.round(ROWS / (ms / 1_000));

async function ownMs(
  { name }: Kind,
  daysync: DaysyncProcess,
  days: readonly string[],
): Promise<number> {
  const range = { start_date: days[0], end_date: days.at(-1), dataset: name };
  const ended = await daysync.sync(range);
  expect(ended).toMatchObject({ status: 'completed', success: DAYS });
  return Date.parse(ended.finished_at ?? '') - Date.parse(ended.started_at ?? '');
}
