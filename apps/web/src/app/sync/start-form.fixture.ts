import { HttpTestingController, type TestRequest } from '@angular/common/http/testing';
import type { Provider } from '@angular/core';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { calendarDay, type Progress } from '@daysync/progress';
import { BehaviorSubject, map, switchMap, type Observable } from 'rxjs';
import type { Dataset, Plan, StartRequest } from '../api/wire';
import { provideTestApp } from '../i18n/test-words';
import { CLOCK } from '../time/clock';
import { RANDOM_ID } from '../time/random';
import { problemIn } from '../api/problem';
import { buttonIn } from '../design/page.fixture';
import { PlanPreview, type PreviewState } from '../start/shown-plan';
import { planOf } from '../start/plan.fixture';
import { StartForm } from './start-form';
import { datasetOf } from '../datasets/dataset.fixture';
import type { StartQuery } from '../start/start-values';

const START = '/api/v1/sync-status/sync/batch';

function datasetNamed(name: string, last: string | null): Dataset {
  const day = calendarDay(last ?? '2015-12-31');
  const recent = { start_date: calendarDay('2015-12-22'), end_date: day };
  return datasetOf({
    ...{ name, title: { zh: `数据集 ${name}`, en: name } },
    source_days: last === null ? null : { first: calendarDay('2012-01-01'), last: day, recent },
    source_error: last === null ? { code: 'SOURCE_FILE_MISSING', text: 'no file' } : null,
  });
}

/** The start form on a page, with a preview that the spec answers. */
export class StartFormPage {
  readonly http: HttpTestingController;
  readonly fixture: ComponentFixture<StartForm>;
  readonly started: Progress[] = [];
  readonly overlapped: string[] = [];
  /** The requests of previews, in order. */
  readonly previewed: (StartRequest | undefined)[] = [];
  private readonly answer = new BehaviorSubject<(request: StartRequest) => PreviewState>(() => ({
    kind: 'asking',
  }));

  /**
   * @param settle waits until the page is stable; by the fixture, unless a spec controls the timers
   * @param reader who uses it
   * @param visit whether the browser keeps what an earlier page of the spec has stored
   */
  constructor(
    private readonly settle?: () => Promise<void>,
    reader: readonly Provider[] = [],
    { isLaterVisit = false } = {},
  ) {
    let keys = 0;
    if (isLaterVisit) TestBed.resetTestingModule();
    else localStorage.clear();
    TestBed.configureTestingModule({
      providers: [
        provideTestApp(),
        ...reader,
        { provide: PlanPreview, useValue: { follow: this.follow } },
        { provide: RANDOM_ID, useValue: () => `id-${(keys += 1)}` },
        // Already the 3rd in London, still the 2nd in Los Angeles.
        { provide: CLOCK, useValue: { now: () => Date.parse('2025-10-03T05:00:00Z') } },
      ],
    });
    this.http = TestBed.inject(HttpTestingController);
    this.fixture = TestBed.createComponent(StartForm);
    this.fixture.componentRef.setInput('datasets', [
      datasetNamed('weather', '2015-12-31'),
      datasetNamed('broken', null),
    ]);
    const { started, overlapped } = this.fixture.componentInstance;
    started.subscribe((progress) => this.started.push(progress));
    overlapped.subscribe((batchId) => this.overlapped.push(batchId));
  }

  get element(): HTMLElement {
    return this.fixture.nativeElement as HTMLElement;
  }

  async rest(): Promise<void> {
    await (this.settle?.() ?? this.fixture.whenStable());
  }

  /** The preview answers with this plan from now on. */
  async plan(changes: Partial<Plan> = {}): Promise<void> {
    await this.preview((request) => ({ kind: 'planned', request, plan: planOf(changes) }));
  }

  /** The preview fails from now on. */
  async failPreview(code: string, limit?: number): Promise<void> {
    const problem = problemIn({ code, limit });
    await this.preview((request) => ({ kind: 'failed', request, problem }));
  }

  async preview(say: (request: StartRequest) => PreviewState): Promise<void> {
    this.answer.next(say);
    await this.rest();
  }

  /** The page watches this batch. */
  async watch(progress: Progress | undefined): Promise<void> {
    this.fixture.componentRef.setInput('watched', progress);
    await this.rest();
  }

  /** The address opens the form with this. */
  async ask(asked: StartQuery): Promise<void> {
    this.fixture.componentRef.setInput('asked', asked);
    await this.rest();
  }

  button(text: string): HTMLButtonElement {
    return buttonIn(this.element, text);
  }

  /** Whether the form can be submitted, by `aria-disabled`. */
  get canSend(): boolean {
    const button = this.element.querySelector('button[type=submit]');
    return button?.getAttribute('aria-disabled') !== 'true';
  }

  async click(text: string): Promise<void> {
    this.button(text).click();
    await this.rest();
  }

  async type(index: number, text: string): Promise<void> {
    const input = this.element.querySelectorAll<HTMLInputElement>('input')[index];
    if (input === undefined) throw new Error(`expected an input ${index}`);
    input.value = text;
    input.dispatchEvent(new Event('input'));
    input.dispatchEvent(new Event('blur'));
    await this.rest();
  }

  /** Chooses an option by its value. */
  async choose(value: string, label = '数据集'): Promise<void> {
    const select = [...this.element.querySelectorAll('select')].find(({ labels }) =>
      [...labels].some((one) => one.textContent.trim() === label),
    );
    if (select === undefined) throw new Error(`expected a select ${label}`);
    select.value = value;
    select.dispatchEvent(new Event('change'));
    await this.rest();
  }

  /** The only pending start. */
  sent(): TestRequest {
    return this.http.expectOne(START);
  }

  sendsNothing(): void {
    this.http.expectNone(START);
  }

  async accept(request: TestRequest, progress: Progress): Promise<void> {
    request.flush({ status: 'success', data: progress }, { status: 202, statusText: 'Accepted' });
    await this.rest();
  }

  async refuse(request: TestRequest, body: object, status = 409): Promise<void> {
    request.flush(body, { status, statusText: 'Refused' });
    await this.rest();
  }

  async lose(request: TestRequest): Promise<void> {
    request.error(new ProgressEvent('error'));
    await this.rest();
  }

  get dates(): string[] {
    return [...this.element.querySelectorAll('input')].map((input) => input.value);
  }

  get line(): string {
    return this.element.querySelector('ds-preview-line')?.textContent.trim() ?? '';
  }

  get note(): string {
    return this.element.querySelector('.notes [role=status]')?.textContent.trim() ?? '';
  }

  get alert(): string {
    return this.element.querySelector('.notes [role=alert]')?.textContent.trim() ?? '';
  }

  private readonly follow = (
    asked: Observable<StartRequest | undefined>,
  ): Observable<PreviewState> =>
    asked.pipe(
      switchMap((request) => {
        this.previewed.push(request);
        return this.answer.pipe(
          map((say) => (request === undefined ? { kind: 'none' as const } : say(request))),
        );
      }),
    );
}
