import { beforeEach, describe, expect, it } from 'vitest';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router, withComponentInputBinding } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import type { PollUpdate, Progress } from '@daysync/progress';
import { NEVER, of, type Observable } from 'rxjs';
import { provideTestApp } from '../i18n/test-words';
import { ProgressPoller } from '../live/progress-poller';
import { completed, THIRD_OF_TEN } from '../design/progress.fixture';
import { SyncPage } from './sync-page';
import { pageIn, succeed } from '../design/page.fixture';

describe('SyncPage', () => {
  let polled: string[];
  let answer: Observable<PollUpdate>;

  beforeEach(() => {
    polled = [];
    answer = NEVER;
    const poller = {
      poll: (batchId: string) => {
        polled.push(batchId);
        return answer;
      },
    };
    TestBed.configureTestingModule({
      providers: [
        provideTestApp(),
        provideRouter([{ path: '', component: SyncPage }], withComponentInputBinding()),
        { provide: ProgressPoller, useValue: poller },
      ],
    });
  });

  async function open(address: string, newest?: Progress): Promise<HTMLElement> {
    const harness = await RouterTestingHarness.create();
    await harness.navigateByUrl(address, SyncPage);
    TestBed.tick();
    succeed('/sync/batch', { items: newest ? [newest] : [] });
    succeed('/datasets', { items: [] });
    succeed('/records', { items: [], page: 1, page_size: 20, total: 0 });
    // The records are read again for the batch that was found, and so it is never quite stable.
    await new Promise((resolve) => setTimeout(resolve, 5));
    TestBed.tick();
    await new Promise((resolve) => setTimeout(resolve));
    return pageIn(harness);
  }

  it('finds the running batch by itself and puts it in the address', async () => {
    const page = await open('/', THIRD_OF_TEN);
    expect(page.textContent).toContain('🔄 正在同步 2025-10-03...');
    expect(TestBed.inject(Router).url).toBe(`/?task_id=${THIRD_OF_TEN.task_id}`);
  });

  it('keeps what a link asked for, whichever batch runs', async () => {
    const asked = 'dataset=returns&start_date=2025-10-02&end_date=2025-10-04&mode=all&order=desc';
    await open(`/?${asked}`, THIRD_OF_TEN);
    expect(TestBed.inject(Router).url).toBe(`/?${asked}&task_id=${THIRD_OF_TEN.task_id}`);
  });

  it('leaves a batch alone that has ended', async () => {
    const page = await open('/', completed());
    expect(page.textContent).toContain('当前没有正在运行的批次。');
    expect(TestBed.inject(Router).url).toBe('/');
  });

  it('turns to the running batch when there is none of the id in the address', async () => {
    answer = of({ kind: 'refused', code: 'BATCH_NOT_FOUND' });
    const page = await open('/?task_id=long-gone', THIRD_OF_TEN);
    await new Promise((resolve) => setTimeout(resolve));
    TestBed.tick();
    expect(page.textContent).toContain('🔄 正在同步 2025-10-03...');
  });

  it('finds the batch of the address again after a reload', async () => {
    answer = of({ kind: 'progress', progress: completed() });
    const page = await open('/?task_id=t1', THIRD_OF_TEN);
    await new Promise((resolve) => setTimeout(resolve));
    expect(polled).toEqual(['t1']);
    expect(page.textContent).not.toContain('正在同步 2025-10-03...');
  });
});
