// The program is killed at each point of a day's way into a target outside its own database.
import { expect, it } from 'vitest';
import { POINTS_ELSEWHERE, TARGETS_ELSEWHERE } from '../elsewhere.js';
import { ON_POSTGRES } from '../own-database.js';
import { scratchPostgres } from '../postgres.js';
import { expectWhole, RANGE, start, strikesElsewhere } from '../strikes-elsewhere.js';

const makePostgres = scratchPostgres();

/** On PostgreSQL one kind is enough: only the database with the outcome of the day differs there. */
const KINDS = ON_POSTGRES ? TARGETS_ELSEWHERE.slice(0, 1) : TARGETS_ELSEWHERE;
const CASES = KINDS.flatMap((kind) => POINTS_ELSEWHERE.map((point) => [kind, point] as const));

it.each(CASES)(
  '%s: killed at %s, a day is in once, and is fetched again only if it was not',
  async (kind, point) => {
    const scene = await strikesElsewhere(kind, makePostgres);
    const first = await start(scene, { DAYSYNC_FAULT: `${point}@4=kill` });
    const { task_id } = await first.startBatch(RANGE);
    await first.died();
    const before = scene.calls.readNew().map(({ day }) => day);
    const last = before.at(-1);
    const second = await start(scene);
    expect(await second.ended(task_id)).toMatchObject({ status: 'completed', failed: 0 });
    const after = scene.calls.readNew().map(({ day }) => day);
    if (point === 'elsewhere:after_commit') expect(after).not.toContain(last);
    expect(new Set([...before, ...after]).size).toBe(40);
    await expectWhole(scene, second);
  },
);
