import { expect, it } from 'vitest';
import { numberText } from './number-text';

it.each([
  [0, 'zh-CN', '0'],
  [999, 'en-GB', '999'],
  [1_000, 'en-GB', '1,000'],
  [1_234_567, 'zh-CN', '1,234,567'],
  [-4_321, 'en-US', '-4,321'],
  [1_234.56, 'en-GB', '1,234.56'],
])('%d is written in %s as %s', (value, locale, text) => {
  expect(numberText(value, locale)).toBe(text);
});
