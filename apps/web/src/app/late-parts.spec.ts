import { describe, expect, it } from 'vitest';
import { isMissingPart } from './late-parts';

describe('a part of the console that could not be loaded', () => {
  it.each([
    ['a deferred block', 'NG0750'],
    ['Chromium', 'Failed to fetch dynamically imported module: http://127.0.0.1:8000/chunk-A.js'],
    ['Firefox', 'error loading dynamically imported module: http://127.0.0.1:8000/chunk-A.js'],
    ['Safari', 'Importing a module script failed.'],
  ])('is known by the error of %s', (_, message) => {
    expect(isMissingPart(new TypeError(message))).toBe(true);
  });

  it('is not behind any other error', () => {
    expect(isMissingPart(new TypeError('Failed to fetch'))).toBe(false);
    expect(isMissingPart('NG0750')).toBe(false);
    expect(isMissingPart(undefined)).toBe(false);
  });
});
