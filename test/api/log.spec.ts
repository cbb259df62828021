import { beforeAll, describe, expect, it } from 'vitest';
import { dataOf, type Answer } from '../daysync.js';
import { startDaysync, type DaysyncProcess } from '../daysync-process.js';
import { birdstrikes } from '../scratch.js';
import type { Progress } from '../wire.js';

type Line = Readonly<Record<string, unknown>>;

describe('the log', () => {
  let daysync: DaysyncProcess;
  let started: Answer;
  let taskId: string;
  let lines: readonly Line[];
  let begun: readonly Line[];
  beforeAll(async () => {
    daysync = await startDaysync({ datasets: [birdstrikes()], env: { LOG_LEVEL: 'debug' } });
    await daysync.api('records?dataset=a%0D%0A%7B%22level%22%3A60%7D');
    await daysync.post('sync/batch', { start_date: 'x\r\n{"level":60}', end_date: '1990-01-01' });
    started = await daysync.post('sync/batch', {
      start_date: '1990-01-08',
      end_date: '1990-01-14',
    });
    taskId = (dataOf(started) as Progress).task_id;
    await daysync.ended(taskId);
    await daysync.stop();
    lines = await daysync.logLines();
    begun = lines.filter((line) => JSON.stringify(line).includes('开始同步'));
  });

  it('has one JSON line 开始同步 for each day that was tried, with batch, dataset and day', () => {
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
      expect(line).toMatchObject({ task_id: taskId, dataset: 'birdstrikes' });
    }
  });

  it('has one JSON line for a text with CR/LF', () => {
    expect(lines.filter((line) => line['msg'] === 'request completed').length).toBeGreaterThan(2);
    expect(lines.filter((line) => line['level'] === 60)).toEqual([]);
  });

  it('has the id of a request in each of its lines, but not in the lines of its batch', () => {
    const id = started.headers.get('x-request-id');
    const ofRequest = lines.filter((line) => line['request_id'] === id);
    expect(ofRequest.map(({ msg }) => msg)).toEqual(['同步任务已启动', 'request completed']);
    expect(begun).toHaveLength(7);
    expect(begun.filter((line) => 'request_id' in line)).toEqual([]);
  });

  it('has the address of the program', () => {
    expect(lines).toContainEqual(expect.objectContaining({ msg: 'listening', url: daysync.url }));
  });

  it('goes to standard output, too, if that is no terminal', () => {
    const printed = daysync.output.stdout.split('\n').filter((line) => line.startsWith('{'));
    expect(printed.map((line) => JSON.parse(line) as unknown)).toEqual(lines);
  });
});
