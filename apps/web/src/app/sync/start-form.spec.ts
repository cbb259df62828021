import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { calendarDay, type Progress } from '@daysync/progress';
import { BehaviorSubject, map, switchMap, type Observable } from 'rxjs';
import type { Dataset, Plan, StartRequest } from '../api/wire';
import { provideTestWords } from '../i18n/test-words';
import { CLOCK } from '../time/clock';
import { RANDOM_ID } from '../time/random';
import { PlanPreview, type PreviewState } from './plan-preview';
import { planOf } from './plan.fixture';
import { progressOf } from './progress.fixture';
import { StartForm } from './start-form';

const START = '/api/v1/sync-status/sync/batch';

function datasetOf(name: string, last: string | null): Dataset {
  const day = calendarDay(last ?? '2015-12-31');
  const recent = { start_date: calendarDay('2015-12-22'), end_date: day };
  return {
    name,
    title: { zh: `数据集 ${name}`, en: name },
    time_zone: 'America/Los_Angeles',
    throttle: null,
    source_days: last === null ? null : { first: calendarDay('2012-01-01'), last: day, recent },
    source_error: last === null ? { code: 'SOURCE_FILE_MISSING', text: 'no file' } : null,
  };
}

describe('StartForm', () => {
  let fixture: ComponentFixture<StartForm>;
  let http: HttpTestingController;
  let started: Progress[];
  let overlapped: string[];
  let previewed: (StartRequest | undefined)[];
  /** What the preview is to answer to what it is asked. */
  let answer: BehaviorSubject<(request: StartRequest) => PreviewState>;

  const preview = {
    follow: (asked: Observable<StartRequest | undefined>): Observable<PreviewState> =>
      asked.pipe(
        switchMap((request) => {
          previewed.push(request);
          return answer.pipe(
            map((say) => (request === undefined ? { kind: 'none' as const } : say(request))),
          );
        }),
      ),
  };

  beforeEach(async () => {
    let keys = 0;
    previewed = [];
    answer = new BehaviorSubject<(request: StartRequest) => PreviewState>(() => ({
      kind: 'asking',
    }));
    TestBed.configureTestingModule({
      providers: [
        provideTestWords(),
        provideHttpClient(),
        provideHttpClientTesting(),
        provideRouter([]),
        { provide: PlanPreview, useValue: preview },
        { provide: RANDOM_ID, useValue: () => `id-${(keys += 1)}` },
        // Already the 3rd in London, still the 2nd in Los Angeles.
        { provide: CLOCK, useValue: { now: () => Date.parse('2025-10-03T05:00:00Z') } },
      ],
    });
    http = TestBed.inject(HttpTestingController);
    fixture = TestBed.createComponent(StartForm);
    fixture.componentRef.setInput('datasets', [
      datasetOf('weather', '2015-12-31'),
      datasetOf('broken', null),
    ]);
    started = [];
    overlapped = [];
    fixture.componentInstance.started.subscribe((progress) => started.push(progress));
    fixture.componentInstance.overlapped.subscribe((taskId) => overlapped.push(taskId));
    await fixture.whenStable();
  });
  afterEach(() => http.verify());

  const page = (): HTMLElement => fixture.nativeElement as HTMLElement;
  const dates = (): string[] =>
    [...page().querySelectorAll<HTMLInputElement>('input')].map((input) => input.value);

  function button(text: string): HTMLButtonElement {
    const found = [...page().querySelectorAll('button')].find(
      (candidate) => candidate.textContent.trim() === text,
    );
    if (found === undefined) throw new Error(`expected a button ${text}`);
    return found;
  }

  async function click(text: string): Promise<void> {
    button(text).click();
    await fixture.whenStable();
  }

  async function type(index: number, text: string): Promise<void> {
    const input = page().querySelectorAll<HTMLInputElement>('input')[index];
    if (input === undefined) throw new Error(`expected an input ${index}`);
    input.value = text;
    input.dispatchEvent(new Event('input'));
    input.dispatchEvent(new Event('blur'));
    await fixture.whenStable();
  }

  async function choose(dataset: string): Promise<void> {
    const select = page().querySelector('select');
    if (select === null) throw new Error('expected a select');
    select.value = dataset;
    select.dispatchEvent(new Event('change'));
    await fixture.whenStable();
  }

  it('opens on the latest days of the first dataset', () => {
    expect(dates()).toEqual(['2015-12-22', '2015-12-31']);
    expect(page().textContent).toContain('共 10 天');
  });

  it('takes today from the time zone of the dataset', async () => {
    await click('近7天');
    expect(dates()).toEqual(['2025-09-26', '2025-10-02']);
    await click('上月');
    expect(dates()).toEqual(['2025-09-01', '2025-09-30']);
  });

  it('says what is wrong with a source, and offers no days that it does not know', async () => {
    await choose('broken');
    expect(page().querySelector('[role=alert]')?.textContent).toContain('找不到来源文件。');
    expect(dates()).toEqual(['2025-09-26', '2025-10-02']);
    expect(page().textContent).not.toContain('来源最近10天');
  });

  it('starts once however often it is clicked, and says so', async () => {
    button('开始同步').click();
    button('开始同步').click();
    await fixture.whenStable();
    expect(button('正在启动…').disabled).toBe(true);

    const request = http.expectOne(START);
    expect(request.request.headers.get('Idempotency-Key')).toBe('"id-1"');
    expect(request.request.body).toEqual({
      dataset: 'weather',
      start_date: '2015-12-22',
      end_date: '2015-12-31',
      mode: 'missing_and_failed',
    });
    const progress = progressOf();
    request.flush({ status: 'success', data: progress }, { status: 202, statusText: 'Accepted' });
    fixture.componentRef.setInput('active', progress);
    await fixture.whenStable();
    expect(started).toEqual([progress]);
    expect(page().querySelector('[role=status]')?.textContent).toContain('同步任务已启动');
  });

  /** A preview that knows its plan. */
  async function plan(changes: Partial<Plan> = {}): Promise<void> {
    answer.next((request) => ({ kind: 'planned', request, plan: planOf(changes) }));
    await fixture.whenStable();
  }
  const line = (): string => page().querySelector('ds-preview-line')?.textContent.trim() ?? '';

  it('shows what a start would do, and starts just that', async () => {
    await plan({ plan_hash: 'h1' });
    expect(line()).toBe('将处理 9 天，跳过 1 天（已同步 1），约 3 分钟');
    await click('开始同步');
    expect(http.expectOne(START).request.body).toMatchObject({ plan_hash: 'h1' });
  });

  it('takes no plan for another than the form asks for', async () => {
    await plan();
    answer.next((request) => ({ kind: 'planned', request: { ...request }, plan: planOf() }));
    await fixture.whenStable();
    expect(line()).toBe('');
    await click('开始同步');
    expect(http.expectOne(START).request.body).not.toHaveProperty('plan_hash');
  });

  it('asks for the plan anew when it has changed, and says so', async () => {
    await plan({ plan_hash: 'h1' });
    await click('开始同步');
    const asked = previewed.length;
    http.expectOne(START).flush({ code: 'PLAN_CHANGED' }, { status: 409, statusText: 'Conflict' });
    await plan({ plan_hash: 'h2', run: 4, skip: 0, skip_reasons: [] });
    expect(previewed.length).toBe(asked + 1);
    expect(page().querySelector('[role=status]')?.textContent).toContain('预览之后计划有变化');
    expect(line()).toBe('将处理 4 天，约 3 分钟');

    await click('开始同步');
    const again = http.expectOne(START).request;
    expect(again.body).toMatchObject({ plan_hash: 'h2' });
    expect(again.headers.get('Idempotency-Key')).toBe('"id-2"');
  });

  it('sends its key again where no answer has come', async () => {
    await click('开始同步');
    http.expectOne(START).error(new ProgressEvent('error'));
    await fixture.whenStable();
    await click('开始同步');
    expect(http.expectOne(START).request.headers.get('Idempotency-Key')).toBe('"id-1"');
  });

  it('asks for no plan while the range is held, and for a new one after', async () => {
    fixture.componentRef.setInput(
      'active',
      progressOf({
        start_date: calendarDay('2015-12-31'),
        end_date: calendarDay('2016-01-05'),
      }),
    );
    await fixture.whenStable();
    expect(previewed.at(-1)).toBeUndefined();
    fixture.componentRef.setInput('active', undefined);
    await fixture.whenStable();
    expect(previewed.at(-1)).toMatchObject({ start_date: '2015-12-22' });
  });

  it('keeps still while the range is held by the running batch', async () => {
    const active = progressOf({
      start_date: calendarDay('2015-12-31'),
      end_date: calendarDay('2016-01-05'),
    });
    fixture.componentRef.setInput('active', active);
    await fixture.whenStable();
    expect(button('开始同步').disabled).toBe(true);
    await type(1, '2015-12-30');
    expect(button('开始同步').disabled).toBe(false);
  });

  it.each([
    [0, 'abc', '日期无效，应为 YYYY-MM-DD'],
    [0, '2015-02-30', '日期无效，应为 YYYY-MM-DD'],
    [1, '2015-12-01', '不能早于开始日期'],
    [1, '', '请填写日期'],
  ])('input %i with %j: %s, and nothing is sent', async (index, text, sentence) => {
    await type(index, text);
    await click('开始同步');
    expect(page().querySelector('mat-error')?.textContent).toBe(sentence);
  });

  it('leads to the running batch when the range overlaps', async () => {
    await click('开始同步');
    http
      .expectOne(START)
      .flush({ code: 'BATCH_OVERLAPS', task_id: 't9' }, { status: 409, statusText: 'Conflict' });
    await fixture.whenStable();
    expect(overlapped).toEqual(['t9']);
    expect(page().querySelector('[role=alert]')?.textContent.trim()).toBe('');
    expect(page().querySelector('[role=status]')?.textContent).toContain('已为您打开它的进度');
  });

  it('says in words why the server refused, and lets go of the button', async () => {
    await click('开始同步');
    const problem = {
      code: 'VALIDATION_FAILED',
      errors: [{ pointer: '/end_date', expected: 'YYYY-MM-DD', received: 'x' }],
    };
    http.expectOne(START).flush(problem, { status: 400, statusText: 'Bad Request' });
    await fixture.whenStable();
    const alert = page().querySelector('[role=alert]')?.textContent;
    expect(alert).toContain('填写的内容有误');
    expect(alert).toContain('结束日期：应为 YYYY-MM-DD，收到 x');
    expect(button('开始同步').disabled).toBe(false);
  });
});
