import { afterEveryRender, Component, DOCUMENT, inject } from '@angular/core';

/** What takes the focus: an element that may have a focused one in it. */
const HOMES = '[tabindex], dialog, main';

/**
 * Keeps the focus on the page: where the focused element has disappeared or has been disabled, the part around it gets
 * the focus. Otherwise Tab would begin at the top of the page, and a screen reader would not say where it is. Where
 * something better can have the focus, the component gives it there itself.
 */
@Component({
  selector: 'ds-kept-focus',
  template: '',
  host: { '(document:focusin)': 'follow($event)' },
})
export class KeptFocus {
  private readonly document = inject(DOCUMENT);
  /** The focused element, and all around it. */
  private path: readonly HTMLElement[] = [];

  constructor() {
    afterEveryRender({ read: () => this.keep() });
  }

  protected follow({ target }: Event): void {
    const path: HTMLElement[] = [];
    for (let one = target; one instanceof HTMLElement; one = one.parentElement) path.push(one);
    this.path = path;
  }

  private keep(): void {
    const [last] = this.path;
    if (last === undefined || this.document.activeElement !== this.document.body) return;
    // A click beside it has taken the focus.
    if (last.isConnected && !last.matches(':disabled')) return;
    const around = this.path.slice(1).find((one) => one.isConnected && one.matches(HOMES));
    const home = around ?? this.document.getElementById('main');
    // A dialog itself takes no focus.
    const taker = home?.localName === 'dialog' ? home.querySelector('button') : home;
    taker?.focus({ preventScroll: true });
  }
}
