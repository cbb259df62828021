// `@daysync/client` against the program; killed.spec.ts has its watch through a kill.
import { beforeAll, describe, expect, it } from 'vitest';
import { createClient, DaysyncError, type Progress } from '../../libs/client/src/index.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { freePort } from '../free-port.js';
import { weather } from '../scratch.js';
import { AUTH_TOKENS, OPERATOR, VIEWER } from '../token-program.js';

const RANGE = { start_date: '2012-01-01', end_date: '2012-01-05' };
const slow = weather({
  name: 'slow',
  target: { ...weather().target, table: 'slow' },
  throttle: { days_per_minute: 600 },
});
const DATASETS = [weather(), slow];
const env = { AUTH_TOKENS, MAX_ACTIVE_BATCHES: '5' };

let daysync: DaysyncApp;
const clientOf = (token: string = OPERATOR) =>
  createClient({ url: daysync.url, token, language: 'en' });
beforeAll(async () => {
  daysync = await startApp({ datasets: DATASETS, env, token: OPERATOR });
});

async function failure(work: Promise<unknown>): Promise<DaysyncError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof DaysyncError) return error;
  throw new TypeError(`expected a DaysyncError, got ${String(error)}`);
}

async function all(watch: AsyncIterable<Progress>): Promise<readonly Progress[]> {
  const seen: Progress[] = [];
  for await (const progress of watch) seen.push(progress);
  return seen;
}

describe('the client', () => {
  it('starts a batch and watches each change to its end', async () => {
    const client = clientOf();
    const started = await client.start({ ...RANGE, dataset: 'slow' });
    const seen = await all(client.watch(started.task_id));
    const last = seen.at(-1);
    expect(last).toMatchObject({ status: 'completed', success: 5 });
    expect(last?.message).toMatch(/^Sync completed/);
    expect(last).toEqual(await client.progress(started.task_id));
    const revs = seen.map(({ rev }) => rev);
    expect(revs).toEqual([...new Set(revs)].toSorted((a, b) => a - b));
    // Events: the polls of two seconds would have seen the first and the last.
    expect(seen.length).toBeGreaterThan(3);
    expect(await client.ended(started.task_id)).toEqual(last);
  });

  it('starts once with one key, and refuses another request under it', async () => {
    const client = clientOf();
    const options = { idempotencyKey: 'client-spec-1' };
    const { task_id } = await client.start({ ...RANGE, mode: 'all' }, options);
    expect(await client.start({ ...RANGE, mode: 'all' }, options)).toMatchObject({ task_id });
    const other = await failure(client.start(RANGE, options));
    expect(other).toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' });
    await client.ended(task_id);
  });

  it('controls a batch', async () => {
    const client = clientOf();
    const request = { ...RANGE, dataset: 'slow', mode: 'all' } as const;
    const { task_id } = await client.start({ ...request, end_date: '2012-03-31' });
    expect(await client.pause(task_id)).toMatchObject({ status: 'paused' });
    const extended = await client.extend(task_id, { end_date: '2012-04-30' });
    expect(extended.total).toBe(121);
    expect((await client.resume(task_id)).status).not.toBe('paused');
    const overlap = await failure(client.start(request));
    expect(overlap).toMatchObject({ status: 409, code: 'BATCH_OVERLAPS', problem: { task_id } });
    await client.cancel(task_id);
    expect(await client.ended(task_id)).toMatchObject({ status: 'cancelled' });
    expect(await failure(client.pause(task_id))).toMatchObject({
      code: 'BATCH_STATE',
      problem: { state: 'cancelled' },
    });
    expect(await failure(client.retry(task_id))).toMatchObject({ code: 'NOTHING_TO_RETRY' });
  });

  it('reads records, days, batches, datasets and any other operation', async () => {
    const client = clientOf(VIEWER);
    const records = await client.records({ dataset: 'weather', page_size: 2, sort: 'day' });
    expect(records.items.map(({ day }) => day)).toEqual(['2012-01-01', '2012-01-02']);
    const [batch] = (await client.batches({ dataset: 'weather' })).items;
    expect((await client.days(batch?.task_id ?? '')).items).toHaveLength(5);
    expect((await client.datasets()).items.map(({ name }) => name)).toEqual(['weather', 'slow']);
    expect(await client.dataset('slow')).toMatchObject({ name: 'slow' });
    expect((await client.preview(RANGE)).total).toBe(5);
    const rows = await client.request(
      'get',
      '/api/v1/sync-status/datasets/{name}/days/{day}/rows',
      { path: { name: 'weather', day: '2012-01-01' }, query: { page_size: 1 } },
    );
    expect(rows.items).toHaveLength(1);
  });

  it('refuses with a code, and names the wrong fields', async () => {
    const client = clientOf();
    expect(await failure(client.start({ ...RANGE, start_date: '2012-13-01' }))).toMatchObject({
      name: 'DaysyncError',
      status: 400,
      code: 'VALIDATION_FAILED',
      errors: [{ pointer: '/start_date', expected: 'a date written YYYY-MM-DD' }],
    });
    expect(await failure(clientOf(VIEWER).start(RANGE))).toMatchObject({ code: 'FORBIDDEN' });
    expect(await failure(clientOf('wrong').datasets())).toMatchObject({ code: 'UNAUTHENTICATED' });
    const nowhere = createClient({ url: `http://127.0.0.1:${await freePort()}` });
    const noServer = await failure(nowhere.datasets());
    expect(noServer).toMatchObject({ status: 0, code: 'UNREACHABLE', retryAfterMs: null });
    expect(await failure(all(client.watch('a/b')))).toMatchObject({
      status: 404,
      code: 'BATCH_NOT_FOUND',
    });
  });

  it('ends with its signal, and leaves the batch alone', async () => {
    const client = clientOf();
    const { task_id } = await client.start({ ...RANGE, dataset: 'slow', mode: 'all' });
    const stop = new AbortController();
    const reason = new Error('enough');
    const watching = (async () => {
      for await (const { finished } of client.watch(task_id, { signal: stop.signal })) {
        if (finished > 0) stop.abort(reason);
      }
    })();
    await expect(watching).rejects.toBe(reason);
    await expect(client.progress(task_id, { signal: stop.signal })).rejects.toBe(reason);
    expect(await client.ended(task_id)).toMatchObject({ status: 'completed' });
  });
});
