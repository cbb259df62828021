import { beforeEach, describe, expect, it, vi } from 'vitest';
import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router, withComponentInputBinding } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import type { PollUpdate } from '@daysync/progress';
import { BehaviorSubject, of, Subject, type Observable } from 'rxjs';
import type { BatchDay } from '../api/wire';
import { provideTestApp } from '../i18n/test-words';
import { completed, progressOf } from '../design/progress.fixture';
import { DayChanges } from '../live/day-changes';
import { ProgressPoller } from '../live/progress-poller';
import { batchDayOf } from '../live/batch-day.fixture';
import { BatchPage } from './batch-page';
import { buttonIn, hrefsIn, pageIn, settle, succeed, textsIn } from '../design/page.fixture';

describe('BatchPage', () => {
  let update: PollUpdate;

  beforeEach(() => {
    const poll = (): Observable<PollUpdate> => of(update);
    TestBed.configureTestingModule({
      providers: [
        provideTestApp(),
        provideRouter(
          [{ path: 'batches/:task_id', component: BatchPage }],
          withComponentInputBinding(),
        ),
        { provide: ProgressPoller, useValue: { poll } },
      ],
    });
  });

  async function open(batchId: string): Promise<HTMLElement> {
    const harness = await RouterTestingHarness.create();
    await harness.navigateByUrl(`/batches/${batchId}`, BatchPage);
    await settle();
    return pageIn(harness);
  }

  it('goes on to the batch that tries the failed days again, and the way back leads here', async () => {
    const parent = completed(2);
    update = { kind: 'progress', progress: parent };
    const page = await open(parent.task_id);
    // Its part of the card comes as a file of its own.
    await vi.waitFor(() => {
      TestBed.tick();
      buttonIn(page, '重试 2 个失败日期').click();
    }, 60_000);
    succeed(`${parent.task_id}/retry`, progressOf({ task_id: 'child', message: '同步任务已启动' }));
    await settle();
    expect(TestBed.inject(Router).url).toBe('/batches/child');
    expect(page.textContent).toContain('同步任务已启动');
  });

  it('lists its days, takes in what changes of them, and reads them once more at the end', async () => {
    const updates = new BehaviorSubject<PollUpdate>({ kind: 'progress', progress: progressOf() });
    const changes = new Subject<readonly BatchDay[]>();
    const askedFrom: (string | undefined)[] = [];
    const followed = (_: string, since?: string): Observable<readonly BatchDay[]> => {
      askedFrom.push(since);
      return changes;
    };
    TestBed.overrideProvider(ProgressPoller, { useValue: { poll: () => updates } });
    TestBed.overrideProvider(DayChanges, { useValue: { of: followed } });
    const page = await open(progressOf().task_id);
    const answer = async (items: readonly BatchDay[], cursor: string): Promise<void> => {
      succeed('/days', { items, cursor });
      await settle();
    };
    const states = (): string[] => textsIn(page, 'ds-batch-days-list .status');
    const [done, next] = [batchDayOf('2025-10-01'), batchDayOf('2025-10-02')];

    await answer([done, { ...next, state: 'pending', attempts: 0 }], 'a');
    expect(states()).toEqual(['成功', '未开始']);
    expect(askedFrom).toEqual(['a']);
    changes.next([{ ...next, state: 'running' }]);
    await settle();
    expect(states()).toEqual(['成功', '进行中']);
    TestBed.inject(HttpTestingController).expectNone(({ url }) => url.endsWith('/days'));

    updates.next({ kind: 'progress', progress: { ...completed(), rev: 30 } });
    await settle();
    await answer([done, next], 'b');
    expect(states()).toEqual(['成功', '成功']);
  });

  it('says that a batch has left the history, and leads on from there', async () => {
    update = { kind: 'refused', code: 'BATCH_NOT_FOUND' };
    const page = await open('long-gone');
    expect(page.querySelector('ds-progress-card [role=status]')?.textContent).toContain(
      '已从历史记录中清除',
    );
    expect(hrefsIn(page)).toEqual(['/', '/records']);
  });
});
