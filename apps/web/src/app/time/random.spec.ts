import { describe, expect, it } from 'vitest';
import { TestBed } from '@angular/core/testing';
import { RANDOM_ID } from './random';

describe('RANDOM_ID', () => {
  it('is another one each time', () => {
    const id = TestBed.inject(RANDOM_ID);
    const ids = Array.from({ length: 100 }, id);
    expect(new Set(ids).size).toBe(100);
    expect(ids.every((text) => /^[0-9a-f]{32}$/.test(text))).toBe(true);
  });
});
