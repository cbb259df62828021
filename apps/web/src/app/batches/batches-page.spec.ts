import { beforeEach, describe, expect, it } from 'vitest';
import { HttpTestingController, type TestRequest } from '@angular/common/http/testing';
import { signal, type WritableSignal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router, withComponentInputBinding } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import type { Progress } from '@daysync/progress';
import { provideTestApp } from '../i18n/test-words';
import { provideFollowed } from '../live/live.fixture';
import { completed, progressOf, THIRD_OF_TEN } from '../design/progress.fixture';
import { BatchesPage } from './batches-page';
import { countsOf } from '../start/plan.fixture';
import { hrefsIn, pageIn, refuse, settle, textsIn } from '../design/page.fixture';

/** A batch as the list has it. */
function listed(changes: Partial<Progress> & { readonly queue_place?: number }): Progress {
  return { ...progressOf(changes), ...changes };
}

describe('BatchesPage', () => {
  let followed: WritableSignal<Progress | undefined>;
  let harness: RouterTestingHarness;
  let http: HttpTestingController;

  beforeEach(async () => {
    followed = signal<Progress | undefined>(undefined);
    TestBed.configureTestingModule({
      providers: [
        provideTestApp(),
        provideRouter([{ path: 'batches', component: BatchesPage }], withComponentInputBinding()),
        provideFollowed(followed),
      ],
    });
    http = TestBed.inject(HttpTestingController);
    harness = await RouterTestingHarness.create();
  });

  async function open(url = '/batches'): Promise<void> {
    await harness.navigateByUrl(url, BatchesPage);
    TestBed.tick();
  }
  const asked = (): TestRequest => http.expectOne(({ url }) => url.endsWith('/sync/batch'));
  async function answer(items: readonly Progress[], total = items.length, page = 1): Promise<void> {
    asked().flush({ status: 'success', data: { items, page, page_size: 20, total } });
    await settle();
  }
  async function fail(): Promise<void> {
    refuse(asked(), 500, { code: 'INTERNAL' });
    await settle();
  }
  const element = (): HTMLElement => pageIn(harness);
  const texts = (selector: string): string[] => textsIn(element(), selector);

  it('shows of each batch its range, which leads to it, its state and its counts', async () => {
    await open();
    expect(texts('[role=status]')).toEqual(['正在加载批次…']);
    await answer([
      progressOf({ task_id: 'a', started_by: 'ann' }),
      { ...completed(2), task_id: 'b', retry_of: 'c', repaired: 1 },
      listed({ task_id: 'd', status: 'queued', queue_place: 3 }),
      listed({
        ...{ task_id: 'e', status: 'cancelled', success: 3, skipped: 7, finished: 10 },
        skip_reasons: countsOf({ already_synced: 1, cancelled: 6 }),
      }),
    ]);
    const rows = texts('tbody tr');
    expect(rows[0]).toMatch(/^2025-10-01 至 2025-10-10.*weather.*同步中.*0\/10 天.*ann$/);
    expect(rows[1]).toMatch(
      /重试.*部分失败.*10\/10 天 · 成功 7 · 失败 2 · 已修复 1\/2 天 · 跳过 1.*42 秒.*—$/,
    );
    expect(rows[2]).toMatch(/排队中，第 3 位/);
    expect(rows[3]).toMatch(/已取消.*4\/10 天 · 成功 3 · 跳过 1 · 未执行 6 天/);
    expect(hrefsIn(element(), 'tbody a')).toEqual([
      '/batches/a',
      '/batches/b',
      '/batches/d',
      '/batches/e',
    ]);
  });

  it('has no column for names if there are none', async () => {
    await open();
    await answer([progressOf()]);
    expect(texts('thead th')).not.toContain('启动人');
  });

  it('keeps filters and page in the address', async () => {
    await open('/batches?state=partly_failed&page=2');
    const { params } = asked().request;
    expect(params.toString()).toBe('state=partly_failed&page=2&page_size=20');
    const [, states] = element().querySelectorAll('select');
    if (states === undefined) throw new Error('expected a choice of states');
    expect(states.value).toBe('partly_failed');
    states.value = 'paused';
    states.dispatchEvent(new Event('change'));
    await settle();
    expect(TestBed.inject(Router).url).toBe('/batches?state=paused');
  });

  it('shows no batches, no matches and a page beyond the last differently', async () => {
    await open();
    await answer([]);
    expect(texts('.ds-empty p')).toEqual(['暂无批次']);
    await open('/batches?state=failed_to_run');
    await answer([]);
    expect(texts('.ds-empty p')[0]).toBe('没有符合筛选条件的批次');
    await open('/batches?page=9');
    await answer([], 25, 9);
    expect(element().textContent).not.toContain('暂无批次');
    element().querySelector<HTMLElement>('.ds-empty button')?.click();
    await settle();
    expect(TestBed.inject(Router).url).toBe('/batches?page=2');
  });

  it('offers to read again after an error, and keeps what it had under a note', async () => {
    await open();
    await fail();
    expect(texts('[role=alert] p')).toEqual(['批次加载失败：服务器内部错误。']);
    element().querySelector<HTMLElement>('[role=alert] button')?.click();
    TestBed.tick();
    await answer([progressOf()]);
    followed.set(progressOf({ task_id: 'new' }));
    TestBed.tick();
    await fail();
    expect(texts('[role=status] p')[0]).toContain('刷新失败');
    expect(texts('tbody tr')).toHaveLength(1);
  });

  it('moves with the followed batch, and reads again only when a batch begins or ends', async () => {
    followed.set(progressOf());
    await open();
    await answer([progressOf()]);
    followed.set({ ...THIRD_OF_TEN, rev: 7 });
    TestBed.tick();
    expect(texts('tbody tr')[0]).toContain('3/10 天 · 成功 2');
    http.expectNone(({ url }) => url.endsWith('/sync/batch'));
    followed.set({ ...completed(), rev: 20 });
    TestBed.tick();
    await answer([{ ...completed(), rev: 20 }]);
    expect(texts('tbody tr')[0]).toContain('已完成');
  });
});
