import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Clipboard } from '@angular/cdk/clipboard';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { give } from './page.fixture';
import { provideTestWords } from '../i18n/test-words';
import { BatchId } from './batch-id';

describe('the id of a batch', () => {
  let fixture: ComponentFixture<BatchId>;
  let isRefused: boolean;
  const copied: string[] = [];

  beforeEach(() => {
    vi.useFakeTimers();
    isRefused = false;
    copied.length = 0;
    const copy = (text: string): boolean => {
      if (!isRefused) copied.push(text);
      return !isRefused;
    };
    TestBed.configureTestingModule({
      providers: [provideTestWords('en'), { provide: Clipboard, useValue: { copy } }],
    });
    fixture = TestBed.createComponent(BatchId);
    give(fixture, { id: 'b1' });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const page = (): HTMLElement => fixture.nativeElement as HTMLElement;
  function press(): void {
    page().querySelector<HTMLElement>("button[aria-label='Copy batch ID']")?.click();
    TestBed.tick();
  }
  const status = (): string | undefined => page().querySelector('[role=status]')?.textContent;

  it('is copied by its button, which says so for a while', () => {
    press();
    expect(copied).toEqual(['b1']);
    expect(status()).toBe('Copied');
    vi.advanceTimersByTime(3_000);
    TestBed.tick();
    expect(status()).toBe('');
  });

  it('is not called copied where the browser refuses', () => {
    isRefused = true;
    press();
    expect(status()).toBe('');
  });
});
