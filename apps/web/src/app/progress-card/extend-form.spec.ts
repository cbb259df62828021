import { HttpTestingController, type TestRequest } from '@angular/common/http/testing';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { calendarDay } from '@daysync/progress';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DatasetTitles } from '../api/dataset-titles';
import type { Plan } from '../api/wire';
import { progressOf } from '../design/progress.fixture';
import { provideTestApp } from '../i18n/test-words';
import { CLOCK } from '../time/clock';
import { ExtendForm, type ExtendedDays } from './extend-form';
import { buttonIn, refuse } from '../design/page.fixture';

const PLAN: Pick<Plan, 'run' | 'run_reasons' | 'skip' | 'skip_reasons' | 'estimate'> = {
  ...{ run: 6, run_reasons: [{ reason: 'missing', count: 6 }] },
  ...{ skip: 1, skip_reasons: [{ reason: 'already_synced', count: 1 }] },
  estimate: { likely_ms: 180_000, late_ms: 240_000 },
};

const WEATHER = { name: 'weather', title: { zh: '天气', en: 'Weather' } };

describe('ExtendForm', () => {
  let fixture: ComponentFixture<ExtendForm>;
  let http: HttpTestingController;
  let extended: ExtendedDays[];
  let closings: number;

  // The next timer fires at once: the form rests no longer than that.
  beforeEach(async () => {
    vi.useFakeTimers().setTimerTickMode('nextTimerAsync');
    TestBed.configureTestingModule({
      providers: [
        provideTestApp(),
        { provide: CLOCK, useValue: { now: () => Date.parse('2025-10-17T16:00:00Z') } },
      ],
    });
    http = TestBed.inject(HttpTestingController);
    TestBed.inject(DatasetTitles).learn([{ ...WEATHER, time_zone: 'UTC' }]);
    fixture = TestBed.createComponent(ExtendForm);
    document.body.append(page());
    fixture.componentRef.setInput('batch', progressOf());
    [extended, closings] = [[], 0];
    fixture.componentInstance.extended.subscribe((progress) => extended.push(progress));
    fixture.componentInstance.closed.subscribe(() => (closings += 1));
    await fixture.whenStable();
  });
  afterEach(() => void vi.useRealTimers());

  const page = (): HTMLElement => fixture.nativeElement as HTMLElement;
  const preview = (): string => page().querySelector('.preview')?.textContent.trim() ?? '';
  const submit = (): HTMLButtonElement => {
    const button = page().querySelector<HTMLButtonElement>('button[type=submit]');
    if (button === null) throw new Error('expected a button that submits');
    return button;
  };

  async function press(text: string): Promise<void> {
    buttonIn(page(), text).click();
    await fixture.whenStable();
  }

  async function type(index: number, text: string): Promise<void> {
    const field = page().querySelectorAll<HTMLInputElement>('input')[index];
    if (field === undefined) throw new Error(`expected a field ${index}`);
    field.value = text;
    field.dispatchEvent(new Event('input'));
    field.dispatchEvent(new Event('blur'));
    await fixture.whenStable();
  }

  /** The next requests of previews, once the form has rested. */
  function previews(count: number): Promise<readonly TestRequest[]> {
    return vi.waitFor(() => {
      const requests = http.match(({ url }) => url.endsWith('/preview'));
      expect(requests).toHaveLength(count);
      return requests;
    }, 60_000);
  }

  async function plan(count = 1, changes: Partial<typeof PLAN> = {}): Promise<void> {
    for (const request of await previews(count)) {
      request.flush({ status: 'success', data: { ...PLAN, ...changes } });
    }
    await fixture.whenStable();
  }

  const sent = (): TestRequest => http.expectOne(({ url }) => url.endsWith('/extend'));

  it('opens with the range of the batch, and with the focus on its end', () => {
    expect([...page().querySelectorAll('input')].map(({ value }) => value)).toEqual([
      '2025-10-01',
      '2025-10-10',
    ]);
    expect(document.activeElement).toBe(page().querySelectorAll('input')[1]);
    expect(preview()).toBe(
      '批次已包含 2025-10-01 至 2025-10-10，请选择更早的开始日期或更晚的结束日期。',
    );
    expect(submit().getAttribute('aria-disabled')).toBe('true');
  });

  it('previews the new days alone, with the mode of the batch, and adds them', async () => {
    await press('之后 7 天');
    const [request] = await previews(1);
    expect(request?.request.body).toEqual({
      dataset: 'weather',
      ...{ start_date: '2025-10-11', end_date: '2025-10-17' },
      mode: 'missing_and_failed',
      order: 'asc',
    });
    request?.flush({ status: 'success', data: PLAN });
    await fixture.whenStable();
    expect(preview()).toBe('将同步 6 天（缺失 6），跳过 1 天（已同步 1），约 3 分钟');
    await press('追加 7 天');
    const extension = sent();
    expect(extension.request.body).toEqual({
      ...{ start_date: '2025-10-01', end_date: '2025-10-17' },
    });
    // A second click sends nothing.
    submit().click();
    const progress = progressOf({ total: 17, end_date: calendarDay('2025-10-17') });
    extension.flush({ status: 'success', data: progress });
    expect(extended).toEqual([{ progress, count: 7 }]);
    http.verify();
  });

  it('goes up to today in the zone of the dataset', async () => {
    const datasets = TestBed.inject(DatasetTitles);
    // It is the 18th there already, and the 17th on Midway.
    datasets.learn([{ ...WEATHER, time_zone: 'Pacific/Kiritimati' }]);
    await fixture.whenStable();
    await press('到今天');
    expect(page().querySelectorAll('input')[1]?.value).toBe('2025-10-18');
    datasets.learn([{ ...WEATHER, time_zone: 'Pacific/Midway' }]);
    await fixture.whenStable();
    await press('到今天');
    expect(page().querySelectorAll('input')[1]?.value).toBe('2025-10-17');
  });

  it('waits for the preview, if the reader is faster', async () => {
    await press('之后 7 天');
    submit().click();
    await fixture.whenStable();
    http.expectNone(({ url }) => url.endsWith('/extend'));
    await plan();
    await vi.waitFor(() => sent(), 60_000);
  });

  it('sends nothing if the preview fails meanwhile', async () => {
    await press('之后 7 天');
    submit().click();
    const [request] = await previews(1);
    request?.flush({ code: 'BUSY' }, { status: 503, statusText: 'Busy' });
    await fixture.whenStable();
    http.verify();
    expect(submit().getAttribute('aria-disabled')).toBe('true');
    expect(submit().textContent.trim()).toBe('追加 7 天');
  });

  it('joins the previews of days on both sides', async () => {
    await type(0, '2025-09-30');
    await type(1, '2025-10-12');
    await plan(2);
    expect(preview()).toBe('将同步 12 天（缺失 12），跳过 2 天（已同步 2），约 6 分钟');
    expect(submit().textContent.trim()).toBe('追加 3 天');
  });

  it('names the batch that has some of the days, and leads to it', async () => {
    await press('之后 7 天');
    const [request] = await previews(1);
    request?.flush(
      { code: 'BATCH_OVERLAPS', task_id: 't9' },
      { status: 409, statusText: 'Conflict' },
    );
    await fixture.whenStable();
    expect(preview()).toMatch(/^另一个批次已包含其中的日期。\s*查看该批次$/);
    expect(page().querySelector('.preview a')?.getAttribute('href')).toBe('/batches/t9');
    expect(submit().getAttribute('aria-disabled')).toBe('true');
  });

  it('says why the days were not added, until the range changes', async () => {
    await press('之后 30 天');
    await plan();
    await press('追加 30 天');
    refuse(sent(), 422, { code: 'RANGE_TOO_LARGE', limit: 20 });
    await fixture.whenStable();
    expect(preview()).toBe('日期范围过大，请缩短后重试。最多 20 天。');
    expect(extended).toEqual([]);
    await press('之后 7 天');
    await plan();
    expect(preview()).toContain('将同步 6 天');
  });

  it('follows a batch that got other days meanwhile', async () => {
    const end_date = calendarDay('2025-10-12');
    fixture.componentRef.setInput('batch', progressOf({ end_date, rev: 9 }));
    await fixture.whenStable();
    expect(preview()).toContain('范围只能扩大：2025-10-01 至 2025-10-12');
  });

  it('closes by its button and by Escape', async () => {
    await press('暂不追加');
    page()
      .querySelector('form')
      ?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
    expect(closings).toBe(2);
  });
});
