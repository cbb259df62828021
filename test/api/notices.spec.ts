import { describe, expect, it } from '@jest/globals';
import { startDaysync } from '../daysync-process.js';
import { NOTICE_SECRET, NoticeReceiver } from '../notice-receiver.js';
import { readings, scratchFolder, writeScratch } from '../scratch.js';

const CSV = `day,city,degrees
2025-10-01,Oslo,9
2025-10-02,Oslo,mild
2025-10-03,Oslo,8
`;
const env = { WEBHOOK_SECRET: NOTICE_SECRET };

async function writeNotices(
  folder: string,
  ...notices: readonly Readonly<Record<string, unknown>>[]
): Promise<string> {
  const datasets = [readings(await writeScratch(folder, 'readings.csv', CSV))];
  return writeScratch(folder, 'datasets.yaml', JSON.stringify({ datasets, notices }));
}

describe('a notice', () => {
  it('tells the end of a batch, signed', async () => {
    const receiver = await NoticeReceiver.start();
    const folder = await scratchFolder();
    const datasetsFile = await writeNotices(folder, receiver.endpoint());
    const daysync = await startDaysync({ folder, datasetsFile, env });
    const good = await daysync.sync({ start_date: '2025-10-01', end_date: '2025-10-01' });
    await receiver.come(1);
    const bad = await daysync.sync({ start_date: '2025-10-02', end_date: '2025-10-03' });
    const [first, second] = await receiver.come(2);
    expect(first).toMatchObject({ isSigned: true, type: 'batch.completed' });
    expect(second).toMatchObject({ isSigned: true, type: 'batch.failed_days' });
    expect(first?.body).toEqual({
      type: 'batch.completed',
      timestamp: good.finished_at,
      data: await daysync.progress(good.task_id),
    });
    expect(second?.body.data).toMatchObject({ task_id: bad.task_id, failed: 1, success: 1 });
    expect(first?.id).not.toBe(second?.id);
  });
});
