import {
  afterNextRender,
  DestroyRef,
  DOCUMENT,
  ElementRef,
  inject,
  type Signal,
} from '@angular/core';

/**
 * Gives the focus to a part of a component that was opened by a button. When the component goes with the focus in it,
 * the focus returns to that button, or to the page if the button has gone.
 */
export function injectOwnFocus(first: Signal<ElementRef<HTMLElement>>): void {
  const host: HTMLElement = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  const document = inject(DOCUMENT);
  const opener = document.activeElement;
  afterNextRender(() => first().nativeElement.focus());
  inject(DestroyRef).onDestroy(() => {
    if (!host.contains(document.activeElement)) return;
    const isThere = opener instanceof HTMLElement && opener.isConnected;
    (isThere ? opener : document.getElementById('main'))?.focus();
  });
}
