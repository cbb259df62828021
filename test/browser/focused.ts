// Where the focus is, and whether a reader sees it.
import type { Page } from 'playwright-core';

/** What is wrong with the element that has the focus; `undefined` once the focus has left the page. */
export function faultOfFocus(page: Page): Promise<string | undefined> {
  return page.evaluate(() => {
    const focused = document.activeElement;
    if (!(focused instanceof HTMLElement) || focused === document.body) return undefined;
    const name = `${focused.tagName} ${focused.ariaLabel ?? focused.innerText.slice(0, 40)}`;
    const hasOutline = (element: Element): boolean => {
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
    };
    // A field shows it by its frame.
    const frame = focused.closest('mat-form-field')?.querySelector('.mdc-notched-outline__leading');
    const isFramed = frame != null && getComputedStyle(frame).borderTopWidth === '2px';
    if (!hasOutline(focused) && !isFramed) return `${name}: no ring`;
    const box = focused.getBoundingClientRect();
    const left = Math.max(0, box.left);
    const right = Math.min(innerWidth, box.right);
    const top = Math.max(0, box.top);
    const bottom = Math.min(innerHeight, box.bottom);
    if (right - left < 1 || bottom - top < 1) return `${name}: outside of the window`;
    // A table that scrolls may be larger than the window.
    if (box.height > innerHeight / 3) return '';
    const isCut = bottom - top < box.height - 1 || right - left < box.width - 1;
    if (isCut) return `${name}: cut off by the window`;
    const covered = [0.1, 0.5, 0.9].map((share) => {
      const [x, y] = [left + (right - left) * share, top + (bottom - top) * share];
      const found = document.elementFromPoint(x, y);
      const isOwn = found !== null && (focused.contains(found) || found.contains(focused));
      return isOwn || found?.closest('mat-form-field')?.contains(focused) === true
        ? undefined
        : found?.outerHTML.slice(0, 80);
    });
    const by = covered.find((cover) => cover !== undefined);
    return by === undefined ? '' : `${name}: covered by ${by}`;
  });
}
