import { describe, expect, it } from 'vitest';
import { Component, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { KeptFocus } from './kept-focus';

@Component({
  imports: [KeptFocus],
  template: `
    <ds-kept-focus />
    <main id="main" tabindex="-1">
      @if (isThere()) {
        <button id="alone">1</button>
      }
      <div id="region" role="region" tabindex="0" aria-label="Table">
        @if (isThere()) {
          <p><button id="row">2</button></p>
        }
      </div>
      <p><button id="used" [disabled]="!isThere()">3</button></p>
      <dialog open>
        <button id="close">4</button>
        @if (isThere()) {
          <p><button id="within">5</button></p>
        }
      </dialog>
    </main>
  `,
})
class RemovedRows {
  readonly isThere = signal(true);
}

describe('KeptFocus', () => {
  async function focusAfterChange(id: string, blur = false): Promise<string | undefined> {
    const fixture = TestBed.createComponent(RemovedRows);
    const host = fixture.nativeElement as HTMLElement;
    document.body.append(host);
    await fixture.whenStable();
    const focused = host.querySelector<HTMLElement>(`#${id}`);
    focused?.focus();
    if (blur) focused?.blur();
    fixture.componentInstance.isThere.set(false);
    await fixture.whenStable();
    const now = document.activeElement;
    fixture.destroy();
    return now === document.body ? 'body' : now?.id;
  }

  it.each([
    ['row', 'region'],
    ['alone', 'main'],
    ['within', 'close'],
  ])('gives the focus of a removed element (%s) to what is around it (%s)', async (id, home) => {
    expect(await focusAfterChange(id)).toBe(home);
  });

  it('leaves the focus where it still is, and with whoever took it away', async () => {
    expect(await focusAfterChange('region')).toBe('region');
    expect(await focusAfterChange('close', true)).toBe('body');
  });
});
