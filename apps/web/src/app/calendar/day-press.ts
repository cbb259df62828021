import type { CalendarDay } from '@daysync/progress';
import { NO_PRESS, pressedLong, pressOver, type DaySelection, type Press } from './day-selection';

/** The duration of a long press, which starts a range by touch. */
export const LONG_PRESS_MS = 400;

/** What presses on days lead to. */
interface PressListener {
  /** A click or a tap on a day. */
  opened(day: CalendarDay): void;
  /** A range is dragged, or completed by a click with Shift. */
  selected(selection: DaySelection): void;
  /** The selection after a click with Shift on `day`. */
  reached(day: CalendarDay): DaySelection;
  /** The selection with one more range, after a press with Ctrl or Cmd on `day`. */
  added(day: CalendarDay): DaySelection;
}

/**
 * Handles mouse, pen and touch on an element whose days have `data-day`, until `signal` is aborted. It adds its own
 * listeners instead of template listeners: a pointer moves hundreds of times a second, and almost no move changes
 * anything.
 */
export function readPresses(host: HTMLElement, listener: PressListener, signal: AbortSignal): void {
  let press: Press = NO_PRESS;
  let longPress: ReturnType<typeof setTimeout> | undefined;
  /** The click at the end of a drag opens nothing. */
  let isClickSpent = false;

  const step = (next: Press): void => {
    if (next === press) return;
    clearTimeout(longPress);
    press = next;
    if (next.kind !== 'selecting') return;
    isClickSpent = true;
    listener.selected(next.selection);
  };
  const listen = <Name extends keyof HTMLElementEventMap>(
    target: HTMLElement | Document,
    name: Name,
    then: (event: HTMLElementEventMap[Name]) => void,
  ): void => {
    target.addEventListener(name, then as EventListener, { signal, passive: false });
  };

  listen(host, 'pointerdown', (event) => {
    isClickSpent = false;
    step(NO_PRESS);
    const day = dayAt(event.target);
    if (day === undefined || event.button !== 0 || !event.isPrimary) return;
    if (event.shiftKey) {
      isClickSpent = true;
      listener.selected(listener.reached(day));
      return;
    }
    if (event.ctrlKey || event.metaKey) {
      step({ kind: 'selecting', selection: listener.added(day) });
      return;
    }
    const isTouch = event.pointerType === 'touch';
    step({ kind: 'pressed', day, isTouch });
    if (isTouch) longPress = setTimeout(() => step(pressedLong(press)), LONG_PRESS_MS);
  });
  listen(document, 'pointermove', (event) => {
    if (press.kind === 'none') return;
    // Touch events keep their first target.
    const under =
      event.pointerType === 'touch'
        ? document.elementFromPoint(event.clientX, event.clientY)
        : event.target;
    const day = dayAt(under);
    if (day !== undefined && host.contains(under as Node)) step(pressOver(press, day));
  });
  listen(document, 'pointerup', () => step(NO_PRESS));
  // The page scrolls instead.
  listen(document, 'pointercancel', () => step(NO_PRESS));
  // Selecting a range by touch must neither scroll the page nor open a menu.
  listen(host, 'touchmove', (event) => {
    if (press.kind === 'selecting') event.preventDefault();
  });
  listen(host, 'contextmenu', (event) => {
    if (press.kind === 'selecting') event.preventDefault();
  });
  listen(host, 'click', (event) => {
    const day = dayAt(event.target);
    if (day !== undefined && !isClickSpent) listener.opened(day);
  });
  signal.addEventListener('abort', () => clearTimeout(longPress));
}

/** The day of an event's target. */
export function dayAt(target: EventTarget | null): CalendarDay | undefined {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[data-day]') : null;
  return cell?.dataset['day'] as CalendarDay | undefined;
}
