import { describe, expect, it } from 'vitest';
import { dataOf } from '../daysync.js';
import { startDaysync } from '../daysync-process.js';
import { birdstrikes } from '../scratch.js';
import type { Progress } from '../wire.js';

describe('the log', () => {
  it('has one JSON line 开始同步 for each day that was tried, with batch, dataset and day', async () => {
    const daysync = await startDaysync({ datasets: [birdstrikes()] });
    const { task_id } = await daysync.sync({ start_date: '1990-01-08', end_date: '1990-01-14' });
    await daysync.stop();
    const lines = await daysync.logLines();
    const begun = lines.filter((line) => JSON.stringify(line).includes('开始同步'));
    expect(begun.map((line) => line['day'])).toEqual([
      '1990-01-08',
      '1990-01-09',
      '1990-01-10',
      '1990-01-11',
      '1990-01-12',
      '1990-01-13',
      '1990-01-14',
    ]);
    for (const line of begun) {
      expect(line).toMatchObject({ task_id, dataset: 'birdstrikes' });
    }
  });

  it('has one JSON line for a text with CR/LF', async () => {
    const daysync = await startDaysync({ datasets: [birdstrikes()] });
    await daysync.api('records?dataset=a%0D%0A%7B%22level%22%3A60%7D');
    await daysync.post('sync/batch', { start_date: 'x\r\n{"level":60}', end_date: '1990-01-01' });
    await daysync.stop();
    const lines = await daysync.logLines();
    expect(lines.filter((line) => line['level'] === 60)).toEqual([]);
  });

  it('has the id of a request in each of its lines, but not in the lines of its batch', async () => {
    const daysync = await startDaysync({ datasets: [birdstrikes()], env: { LOG_LEVEL: 'debug' } });
    const range = { start_date: '1990-01-08', end_date: '1990-01-10' };
    const started = await daysync.post('sync/batch', range);
    const { task_id } = dataOf(started) as Progress;
    await daysync.ended(task_id);
    const id = started.headers.get('x-request-id');
    await daysync.stop();
    const lines = await daysync.logLines();
    const ofRequest = lines.filter((line) => line['request_id'] === id);
    expect(ofRequest.map(({ msg }) => msg)).toEqual(['同步任务已启动', 'request completed']);
    const begun = lines.filter(({ msg }) => String(msg).startsWith('开始同步'));
    expect(begun).toHaveLength(3);
    expect(begun.filter((line) => 'request_id' in line)).toEqual([]);
  });

  it('has the address of the program', async () => {
    const daysync = await startDaysync({ datasets: [birdstrikes()] });
    await daysync.stop();
    const lines = await daysync.logLines();
    expect(lines).toContainEqual(expect.objectContaining({ msg: 'listening', url: daysync.url }));
  });

  it('goes to standard output, too, if that is no terminal', async () => {
    const daysync = await startDaysync({ datasets: [birdstrikes()] });
    await daysync.sync({ start_date: '1990-01-08', end_date: '1990-01-14' });
    await daysync.stop();
    const printed = daysync.output.stdout.split('\n').filter((line) => line.startsWith('{'));
    expect(printed.map((line) => JSON.parse(line) as unknown)).toEqual(await daysync.logLines());
  });
});
