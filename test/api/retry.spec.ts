import { beforeAll, describe, expect, it } from 'vitest';
import { dataOf, type Answer } from '../daysync.js';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { readings, scratchFolder, weather, writeScratch } from '../scratch.js';
import { rowsByDay } from '../target-table.js';
import type { Progress, WireProblem } from '../wire.js';

const GOOD = `day,city,degrees
2025-10-01,Oslo,9
2025-10-02,Oslo,8
2025-10-03,Oslo,7
2025-10-04,Oslo,6
`;
/** Two days with a value that does not fit, and one with a missing field. */
const BAD = GOOD.replace('Oslo,8', 'Oslo,mild')
  .replace('Oslo,7', 'Oslo')
  .replace('Oslo,6', 'Oslo,cold');
const RANGE = { start_date: '2025-10-01', end_date: '2025-10-04', dataset: 'readings' };

let daysync: DaysyncApp;
let csv: string;
beforeAll(async () => {
  const folder = await scratchFolder();
  csv = await writeScratch(folder, 'readings.csv', BAD);
  daysync = await startApp({
    folder,
    datasets: [
      readings(csv, { throttle: { days_per_minute: 600 } }),
      weather({ throttle: { days_per_minute: 1 } }),
    ],
  });
});

/** A batch that ends with three failed days. */
async function failedBatch(): Promise<string> {
  await write(BAD);
  const parent = await daysync.sync({ ...RANGE, mode: 'all' });
  expect(parent).toMatchObject({ status: 'completed', failed: 3 });
  return parent.task_id;
}

async function write(text: string): Promise<void> {
  await writeScratch(daysync.folder, 'readings.csv', text);
}

function retry(taskId: string, body?: unknown): Promise<Answer> {
  return daysync.post(`sync/batch/${taskId}/retry`, body);
}

describe('a retry', () => {
  it('tries only the failed days, and succeeds once their file is fixed', async () => {
    const parent = await failedBatch();
    await write(GOOD);
    // Without body and content type.
    const answer = await daysync.api(`sync/batch/${parent}/retry`, { method: 'POST' });
    const child = dataOf(answer) as Progress;
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(
      `/api/v1/sync-status/sync/batch/progress/${child.task_id}`,
    );
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(child).toMatchObject({
      retry_of: parent,
      total: 3,
      start_date: '2025-10-02',
      end_date: '2025-10-04',
      mode: 'all',
    });
    expect(await daysync.ended(child.task_id)).toMatchObject({ success: 3, skipped: 0 });
    expect(await rowsByDay(daysync.database, 'readings')).toEqual({
      '2025-10-01': 1,
      '2025-10-02': 1,
      '2025-10-03': 1,
      '2025-10-04': 1,
    });
    const again = await retry(parent, {});
    expect(again).toMatchObject({ status: 409, body: { code: 'NOTHING_TO_RETRY' } });
  });

  it('returns the active retry if there is one', async () => {
    const parent = await failedBatch();
    // A queued batch stays active, however slow this machine is.
    const first = await daysync.startBatch({
      start_date: '2013-01-01',
      end_date: '2013-01-03',
      dataset: 'weather',
    });
    const answers = await Promise.all(Array.from({ length: 20 }, () => retry(parent)));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array.from({ length: 19 }, () => 200), 202]);
    const children = answers.map((answer) => dataOf(answer) as Progress);
    expect(new Set(children.map(({ task_id }) => task_id)).size).toBe(1);
    const [child] = children;
    const english = await daysync.api(`sync/batch/${parent}/retry`, {
      method: 'POST',
      headers: { 'accept-language': 'en' },
    });
    expect(english.headers.get('location')).toContain(child?.task_id);
    expect(english).toMatchObject({ status: 200 });
    expect((dataOf(english) as Progress).message).not.toMatch(/\p{Script=Han}/u);
    await daysync.post(`sync/batch/${first.task_id}/cancel`, undefined);
    await daysync.ended(child?.task_id ?? '');
  });
});

describe('a retry whose body is wrong', () => {
  it.each<[string, unknown, readonly string[]]>([
    ['no list', { codes: 'TIMEOUT' }, ['/codes']],
    ['a list of nothing', { codes: [] }, ['/codes']],
    ['null', { codes: null }, ['/codes']],
    ['a number in it', { codes: ['TIMEOUT', 7] }, ['/codes']],
    ['an empty text in it', { codes: [''] }, ['/codes']],
    ['a text that is too long', { codes: ['x'.repeat(64)] }, ['/codes']],
    ['a text twice', { codes: ['A', 'A'] }, ['/codes']],
    [
      'too many texts',
      { codes: Array.from({ length: 51 }, (_, index) => `C${index}`) },
      ['/codes'],
    ],
    ['an unknown field', { code: 'TIMEOUT' }, ['/code']],
    ['a bare list', ['TIMEOUT'], ['']],
  ])('%s: 400 with the place', async (_, body, pointers) => {
    const answer = await retry('nothing', body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    const { errors = [] } = answer.body as WireProblem;
    expect(errors.map(({ pointer }) => pointer)).toEqual(pointers);
  });
});
