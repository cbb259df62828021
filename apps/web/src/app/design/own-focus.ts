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
  let isWithin = false;
  const follow = ({ target }: Event): void => {
    isWithin = target instanceof Node && host.contains(target);
  };
  document.addEventListener('focusin', follow);
  afterNextRender(() => first().nativeElement.focus());
  inject(DestroyRef).onDestroy(() => {
    document.removeEventListener('focusin', follow);
    // Where Angular has taken the component out of the page already, the body has the focus.
    const focused = document.activeElement;
    if (!host.contains(focused) && !(isWithin && focused === document.body)) return;
    const isThere = opener instanceof HTMLElement && opener.isConnected;
    (isThere ? opener : document.getElementById('main'))?.focus();
  });
}
