import { describe, expect, it } from '@jest/globals';
import { entityTag, hasEntity } from './entity.js';

describe('entityTag', () => {
  it('is strong, the same for the same bytes, and another for others', () => {
    const tag = entityTag(Buffer.from('{"a":1}'));
    expect(tag).toMatch(/^"[\w-]{27}"$/);
    expect(entityTag('{"a":1}')).toBe(tag);
    expect(entityTag('{"a":2}')).not.toBe(tag);
  });
});

describe('hasEntity', () => {
  it.each([
    [undefined, false],
    ['', false],
    ['"a"', true],
    ['W/"a"', true],
    ['*', true],
    ['"b"', false],
    ['"b", "a"', true],
    ['"b",W/"a"', true],
    ['a', false],
    ['"aa"', false],
  ])('If-None-Match: %s', (header, has) => {
    expect(hasEntity(header, '"a"')).toBe(has);
  });
});
