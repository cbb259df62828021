import { expect, it } from 'vitest';
import { bodyText } from './answer-body.js';

/** 系统维护中 */
const GBK = Uint8Array.from([0xcf, 0xb5, 0xcd, 0xb3, 0xce, 0xac, 0xbb, 0xa4, 0xd6, 0xd0]);
const UTF_8 = new TextEncoder().encode('系统维护中');

it.each([
  [GBK, 'text/html; charset=gbk', '系统维护中'],
  [GBK, 'text/html;Charset="GB2312"', '系统维护中'],
  [GBK, undefined, null],
  [UTF_8, undefined, '系统维护中'],
  [UTF_8, 'text/html', '系统维护中'],
  [UTF_8, 'text/html; charset=none-such', '系统维护中'],
  [new Uint8Array(), 'text/html; charset=gbk', null],
])('a body of %j as %s is %s', (bytes, contentType, text) => {
  expect(bodyText(bytes, contentType)).toBe(text);
});
