import { beforeEach, describe, expect, it } from 'vitest';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { calendarDay } from '@daysync/progress';
import { Subject } from 'rxjs';
import type { LogEntry, LogPage } from '../api/wire';
import { provideTestApp } from '../i18n/test-words';
import { LogChanges } from '../live/log-changes';
import { BatchLog } from './batch-log';
import { entryOf } from './log.fixture';
import { give, refuse, requestTo, settle, succeed, textsIn } from '../design/page.fixture';

const ERROR = {
  code: 'VALUE_INVALID',
  text: 'row 2, column degrees: expected an integer, got "hot"',
};
const ENTRIES = [
  entryOf({ kind: 'created', day: null, attempt: null, by: 'ana' }),
  entryOf({ kind: 'started' }),
  entryOf({ kind: 'failed_attempt', code: 'TIMEOUT', text: 'took 60 s' }),
  entryOf({ kind: 'waiting', attempt: null, code: 'retry', until: '2025-10-17T16:00:05.000Z' }),
  entryOf({ kind: 'failed', ...ERROR }),
  entryOf({ kind: 'succeeded', day: calendarDay('2025-10-02'), rows: 24 }),
];

describe('BatchLog', () => {
  let fixture: ComponentFixture<BatchLog>;
  let changes: Subject<LogPage>;

  beforeEach(() => {
    changes = new Subject();
    TestBed.configureTestingModule({
      providers: [provideTestApp(), { provide: LogChanges, useValue: { of: () => changes } }],
    });
    fixture = TestBed.createComponent(BatchLog);
    give(fixture, { batchId: 'one' });
  });

  async function answer(items: readonly LogEntry[], truncated = false): Promise<void> {
    succeed('/sync/batch/one/log', { items, truncated, cursor: 'a' });
    await settle();
  }
  const element = (): HTMLElement => fixture.nativeElement as HTMLElement;
  const texts = (selector: string): string[] => textsIn(element(), selector);

  it('shows the newest entry first, with its day, its error and who asked for it', async () => {
    expect(texts('[role=status]')).toEqual(['正在加载日志…']);
    await answer(ENTRIES);
    expect(texts('ol .what')).toEqual([
      '成功，24 行',
      expect.stringMatching(
        /^失败 .*VALUE_INVALID ?第 2 行，“degrees”列：应为 64 位整数，实际为 "hot"$/,
      ),
      expect.stringMatching(/^等待下一次尝试 至 \d{4}年/),
      expect.stringMatching(/^第 1 次尝试失败 同步这一天超时。 ?TIMEOUT ?took 60 s$/),
      '开始第 1 次尝试',
      '批次已创建 操作人：ana',
    ]);
    expect(texts('ol .day')).toEqual([
      '2025-10-02',
      ...['2025-10-01', '2025-10-01', '2025-10-01', '2025-10-01', '批次'],
    ]);
    expect(element().querySelector('a[download]')?.getAttribute('href')).toBe(
      '/api/v1/sync-status/sync/batch/one/log/export',
    );
  });

  it('takes in what happens, and keeps to the filter of the address', async () => {
    await answer(ENTRIES);
    expect(texts('nav a')).toEqual(['全部 6', '失败和等待 3', '结果 2', '批次操作 1']);
    give(fixture, { filter: 'batch' });
    expect(texts('nav [aria-current=true]')).toEqual(['批次操作 1']);
    expect(texts('ol .what')).toEqual(['批次已创建 操作人：ana']);
    const ended = entryOf({ kind: 'ended', day: null, attempt: null, code: 'completed' });
    const created = ENTRIES.slice(0, 1);
    changes.next({ items: [...created, ended], truncated: false, cursor: 'b' });
    await settle();
    expect(texts('ol .what')).toEqual(['批次已完成', '批次已创建 操作人：ana']);
    give(fixture, { filter: 'outcomes' });
    expect(texts('ol .what')[0]).toBe('成功，24 行');
  });

  it('shows a hundred at first, then more, and says that the rest is in the download', async () => {
    const many = Array.from({ length: 150 }, (_, n) => entryOf({ attempt: n + 1 }));
    await answer(many, true);
    expect(texts('ol li')).toHaveLength(100);
    expect(texts('button')).toEqual(['显示更早的 50 条']);
    element().querySelector('button')?.click();
    TestBed.tick();
    expect(texts('ol li')).toHaveLength(150);
    expect(element().textContent).toContain('这里只有最近 150 条，下载的文件包含全部日志。');
  });

  it('says so where nothing matches or happened, and where it could not be loaded', async () => {
    await answer([]);
    expect(texts('.ds-empty')).toEqual(['暂无日志。']);
    give(fixture, { batchId: 'two' });
    refuse(requestTo('/sync/batch/two/log'), 500, { code: 'INTERNAL' });
    await settle();
    expect(texts('[role=alert]')[0]).toMatch(/^日志加载失败：/);
  });
});
