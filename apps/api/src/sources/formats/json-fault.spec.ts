import { expect, it } from 'vitest';
import { findJsonFault } from './json-fault.js';

it.each([
  ['x', 0],
  ['{"a":x}', 5],
  ['{"雨":x}', 7],
  ['{"a":}', 5],
  ['{"a":1 "b":2}', 7],
  ['[1,]', 3],
  ['{"a":1}}', 7],
])('finds what is wrong in %j', (text, byte) => {
  expect(findJsonFault(text)).toEqual({ isEnd: false, byte });
});

it.each(['', '{', '{"a', '{"a":', '{"a":1', '{"a":tr', '[{},', '{"a":"雨'])(
  'takes %j for the beginning of JSON',
  (text) => {
    expect(findJsonFault(text)).toEqual({ isEnd: true, byte: Buffer.byteLength(text) });
  },
);
