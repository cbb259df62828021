import { beforeEach, describe, expect, it } from 'vitest';
import { HttpTestingController } from '@angular/common/http/testing';
import { signal } from '@angular/core';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { calendarDay, type Progress } from '@daysync/progress';
import { give } from '../design/page.fixture';
import { provideTestApp } from '../i18n/test-words';
import { provideFollowed } from '../live/live.fixture';
import { progressOf } from '../design/progress.fixture';
import { RecordsCharts } from './records-charts';
import { DEFAULT_QUERY, type RecordsQuery } from './records-query';

const QUERY: RecordsQuery = {
  ...DEFAULT_QUERY,
  dataset: 'weather',
  start_date: calendarDay('2012-03-01'),
};

describe('RecordsCharts', () => {
  let fixture: ComponentFixture<RecordsCharts>;
  let http: HttpTestingController;
  let isWide: boolean;
  const progress = signal<Progress | undefined>(undefined);

  beforeEach(() => {
    progress.set(undefined);
    isWide = true;
    // jsdom lays nothing out and knows no width.
    Object.assign(window, { matchMedia: () => ({ matches: isWide }) });
    TestBed.configureTestingModule({
      providers: [provideTestApp(), provideFollowed(progress)],
    });
    http = TestBed.inject(HttpTestingController);
  });

  function show(query: RecordsQuery): void {
    give(fixture, { query });
  }
  function open(): HTMLElement {
    fixture = TestBed.createComponent(RecordsCharts);
    show(QUERY);
    return fixture.nativeElement as HTMLElement;
  }
  async function answer(items: readonly object[]): Promise<string> {
    const request = http.expectOne(({ url }) => url.endsWith('/records/calendar'));
    const asked = request.request.params.toString();
    request.flush({ status: 'success', data: { items, today: '2012-03-09' } });
    await fixture.whenStable();
    return asked;
  }
  /** Lets the timer of what moves with a batch go by. */
  async function moved(): Promise<void> {
    TestBed.tick();
    await new Promise((resolve) => setTimeout(resolve, 5));
    TestBed.tick();
  }
  const DAY = { day: '2012-03-02', status: 'success', rows: 2, duration_ms: 5, unusual: [] };

  it('draws rows and durations of the range, once for all its pages and orders', async () => {
    const page = open();
    expect(await answer([DAY])).toBe('dataset=weather&start_date=2012-03-01');
    expect(page.querySelectorAll('ds-day-chart')).toHaveLength(2);
    show({ ...QUERY, page: 2, sort: 'rows' });
    http.expectNone(() => true);
    show({ ...QUERY, start_date: undefined });
    expect(page.querySelectorAll('ds-day-chart')).toHaveLength(0);
    expect(await answer([])).toBe('dataset=weather');
    expect(page.textContent).toContain('没有可绘制的记录');
  });

  it('reloads with a batch of the dataset, and keeps the charts meanwhile', async () => {
    const page = open();
    await answer([DAY]);
    progress.set(progressOf({ dataset: 'birdstrikes', finished: 1 }));
    await moved();
    http.expectNone(() => true);
    progress.set(progressOf({ finished: 1 }));
    await moved();
    expect(page.querySelectorAll('ds-day-chart')).toHaveLength(2);
    await answer([DAY, { ...DAY, day: '2012-03-03' }]);
    expect(page.querySelector('[role=img]')?.getAttribute('aria-label')).toContain('共 3 天');
  });

  it('asks for nothing while it is folded, as it is on a phone', async () => {
    isWide = false;
    const details = open().querySelector('details');
    http.expectNone(() => true);
    if (details !== null) details.open = true;
    details?.dispatchEvent(new Event('toggle'));
    TestBed.tick();
    await answer([DAY]);
    expect(details?.querySelectorAll('ds-day-chart')).toHaveLength(2);
  });
});
