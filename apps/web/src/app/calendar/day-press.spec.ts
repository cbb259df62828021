import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { calendarDay, type CalendarDay } from '@daysync/progress';
import { LONG_PRESS_MS, readPresses } from './day-press';
import type { DaySelection } from './day-selection';

const KEPT = { start_date: calendarDay('2012-01-01'), end_date: calendarDay('2012-01-05') };

describe('a pointer on the days', () => {
  let host: HTMLElement;
  let opened: CalendarDay[];
  let selected: DaySelection[];
  let left: AbortController;

  beforeEach(() => {
    vi.useFakeTimers();
    document.body.innerHTML = `<table><tr>
      <td data-day="2012-03-01"><b>1</b></td><td data-day="2012-03-02"></td><td></td>
    </tr></table>`;
    host = document.body.querySelector('table') ?? document.body;
    [opened, selected, left] = [[], [], new AbortController()];
    const listener = {
      opened: (day: CalendarDay) => opened.push(day),
      selected: (selection: DaySelection) => selected.push(selection),
      reached: (to: CalendarDay) => ({ anchor: calendarDay('2012-02-01'), to }),
      added: (day: CalendarDay) => ({ anchor: day, to: day, kept: [KEPT] }),
    };
    readPresses(host, listener, left.signal);
  });

  afterEach(() => {
    left.abort();
    vi.useRealTimers();
  });

  const cell = (date: string): Element => {
    const found = host.querySelector(`[data-day='2012-03-${date}']`);
    if (found === null) throw new Error(`expected a cell of ${date}`);
    return found;
  };
  const FIRST = calendarDay('2012-03-01');
  const SECOND = calendarDay('2012-03-02');

  /** @returns whether what the browser does by itself was left to it */
  function point(type: string, target: Element, init: PointerEventInit = {}): boolean {
    const event = new PointerEvent(type, {
      bubbles: true,
      cancelable: true,
      isPrimary: true,
      pointerType: 'mouse',
      ...init,
    });
    return target.dispatchEvent(event);
  }

  function click(target: Element): void {
    point('pointerdown', target);
    point('pointerup', target);
    target.dispatchEvent(new MouseEvent('click', { bubbles: true }));
  }

  /** What a finger is over: the page's layout knows, which a spec has none of. */
  function fingerOver(target: Element): void {
    document.elementFromPoint = () => target;
    point('pointermove', cell('01'), { pointerType: 'touch' });
  }

  it('adds a range with Ctrl, which a drag extends, and opens nothing', () => {
    point('pointerdown', cell('01'), { ctrlKey: true });
    point('pointermove', cell('02'));
    point('pointerup', cell('02'));
    cell('02').dispatchEvent(new MouseEvent('click', { bubbles: true }));
    expect(selected).toEqual([
      { anchor: FIRST, to: FIRST, kept: [KEPT] },
      { anchor: FIRST, to: SECOND, kept: [KEPT] },
    ]);
    expect(opened).toEqual([]);
  });

  it('opens the day that is clicked, and nothing beside a day', () => {
    click(cell('01').firstElementChild ?? host);
    click(host.querySelector('td:not([data-day])') ?? host);
    expect(opened).toEqual([FIRST]);
    expect(selected).toEqual([]);
  });

  it('selects what a mouse draws, and does not open where it ends', () => {
    point('pointerdown', cell('01'));
    point('pointermove', cell('01'));
    expect(selected).toEqual([]);
    point('pointermove', cell('02'));
    point('pointermove', cell('01'));
    point('pointerup', cell('01'));
    cell('01').dispatchEvent(new MouseEvent('click', { bubbles: true }));
    expect(selected).toEqual([
      { anchor: FIRST, to: SECOND },
      { anchor: FIRST, to: FIRST },
    ]);
    expect(opened).toEqual([]);
    click(cell('02'));
    expect(opened).toEqual([SECOND]);
  });

  it('ends with the button: what comes after draws nothing', () => {
    point('pointerdown', cell('01'));
    point('pointerup', cell('01'));
    point('pointermove', cell('02'));
    point('pointerdown', cell('01'), { button: 2 });
    point('pointermove', cell('02'));
    expect(selected).toEqual([]);
  });

  it('leads the selection on by a click with Shift', () => {
    point('pointerdown', cell('02'), { shiftKey: true });
    cell('02').dispatchEvent(new MouseEvent('click', { bubbles: true }));
    expect(selected).toEqual([{ anchor: '2012-02-01', to: SECOND }]);
    expect(opened).toEqual([]);
  });

  it('selects a range after a long press, without scrolling the page', () => {
    const touchmove = (): boolean =>
      cell('01').dispatchEvent(new Event('touchmove', { bubbles: true, cancelable: true }));
    point('pointerdown', cell('01'), { pointerType: 'touch' });
    expect(touchmove()).toBe(true);
    vi.advanceTimersByTime(LONG_PRESS_MS);
    expect(touchmove()).toBe(false);
    expect(point('contextmenu', cell('01'))).toBe(false);
    fingerOver(cell('02'));
    expect(selected.at(-1)).toEqual({ anchor: FIRST, to: SECOND });
    point('pointerup', cell('01'), { pointerType: 'touch' });
    expect(touchmove()).toBe(true);
  });

  it('leaves a finger that moves at once, or that scrolls, to the page', () => {
    point('pointerdown', cell('01'), { pointerType: 'touch' });
    fingerOver(cell('02'));
    vi.advanceTimersByTime(LONG_PRESS_MS);
    point('pointerdown', cell('01'), { pointerType: 'touch' });
    point('pointercancel', cell('01'), { pointerType: 'touch' });
    vi.advanceTimersByTime(LONG_PRESS_MS);
    expect(selected).toEqual([]);
  });

  it('listens no more when it is left', () => {
    point('pointerdown', cell('01'), { pointerType: 'touch' });
    left.abort();
    vi.advanceTimersByTime(LONG_PRESS_MS);
    click(cell('01'));
    expect([...opened, ...selected]).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
