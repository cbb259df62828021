import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { isConfirmed } from './confirm.js';

it.each([
  ['y\r', true, ''],
  ['YES\r', true, ''],
  ['\r', false, ''],
  ['no\r', false, ''],
  // Ctrl+C, Ctrl+D.
  ['\u0003', false, '\n'],
  ['\u0004', false, '\n'],
])('the answer %j is %s', async (answer, expected, end) => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const confirmed = isConfirmed('Delete it?', input, output);
  input.write(answer);
  expect(await confirmed).toBe(expected);
  output.end();
  const shown = await text(output);
  expect(shown).toContain('Delete it? [y/N] ');
  expect(shown.endsWith(end === '' ? '\r\n' : end)).toBe(true);
});

it('the end of the input is no', async () => {
  const input = new PassThrough();
  const confirmed = isConfirmed('Delete it?', input, new PassThrough());
  input.end();
  expect(await confirmed).toBe(false);
});
