import { describe, expect, it } from '@jest/globals';
import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router, withComponentInputBinding } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import type { PollUpdate } from '@daysync/progress';
import { of, type Observable } from 'rxjs';
import { provideTestWords } from '../i18n/test-words';
import { completed, progressOf } from '../sync/progress.fixture';
import { ProgressPoller } from '../sync/progress-poller';
import { BatchPage } from './batch-page';

describe('BatchPage', () => {
  it('goes on to the batch that tries the failed days again, and the way back leads here', async () => {
    const parent = completed(2);
    const poll = (): Observable<PollUpdate> => of({ kind: 'progress', progress: parent });
    TestBed.configureTestingModule({
      providers: [
        provideTestWords(),
        provideHttpClient(),
        provideHttpClientTesting(),
        provideRouter(
          [{ path: 'batches/:task_id', component: BatchPage }],
          withComponentInputBinding(),
        ),
        { provide: ProgressPoller, useValue: { poll } },
      ],
    });
    const harness = await RouterTestingHarness.create();
    await harness.navigateByUrl(`/batches/${parent.task_id}`, BatchPage);
    const page = harness.routeNativeElement;
    const settle = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve));
      TestBed.tick();
    };
    await settle();
    const retry = [...(page?.querySelectorAll('button') ?? [])].find((button) =>
      button.textContent.includes('重试失败 (2)'),
    );
    retry?.click();
    TestBed.inject(HttpTestingController)
      .expectOne(({ url }) => url.endsWith(`${parent.task_id}/retry`))
      .flush({
        status: 'success',
        data: progressOf({ task_id: 'child', message: '同步任务已启动' }),
      });
    await settle();
    expect(TestBed.inject(Router).url).toBe('/batches/child');
    expect(page?.textContent).toContain('同步任务已启动');
  });
});
