import { beforeEach, describe, expect, it } from 'vitest';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { provideTestWords } from '../i18n/test-words';
import { Pager } from './pager';

describe('Pager', () => {
  let fixture: ComponentFixture<Pager>;
  let turned: number[];
  let sized: number[];

  beforeEach(() => {
    TestBed.configureTestingModule({ providers: [provideTestWords()] });
    fixture = TestBed.createComponent(Pager);
    [turned, sized] = [[], []];
    fixture.componentInstance.turn.subscribe((page) => turned.push(page));
    fixture.componentInstance.sizeChange.subscribe((size) => sized.push(size));
  });

  const buttons = (): HTMLButtonElement[] => [
    ...(fixture.nativeElement as HTMLElement).querySelectorAll('button'),
  ];
  function show(page: number): void {
    fixture.componentRef.setInput('page', { page, page_size: 20, total: 95 });
    TestBed.tick();
  }

  it('leads to the first, the one before, the next and the last page', () => {
    show(3);
    for (const button of buttons()) button.click();
    expect(turned).toEqual([1, 2, 4, 5]);
    expect((fixture.nativeElement as HTMLElement).textContent).toContain('第 41–60 条，共 95 条');
  });

  it('keeps the buttons that lead nowhere in reach of the keys', () => {
    show(5);
    const states = buttons().map((button) => button.getAttribute('aria-disabled'));
    expect(states.slice(2)).toEqual(['true', 'true']);
    buttons()[3]?.focus();
    expect(buttons().every((button) => !button.disabled)).toBe(true);
    buttons()[3]?.click();
    expect(turned).toEqual([]);
  });

  it('offers sizes where there are several', () => {
    show(1);
    const select = (): HTMLSelectElement | null =>
      (fixture.nativeElement as HTMLElement).querySelector('select');
    expect(select()).toBeNull();
    fixture.componentRef.setInput('sizes', [20, 50]);
    TestBed.tick();
    expect(select()?.value).toBe('20');
    const chosen = select();
    if (chosen !== null) chosen.value = '50';
    chosen?.dispatchEvent(new Event('change'));
    expect(sized).toEqual([50]);
  });
});
