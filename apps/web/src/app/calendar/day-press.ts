import type { CalendarDay } from '@daysync/progress';
import { NO_PRESS, pressHeld, pressOver, type DaySelection, type Press } from './day-selection';

/** How long a finger rests on a day before it draws a range. */
export const HOLD_MS = 400;

/** What comes of the pointer on the days. */
export interface PressListener {
  /** A click or a tap on a day. */
  opened(day: CalendarDay): void;
  /** A range is drawn, or a click with Shift ends one. */
  selected(selection: DaySelection): void;
  /** The selection that a click with Shift leads on to `day`. */
  reached(day: CalendarDay): DaySelection;
}

/**
 * Reads mouse, pen and finger on an element whose days carry `data-day`, until `signal` is aborted. Listens itself
 * and not through a template: a pointer moves hundreds of times a second, and next to nothing comes of it.
 */
export function readPresses(host: HTMLElement, listener: PressListener, signal: AbortSignal): void {
  let press: Press = NO_PRESS;
  let hold: ReturnType<typeof setTimeout> | undefined;
  /** The click that ends the drawing of a range opens nothing. */
  let isClickSpent = false;

  const step = (next: Press): void => {
    if (next === press) return;
    clearTimeout(hold);
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
    const isTouch = event.pointerType === 'touch';
    step({ kind: 'pressed', day, isTouch });
    if (isTouch) hold = setTimeout(() => step(pressHeld(press)), HOLD_MS);
  });
  listen(document, 'pointermove', (event) => {
    if (press.kind === 'none') return;
    // A finger keeps the element where it came down.
    const under =
      event.pointerType === 'touch'
        ? document.elementFromPoint(event.clientX, event.clientY)
        : event.target;
    const day = dayAt(under);
    if (day !== undefined && host.contains(under as Node)) step(pressOver(press, day));
  });
  listen(document, 'pointerup', () => step(NO_PRESS));
  // The page scrolls: the finger has left for good.
  listen(document, 'pointercancel', () => step(NO_PRESS));
  // While a finger draws a range it must neither scroll the page nor ask for a menu.
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
  signal.addEventListener('abort', () => clearTimeout(hold));
}

/** The day of the cell that an event happened on. */
export function dayAt(target: EventTarget | null): CalendarDay | undefined {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[data-day]') : null;
  return cell?.dataset['day'] as CalendarDay | undefined;
}
