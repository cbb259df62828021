import { beforeAll, describe, expect, it } from 'vitest';
import { dataOf, type Answer } from '../daysync.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { readings, scratchFolder, weather, writeScratch } from '../scratch.js';
import type { Progress, WireProblem } from '../wire.js';

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
    // Without the dataset, and with a lower limit of the range, a new start would be refused.
    daysync = await startApp({
      folder,
      datasets: [readings(`${folder}/readings.csv`)],
      env: { MAX_RANGE_DAYS: '2' },
    });
    const again = await start(body, 'crash');
    expectReplayed(again, taskId);
    expect(dataOf(again)).toMatchObject({ status: 'cancelled' });
    expect(await start(body, 'another')).toMatchObject({ status: 404 });

    await daysync.stop();
    daysync = await startApp({
      folder,
      datasets: [SLOW, readings(`${folder}/readings.csv`)],
      env: { MAX_RANGE_DAYS: '2' },
    });
    expectReplayed(await start(body, 'crash'), taskId);
    expect(await start(body, 'another')).toMatchObject({ status: 422 });

    await daysync.stop();
    daysync = await startApp({
      folder,
      datasets: [SLOW, readings(`${folder}/readings.csv`)],
      env: { MAX_ACTIVE_BATCHES: '9' },
    });
  });

  it('is the same with other quotes of the key, and with explicit defaults', async () => {
    const range = nextRange();
    const taskId = taskIdOf(await start(range, '"quoted"'));
    const { end_date, start_date } = range;
    const spelledOut = { mode: 'missing_and_failed', order: 'asc', end_date, start_date };
    expectReplayed(await start(spelledOut, 'quoted'), taskId);
    expectReplayed(await start({ ...spelledOut, dataset: 'weather' }, 'quoted'), taskId);
  });

  it('but another body: 422 IDEMPOTENCY_KEY_REUSED, and nothing starts', async () => {
    const range = nextRange();
    const taskId = taskIdOf(await start(range, 'reused'));
    const { total } = await daysync.batches();
    for (const changed of [{ ...range, mode: 'all' }, nextRange()]) {
      expect(await start(changed, 'reused')).toMatchObject({
        status: 422,
        body: { code: 'IDEMPOTENCY_KEY_REUSED' },
      });
    }
    const retry = await start({}, 'reused', `sync/batch/${taskId}/retry`);
    expect(retry).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    expect(await daysync.batches()).toMatchObject({ total });
  });

  it('is accepted if it was refused before', async () => {
    const range = nextRange();
    const inTheWay = taskIdOf(await daysync.post('sync/batch', range));
    expect(await start(range, 'refused')).toMatchObject({ status: 409 });
    expect(await start({ ...range, end_date: '2001-01-01' }, 'refused')).toMatchObject({
      status: 400,
    });
    await daysync.post(`sync/batch/${inTheWay}/cancel`, undefined);
    await daysync.ended(inTheWay);
    const taken = await start(range, 'refused');
    expect(taken).toMatchObject({ status: 202 });
    expect(taken.headers.has('idempotency-replayed')).toBe(false);
    expect(taskIdOf(taken)).not.toBe(inTheWay);
  });

  it('is answered even if its plan has changed since', async () => {
    const body = { start_date: '2025-10-01', end_date: '2025-10-01', dataset: 'readings' };
    const preview = await daysync.post('sync/batch/preview', { ...body, mode: 'missing' });
    const { plan_hash } = dataOf(preview) as { plan_hash: string };
    const planned = { ...body, mode: 'missing', plan_hash };
    const taskId = taskIdOf(await start(planned, 'planned'));
    await daysync.ended(taskId);
    expect(await start(planned, 'another plan')).toMatchObject({ status: 400 });
    expect(await start(planned, 'another-plan')).toMatchObject({
      status: 409,
      body: { code: 'PLAN_CHANGED' },
    });
    expectReplayed(await start(planned, 'planned'), taskId);
  });
});

describe('a retry with a key', () => {
  it('starts once, and is answered with that batch also after its end', async () => {
    const body = { start_date: '2025-10-01', end_date: '2025-10-01', dataset: 'readings' };
    const parent = await daysync.sync({ ...body, mode: 'all' });
    expect(parent).toMatchObject({ failed: 1 });
    const path = `sync/batch/${parent.task_id}/retry`;
    const answers = await Promise.all(Array.from({ length: 20 }, () => start({}, 'retry', path)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    const [child = ''] = new Set(answers.map(taskIdOf));
    await daysync.ended(child);
    expectReplayed(await start({}, 'retry', path), child);
    // The order of its codes does not matter.
    const [day] = await daysync.days(parent.task_id);
    const codes = [day?.error?.code ?? '', 'TIMEOUT'];
    const byCode = taskIdOf(await start({ codes }, 'by-code', path));
    await daysync.ended(byCode);
    expectReplayed(await start({ codes: codes.toReversed() }, 'by-code', path), byCode);
    // Without the key it is a new retry.
    const next = await daysync.post(path, undefined);
    expect(next).toMatchObject({ status: 202 });
    expect(taskIdOf(next)).not.toBe(child);
  });
});

describe('an invalid key', () => {
  it.each(['', '""', 'a b', '"open', 'k'.repeat(256), '"a";b'])('%j: 400', async (key) => {
    const { total } = await daysync.batches();
    for (const path of ['sync/batch', 'sync/batch/nothing/retry']) {
      const answer = await start(path === 'sync/batch' ? nextRange() : {}, key, path);
      expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
      const { errors = [] } = answer.body as WireProblem;
      expect(errors).toMatchObject([{ pointer: '/headers/idempotency-key' }]);
    }
    expect(await daysync.batches()).toMatchObject({ total });
  });
});
