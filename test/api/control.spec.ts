import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { dataOf } from '../daysync.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { weather } from '../scratch.js';
import type { Progress } from '../wire.js';

const OPTIONS = {
  datasets: [
    weather({ throttle: { days_per_minute: 600 } }),
    weather({ name: 'second', target: { ...weather().target, table: 'second' } }),
  ],
};

let daysync: DaysyncApp;
beforeAll(async () => {
  daysync = await startApp(OPTIONS);
});

let year = 2012;
/** A range that no other test uses. */
function nextRange(): { start_date: string; end_date: string } {
  const range = { start_date: `${year}-01-01`, end_date: `${year}-01-20` };
  year += 1;
  return range;
}

async function control(taskId: string, verb: string): Promise<Progress> {
  return dataOf(await daysync.post(`sync/batch/${taskId}/${verb}`, undefined)) as Progress;
}

async function runningBatch(): Promise<string> {
  const { task_id } = await daysync.startBatch(nextRange());
  while ((await daysync.progress(task_id)).finished < 2) await sleep(20);
  return task_id;
}

describe('a pause', () => {
  it('frees the place of its batch and survives a restart, and a resume continues', async () => {
    const taskId = await runningBatch();
    expect(await control(taskId, 'pause')).toMatchObject({
      status: 'paused',
      message: '同步已暂停',
      waiting_for: { kind: 'paused' },
    });
    expect(await control(taskId, 'pause')).toMatchObject({ status: 'paused' });
    const other = { start_date: '2014-06-01', end_date: '2014-06-03', dataset: 'second' };
    expect(await daysync.sync(other)).toMatchObject({ status: 'completed' });
    const held = await daysync.progress(taskId);
    expect(held).toMatchObject({ status: 'paused', running: 0 });

    await daysync.stop();
    daysync = await startApp({ ...OPTIONS, folder: daysync.folder });
    expect(await daysync.progress(taskId)).toMatchObject({
      status: 'paused',
      finished: held.finished,
    });
    const resumed = await control(taskId, 'resume');
    expect(['queued', 'running']).toContain(resumed.status);
    await control(taskId, 'resume');
    const ended = await daysync.ended(taskId);
    expect(ended).toMatchObject({ status: 'completed', success: 20 });
    const days = await daysync.days(taskId);
    expect(days.map(({ attempts }) => attempts)).toEqual(days.map(() => 1));
  });
});

describe('a verb that does not fit', () => {
  it('of an unknown batch is 404', async () => {
    const answer = await daysync.post('sync/batch/nothing/pause', undefined);
    expect(answer).toMatchObject({ status: 404, body: { code: 'BATCH_NOT_FOUND' } });
  });
});
