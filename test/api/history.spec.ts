import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { change } from '../database-queries.js';
import { dataOf } from '../daysync.js';
import { startApp } from '../daysync-app.js';
import { weather } from '../scratch.js';
import { countRows } from '../target-table.js';
import type { Progress } from '../wire.js';

const OPTIONS = { datasets: [weather()], env: { HISTORY_DAYS: '7' } };
const RANGE = { start_date: '2012-01-01', end_date: '2012-12-31' };
const KEYED = {
  method: 'POST',
  headers: { 'content-type': 'application/json', 'idempotency-key': 'old' },
  body: JSON.stringify({ ...RANGE, mode: 'all' }),
};

describe('a batch that ended longer ago than HISTORY_DAYS', () => {
  it('is deleted with its days and its key; its records and rows stay, and so do newer batches', async () => {
    let daysync = await startApp(OPTIONS);
    const old = (dataOf(await daysync.api('sync/batch', KEYED)) as Progress).task_id;
    await daysync.ended(old);
    const young = await daysync.sync(RANGE);
    const { total: records } = await daysync.records();
    await daysync.stop();
    const sevenDaysAgo = new Date(Date.now() - 7 * 86_400_000 - 60_000).toISOString();
    await change(
      daysync.database,
      `update batch set finished_at = '${sevenDaysAgo}' where batch_id = '${old}'`,
    );

    daysync = await startApp({ ...OPTIONS, folder: daysync.folder });
    while ((await daysync.api(`sync/batch/progress/${old}`)).status === 200) await sleep(20);
    for (const path of [`sync/batch/progress/${old}`, `sync/batch/${old}/days`]) {
      expect(await daysync.api(path)).toMatchObject({
        status: 404,
        body: { code: 'BATCH_NOT_FOUND' },
      });
    }
    expect(await daysync.progress(young.task_id)).toEqual(young);
    expect(await daysync.batches()).toMatchObject({ total: 1 });
    expect(await countRows(daysync.database, 'batch_day')).toBe(366);
    expect(await daysync.records()).toMatchObject({ total: records });
    expect(await countRows(daysync.database, 'weather_daily')).toBe(732);
    const again = await daysync.api('sync/batch', KEYED);
    expect(again).toMatchObject({ status: 202 });
    expect(again.headers.has('idempotency-replayed')).toBe(false);
    await daysync.stop();
    expect(await daysync.logLines()).toContainEqual(
      expect.objectContaining({ msg: '已清理过期的批次', batches: 1 }),
    );
  });
});
