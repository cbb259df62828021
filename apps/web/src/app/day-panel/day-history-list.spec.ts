import { beforeEach, describe, expect, it, vi } from 'vitest';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { give, hrefsIn, textsIn } from '../design/page.fixture';
import { provideTestApp } from '../i18n/test-words';
import { historyOf, historyPage } from './day.fixture';
import { DayHistoryList } from './day-history-list';

describe('DayHistoryList', () => {
  let fixture: ComponentFixture<DayHistoryList>;

  beforeEach(() => {
    TestBed.configureTestingModule({ providers: [provideTestApp()] });
    fixture = TestBed.createComponent(DayHistoryList);
    fixture.componentRef.setInput(
      'page',
      historyPage({
        items: [
          historyOf({ task_id: 'now', state: 'running', finished_at: null, attempts: 0 }),
          historyOf({ task_id: 'next', state: 'pending', finished_at: null, attempts: 0 }),
          historyOf({ task_id: 'again', total: 2, retry_of: 'first', started_by: 'schedule' }),
          historyOf({
            task_id: 'first',
            state: 'failed',
            started_by: 'ana',
            rows: null,
            error: { code: 'TIMEOUT', text: 'too long', row: null, column: null },
          }),
          historyOf({ task_id: 'deferred', state: 'pending', finished_at: null, attempts: 1 }),
          historyOf({ task_id: 'skipped', state: 'skipped', reason: 'cancelled', rows: null }),
        ],
      }),
    );
    TestBed.tick();
  });

  const element = (): HTMLElement => fixture.nativeElement as HTMLElement;
  const entries = (): string[] => textsIn(element(), 'li');

  it('shows the outcome in each batch, or that there is none yet', () => {
    const [now, next, again, first, deferred, skipped] = entries();
    expect(now).toMatch(/^进行中 ?2012年3月1日至31日/);
    expect(next).toMatch(/^未开始 ?2012年/);
    expect(again).toMatch(/^成功 ?2012年3月1日至31日中的 2 天/);
    expect(first).toContain('同步这一天超时。 TIMEOUT');
    expect(deferred).toMatch(/^等待重试 ?2012年/);
    expect(skipped).toContain('批次已取消');
  });

  it('leads to each batch, by a name of its own', () => {
    expect(hrefsIn(element())).toEqual(
      ['now', 'next', 'again', 'first', 'deferred', 'skipped'].map((id) => `/batches/${id}`),
    );
    expect(element().querySelectorAll('a')[2]?.getAttribute('aria-label')).toBe(
      '2012年3月1日至31日中的 2 天 · 2025年10月17日 16:00:00 UTC',
    );
  });

  it('has cause and fix of an error', async () => {
    // They come as a file of their own.
    await vi.dynamicImportSettled();
    await fixture.whenStable();
    expect(entries()[3]).toMatch(/TIMEOUT ?原因与处理方法.*调大/);
    expect(element().querySelectorAll('details')).toHaveLength(1);
  });

  it('says what a batch that verifies does with the day', () => {
    const items = [
      historyOf({ task_id: 'a', mode: 'verify', verify: 'report' }),
      historyOf({ task_id: 'b', mode: 'verify', verify: 'repair' }),
      // A schedule verifies days of a certain age, and syncs others.
      historyOf({ task_id: 'c', mode: 'missing_and_failed', verify: 'repair' }),
      historyOf({ task_id: 'd', mode: 'verify', state: 'skipped', reason: 'not_synced' }),
      historyOf({ task_id: 'e', mode: 'missing_and_failed' }),
    ];
    give(fixture, { page: historyPage({ items }) });
    const facts = element().querySelectorAll('.facts');
    expect([...facts].map(({ children }) => children[1]?.textContent)).toEqual([
      '核对，只报告',
      '核对，重新写入不一致的数据',
      '核对，重新写入不一致的数据',
      '核对已同步的日期',
      '缺失和失败的日期',
    ]);
  });

  it('shows only the known facts', () => {
    const [now, , again, first] = entries();
    expect(again).toContain('重试批次');
    expect(again).toContain('由 定时同步 启动');
    expect(first).toContain('由 ana 启动');
    expect(now).not.toContain('尝试');
    expect(now).not.toContain('启动');
  });
});
