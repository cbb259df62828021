import { describe, expect, it } from 'vitest';
import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { injectWithEdits, RecordEdits } from './record-edits';

describe('the changes that were made here', () => {
  it('change a key, once that is known', () => {
    const key = signal<string | undefined>(undefined);
    const both = TestBed.runInInjectionContext(() => injectWithEdits(key));
    const edits = TestBed.inject(RecordEdits);
    edits.note();
    expect(both()).toBeUndefined();
    key.set('a');
    const before = both();
    edits.note();
    expect(both()).not.toBe(before);
    expect(edits.count()).toBe(2);
  });
});
