import { beforeAll, describe, expect, it } from 'vitest';
import { dataOf, type Answer } from '../daysync.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { readings, scratchFolder, weather, writeScratch } from '../scratch.js';
import type { Progress } from '../wire.js';

/** One day in a minute: a batch of several days stays as long as a spec needs it. */
const SLOW = weather({ throttle: { days_per_minute: 1 } });

let daysync: DaysyncApp;
beforeAll(async () => {
  const folder = await scratchFolder();
  const csv = await writeScratch(
    folder,
    'readings.csv',
    'day,city,degrees\n2025-10-01,Oslo,mild\n',
  );
  daysync = await startApp({
    folder,
    datasets: [SLOW, readings(csv)],
    env: { MAX_ACTIVE_BATCHES: '2' },
  });
});

let year = 2012;
/** A range that no other test uses. */
function nextRange(): { start_date: string; end_date: string } {
  const range = { start_date: `${year}-01-01`, end_date: `${year}-01-03` };
  year += 1;
  return range;
}

function start(body: unknown, key: string, path = 'sync/batch'): Promise<Answer> {
  return daysync.api(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  });
}

function taskIdOf(answer: Answer): string {
  return (dataOf(answer) as Progress).task_id;
}

function expectReplayed(answer: Answer, taskId: string): void {
  expect(answer).toMatchObject({ status: 202, body: { data: { task_id: taskId } } });
  expect(answer.headers.get('idempotency-replayed')).toBe('true');
  expect(answer.headers.get('location')).toBe(`/api/v1/sync-status/sync/batch/progress/${taskId}`);
}

describe('the same start a hundred times at once', () => {
  it('without a key starts once: the others are refused with that batch', async () => {
    const body = nextRange();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => daysync.post('sync/batch', body)),
    );
    const taken = answers.filter(({ status }) => status === 202);
    expect(taken.map(taskIdOf)).toHaveLength(1);
    const [taskId] = taken.map(taskIdOf);
    const refused = answers.filter(({ status }) => status !== 202);
    expect(refused.map(({ status, body }) => [status, body])).toEqual(
      Array.from({ length: 99 }, () => [
        409,
        expect.objectContaining({ code: 'BATCH_OVERLAPS', task_id: taskId }) as unknown,
      ]),
    );
  });

  it('with one key starts once, and every answer is that batch', async () => {
    const body = nextRange();
    const answers = await Promise.all(Array.from({ length: 100 }, () => start(body, 'hundred')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    const ids = new Set(answers.map(taskIdOf));
    expect(ids.size).toBe(1);
    const [taskId = ''] = ids;
    const replayed = answers.filter(({ headers }) => headers.has('idempotency-replayed'));
    expect(replayed).toHaveLength(99);
    for (const answer of replayed) expectReplayed(answer, taskId);
  });
});

describe('a start with a key that was used before', () => {
  it('is answered with the current progress, also after a restart', async () => {
    const body = { ...nextRange(), dataset: 'weather' };
    const first = await start(body, 'crash');
    expect(first.headers.has('idempotency-replayed')).toBe(false);
    const taskId = taskIdOf(first);
    await daysync.post(`sync/batch/${taskId}/cancel`, undefined);
    await daysync.ended(taskId);

    const { folder } = daysync;
    await daysync.stop();
    // Without the dataset, a new start would be refused.
    const dataset = readings(`${folder}/readings.csv`);
    daysync = await startApp({ folder, datasets: [dataset] });
    const again = await start(body, 'crash');
    expectReplayed(again, taskId);
    expect(dataOf(again)).toMatchObject({ status: 'cancelled' });
    expect(await start(body, 'another')).toMatchObject({ status: 404 });
  });

  it('is answered even if its plan has changed since', async () => {
    const body = { start_date: '2025-10-01', end_date: '2025-10-01', dataset: 'readings' };
    const preview = await daysync.post('sync/batch/preview', { ...body, mode: 'missing' });
    const { plan_hash } = dataOf(preview) as { plan_hash: string };
    const planned = { ...body, mode: 'missing', plan_hash };
    const taskId = taskIdOf(await start(planned, 'planned'));
    await daysync.ended(taskId);
    expect(await start(planned, 'another-plan')).toMatchObject({
      status: 409,
      body: { code: 'PLAN_CHANGED' },
    });
    expectReplayed(await start(planned, 'planned'), taskId);
  });
});

describe('an invalid key', () => {
  it.each(['sync/batch', 'sync/batch/nothing/retry'])('of %s: 400', async (path) => {
    const answer = await start(path === 'sync/batch' ? nextRange() : {}, 'a b', path);
    expect(answer).toMatchObject({
      ...{ status: 400 },
      body: { code: 'VALIDATION_FAILED', errors: [{ pointer: '/headers/idempotency-key' }] },
    });
  });
});
