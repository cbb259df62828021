import { DOCUMENT, inject, Injectable, signal } from '@angular/core';
import { unlessRefused } from '../storage/unless-refused';

const KEY = 'daysync.shortcut-key';

/**
 * The list of keyboard shortcuts, which `?` opens on every page. Speech input can press single keys by accident, so the
 * reader can turn this one off: https://www.w3.org/TR/WCAG22/#character-key-shortcuts
 */
@Injectable({ providedIn: 'root' })
export class Shortcuts {
  private readonly view = inject(DOCUMENT).defaultView ?? window;
  private readonly open = signal(false);
  private readonly on = signal(unlessRefused(() => this.view.localStorage.getItem(KEY)) !== 'off');

  readonly isOpen = this.open.asReadonly();
  /** Whether the key opens the list. */
  readonly isOn = this.on.asReadonly();

  show(): void {
    this.open.set(true);
  }

  hide(): void {
    this.open.set(false);
  }

  turn(isOn: boolean): void {
    this.on.set(isOn);
    unlessRefused(() => this.view.localStorage.setItem(KEY, isOn ? 'on' : 'off'));
  }

  /** A key that was pressed on the page. */
  press(event: KeyboardEvent): void {
    const { key, ctrlKey, metaKey, altKey, target } = event;
    if (key !== '?' || ctrlKey || metaKey || altKey || !this.on() || isTyping(target)) return;
    event.preventDefault();
    this.show();
  }
}

/** Whether keys are text there, or another dialog has them. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('input:not([type=checkbox]), textarea, select, dialog, [role=dialog]') !== null
  );
}
