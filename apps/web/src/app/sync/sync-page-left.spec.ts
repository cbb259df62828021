import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HttpTestingController, type TestRequest } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { DatasetTitles } from '../api/dataset-titles';
import { datasetOf } from '../datasets/dataset.fixture';
import { provideTestApp } from '../i18n/test-words';
import { THIRD_OF_TEN } from '../design/progress.fixture';
import { SyncPage } from './sync-page';

/** Twice at each moment. */
const TIMES = 10;

/** Where a page may be when it is left. */
const MOMENTS = [
  'asks for the first time',
  'waits between two polls',
  'polls again',
  'waits for a server that is away',
  'waits for the form to rest',
] as const;

describe('a page that is opened and left', () => {
  let http: HttpTestingController;
  let sent: TestRequest[];

  beforeEach(() => {
    vi.useFakeTimers();
    TestBed.configureTestingModule({ providers: [provideTestApp()] });
    http = TestBed.inject(HttpTestingController);
    // Otherwise they are loaded for all pages, once.
    const title = { zh: '天气', en: 'Weather' };
    TestBed.inject(DatasetTitles).learn([{ name: THIRD_OF_TEN.dataset, title, time_zone: 'UTC' }]);
    sent = [];
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Lets time, promises and effects pass. */
  async function pass(ms: number): Promise<void> {
    TestBed.tick();
    await vi.advanceTimersByTimeAsync(ms);
    TestBed.tick();
  }

  /** The requests of this kind that are under way now. */
  function under(path: string): TestRequest[] {
    const found = http.match(({ url }) => url.endsWith(path));
    sent.push(...found);
    return found.filter(({ cancelled }) => !cancelled);
  }
  const poll = (): TestRequest[] => under(`/progress/${THIRD_OF_TEN.task_id}`);

  async function openAndLeave(moment: (typeof MOMENTS)[number]): Promise<void> {
    const fixture = TestBed.createComponent(SyncPage);
    fixture.componentRef.setInput('task_id', THIRD_OF_TEN.task_id);
    await pass(0);
    if (moment !== 'asks for the first time') {
      const [first] = poll();
      if (moment === 'waits for a server that is away') first?.error(new ProgressEvent('error'));
      else first?.flush({ status: 'success', data: THIRD_OF_TEN });
      await pass(100);
    }
    if (moment === 'polls again') {
      await pass(2_000);
      expect(poll()).toHaveLength(1);
    }
    if (moment === 'waits for the form to rest') {
      const items = [datasetOf({ name: 'other' })];
      for (const asked of under('/datasets')) asked.flush({ status: 'success', data: { items } });
      await pass(100);
      expect((fixture.nativeElement as HTMLElement).querySelector('form')).not.toBeNull();
    }
    expect(vi.getTimerCount()).toBeGreaterThan(0);
    fixture.destroy();
  }

  it(`leaves no timer and no request behind, ${TIMES} times`, async () => {
    for (let time = 0; time < TIMES; time += 1) {
      await openAndLeave(MOMENTS[time % MOMENTS.length] ?? MOMENTS[0]);
    }
    // What Angular and Material had planned for themselves takes place, once.
    await pass(1_000);
    sent.push(...http.match(() => true));
    expect(sent.length).toBeGreaterThan(TIMES);
    const open = (): string[] =>
      sent
        .filter((request) => !request.cancelled && !isAnswered(request))
        .map(({ request }) => request.url);
    // Every page polls for an active batch: that stays, once, with the timeout of a pending request.
    expect(['', '/api/v1/sync-status/sync/batch']).toContain(open().join());
    expect(vi.getTimerCount()).toBe(1 + open().length);
    TestBed.resetTestingModule();
    expect(open()).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

const isAnswered = (request: TestRequest): boolean =>
  (request as unknown as { readonly observer: { readonly closed: boolean } }).observer.closed;
