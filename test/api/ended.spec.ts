import { describe, expect, it } from 'vitest';
import { startApp, type DaysyncApp } from '../daysync-app.js';
import { readings, scratchFolder, weather, writeScratch } from '../scratch.js';

const CSV = `day,city,degrees
2025-10-01,Oslo,9
2025-10-02,Oslo,mild
`;
const LANGUAGES = ['zh', 'en'];

/** The exact answers of polls for each batch in each language. */
async function bodies(daysync: DaysyncApp, ids: readonly string[]): Promise<string[]> {
  const texts: string[] = [];
  for (const id of ids) {
    for (const language of LANGUAGES) {
      const url = `${daysync.url}/api/v1/sync-status/sync/batch/progress/${id}`;
      const response = await fetch(url, { headers: { 'accept-language': language } });
      texts.push(await response.text());
    }
  }
  return texts;
}

describe('a batch that has ended', () => {
  it('has the same answer from memory, from the database and from the cache', async () => {
    const folder = await scratchFolder();
    const csv = await writeScratch(folder, 'readings.csv', CSV);
    const slow = weather({ throttle: { days_per_minute: 1 } });
    const datasets = [readings(csv), slow];
    const slowRange = { dataset: 'weather', start_date: '2012-01-01', end_date: '2012-01-03' };

    let daysync = await startApp({ folder, datasets });
    const lost = await daysync.startBatch(slowRange);
    await daysync.stop();
    const other = weather({ source: { ...weather().source, path: csv } });
    daysync = await startApp({ folder, datasets: [readings(csv), other] });
    const failed = await daysync.ended(lost.task_id);
    const range = { start_date: '2025-10-01', end_date: '2025-10-04' };
    const completed = await daysync.sync({ ...range, dataset: 'readings' });
    const all = await daysync.sync({ ...range, dataset: 'readings', mode: 'all', order: 'desc' });
    const ended = [failed, completed, all];
    expect(ended.map(({ status }) => status)).toEqual(['failed', 'completed', 'completed']);
    expect(ended.map(({ order }) => order)).toEqual(['asc', 'asc', 'desc']);
    const ids = ended.map(({ task_id }) => task_id);
    const fromMemory = await bodies(daysync, ids);

    await daysync.stop();
    const { error, task_id: failedId } = failed;
    expect(error).toMatchObject({ code: 'DATASET_CHANGED' });
    const failures = (await daysync.logLines()).filter((line) => line['status'] === 'failed');
    expect(failures).toMatchObject([{ level: 50, task_id: failedId, error }]);
    const env = { PROGRESS_TTL_SECONDS: '0' };
    daysync = await startApp({ folder, datasets: [readings(csv), slow], env });
    expect(await bodies(daysync, ids)).toEqual(fromMemory);
    expect(await bodies(daysync, ids)).toEqual(fromMemory);

    // Without any batches in memory.
    const { task_id } = await daysync.startBatch(slowRange);
    await daysync.post(`sync/batch/${task_id}/cancel`, undefined);
    const cancelled = await daysync.ended(task_id);
    expect(cancelled).toMatchObject({ status: 'cancelled', eta: null, waiting_for: null });
    const polled = await bodies(daysync, [task_id]);
    expect(await bodies(daysync, [task_id])).toEqual(polled);
  });
});
