import { beforeEach, describe, expect, it, vi } from 'vitest';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { addDays, calendarDay, type DayRange } from '@daysync/progress';
import { provideTestApp } from '../i18n/test-words';
import { RecordEdits } from '../live/record-edits';
import { GapList } from './gap-list';
import { succeed } from '../design/page.fixture';

const START = calendarDay('2012-03-01');
/** A day in two is missing. */
const gaps = (count: number): readonly DayRange[] =>
  Array.from({ length: count }, (_, index) => {
    const day = addDays(START, 2 * index);
    return { start_date: day, end_date: day };
  });

describe('GapList', () => {
  let fixture: ComponentFixture<GapList>;

  beforeEach(() => {
    TestBed.configureTestingModule({ providers: [provideTestApp()] });
    fixture = TestBed.createComponent(GapList);
    fixture.componentRef.setInput('dataset', 'weather');
  });

  async function show(shown: readonly DayRange[], isViewer = false): Promise<HTMLElement> {
    fixture.componentRef.setInput('gaps', shown);
    fixture.componentRef.setInput('isViewer', isViewer);
    const list = fixture.nativeElement as HTMLElement;
    await fixture.whenStable();
    list.querySelector('details')?.dispatchEvent(new Event('toggle'));
    await fixture.whenStable();
    return list;
  }

  /** Opens the form that marks a gap. @returns its field */
  async function reasonOf(list: HTMLElement, index: number): Promise<HTMLTextAreaElement> {
    const row = list.querySelectorAll('li')[index];
    row?.querySelector<HTMLButtonElement>('button:last-child')?.click();
    TestBed.tick();
    await vi.dynamicImportSettled();
    await fixture.whenStable();
    const field = list.querySelector<HTMLTextAreaElement>('form textarea');
    if (field === null) throw new Error('expected a field');
    return field;
  }

  it('offers a start of all gaps, and of each, or to mark that as not expected', async () => {
    const list = await show([
      { start_date: START, end_date: calendarDay('2012-03-03') },
      ...gaps(4).slice(3),
    ]);
    const names = [...list.querySelectorAll('button')].map(
      (button) => button.getAttribute('aria-label') ?? button.textContent.trim(),
    );
    expect(names).toEqual([
      '补齐 2 个缺口',
      '同步这些日期… 2012-03-01 至 2012-03-03，3 天',
      '标记为非数据日… 2012-03-01 至 2012-03-03，3 天',
      '同步这些日期… 2012-03-07，1 天',
      '标记为非数据日… 2012-03-07，1 天',
    ]);
    expect(list.textContent).toContain('2012-03-01 至 2012-03-03，3 天');
    expect(list.textContent).toContain('2012-03-07，1 天');
  });

  it('says how many of their days are failed days, which the legend does not count as gaps', async () => {
    fixture.componentRef.setInput('failed', 2);
    const summary = (await show(gaps(3))).querySelector('summary');
    expect(summary?.textContent.trim()).toBe('3 个缺口，共 3 天（未同步 1 天，失败 2 天）');
  });

  it('says how many days of gaps a batch is syncing, or that there are none', async () => {
    expect((await show([])).textContent.trim()).toBe('没有缺口。');
    fixture.componentRef.setInput('syncing', 4);
    expect((await show([])).textContent.trim()).toBe('缺口中有 4 天正在批次中运行或等待。');
  });

  it('has one button to start with: the one that opens it is disabled meanwhile', async () => {
    fixture.componentRef.setInput('toFill', gaps(2));
    const fill = (await show(gaps(2))).querySelector('button');
    fill?.click();
    TestBed.tick();
    expect(fill?.getAttribute('aria-disabled')).toBe('true');
    expect(fill?.getAttribute('aria-expanded')).toBe('true');
  });

  it('marks a gap with a reason, and says how many days that were', async () => {
    const list = await show([{ start_date: START, end_date: calendarDay('2012-03-03') }]);
    const reason = await reasonOf(list, 0);
    const form = list.querySelector('form');
    expect(form?.getAttribute('aria-label')).toBe(
      '将 2012-03-01 至 2012-03-03（3 天）标记为非数据日',
    );
    reason.value = '来源只保留 90 天';
    reason.dispatchEvent(new Event('input'));
    form?.dispatchEvent(new Event('submit'));
    succeed('/records/weather/settle', { days: 2 });
    await fixture.whenStable();
    expect(list.querySelector('form')).toBeNull();
    expect(list.querySelector('[role=status]')?.textContent.trim()).toBe(
      '已将 2 天标记为非数据日。',
    );
    TestBed.inject(RecordEdits).note();
    TestBed.tick();
    expect(list.querySelector('[role=status]')?.textContent.trim()).toBe('');
  });

  it('has a form of its own for each gap', async () => {
    const list = await show(gaps(2));
    const first = await reasonOf(list, 0);
    first.value = 'of the first';
    first.dispatchEvent(new Event('input'));
    const second = await reasonOf(list, 1);
    expect([second === first, second.value]).toEqual([false, '']);
  });

  it('lists a hundred of very many, and says how many more there are', async () => {
    const list = await show(gaps(130));
    expect(list.querySelectorAll('li')).toHaveLength(101);
    expect(list.textContent).toContain('补齐 130 个缺口');
    expect(list.textContent).toContain('另有 30 个缺口');
  });

  it('offers no start to a viewer', async () => {
    const list = await show(gaps(2), true);
    expect(list.querySelectorAll('a, button')).toHaveLength(0);
    expect(list.querySelectorAll('li')).toHaveLength(2);
  });
});
