import { describe, expect, it } from 'vitest';
import { sessionSecretOf } from './session-cookie.js';

const SECRET = 'A-_z'.repeat(11).slice(0, 43);

describe('sessionSecretOf', () => {
  it.each([
    `daysync_session=${SECRET}`,
    `theme=dark; daysync_session=${SECRET}`,
    `daysync_session=${SECRET}; theme=dark`,
    `daysync_session=short; daysync_session=${SECRET}`,
  ])('finds it in %j', (header) => {
    expect(sessionSecretOf(header)).toBe(SECRET);
  });

  it.each([
    '',
    'daysync_session=',
    `daysync_session=${SECRET}x`,
    `my_daysync_session=${SECRET}`,
    `daysync_session="${SECRET}"`,
  ])('finds none in %j', (header) => {
    expect(sessionSecretOf(header)).toBeNull();
  });
});
