import { spawnSync } from 'node:child_process';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { ExactTokenizer } from '../../targets/exact-json.js';
import { JsonValueFinder } from '../formats/json-path.js';
import { nextLink, retryAfterMs } from './http-response.js';

describe('JsonValueFinder', () => {
  const find = (pointer: string, text: string, size = text.length): unknown => {
    const finder = new JsonValueFinder(pointer);
    const tokenizer = new ExactTokenizer({});
    tokenizer.onToken = (token) => finder.take(token);
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) {
      tokenizer.write(bytes.subarray(at, at + size));
    }
    return finder.value.kind === 'text' ? finder.value.json : finder.value.kind;
  };

  it.each([
    ['/next', '{"next":"a"}', '"a"'],
    ['/next', ' { "next" : 12.50 , "x":1}', '12.50'],
    ['/next', '{"next":null}', 'null'],
    ['/next', '{"x":{"next":1},"y":[{"next":2}],"z":"next"}', 'missing'],
    ['/next', '{"x":"\\",\\"next\\":5","next":"q\\"}"}', '"q\\"}"'],
    ['/next', '{"items":[[1,2],{"a":[{}]}],"next":7}', '7'],
    ['/next', '[{"next":7}]', 'missing'],
    ['/next', '{"next":{"next":1}}', 'container'],
    ['/next', '{"next":[]}', 'container'],
    ['/a/b', '{"a":{"c":1,"b":true},"b":3}', 'true'],
    ['/a/b', '{"b":1,"a":2}', 'missing'],
    ['/a/1/c', '{"a":[{"c":0},{"c":1},{"c":2}]}', '1'],
    ['/a~1b/m~0n', '{"a/b":{"m~n":5}}', '5'],
    ['/nächste', '{"n\\u00e4chste":"€"}', '"€"'],
    ['/0', '[5,6]', '5'],
    ['/next', `{"next":"${'x'.repeat(9_000)}"}`, 'too_long'],
    ['/next', '', 'missing'],
  ])('%s in %s', (pointer, text, expected) => {
    for (const size of [1, 3, 10_000]) expect(find(pointer, text, size)).toBe(expected);
  });

  it('finds no whole', () => {
    expect(() => new JsonValueFinder('')).toThrow(RangeError);
  });
});

describe('nextLink', () => {
  it.each([
    ['<https://a/b?c=1,2>; rel="next"', 'https://a/b?c=1,2'],
    ['</1>; rel="prev", </3>; rel="next"', '/3'],
    ['</1>; title="a, <b>; rel=next"; rel=prev, </3>; REL=Next', '/3'],
    ['</3>; rel="last next"', '/3'],
    ['</3>;rel=next;anchor="/x", </4>;rel=next', '/4'],
    ['</3>; rel=prev; rel=next', undefined],
    ['</3>; rel="nextish"', undefined],
    ['', undefined],
    ['nonsense', undefined],
  ])('%s', (header, target) => {
    expect(nextLink(header)).toBe(target);
  });

  it('reads a header that is made to take long', () => {
    // It takes some milliseconds; hours where each character looks at all that follow. Only a context of its own
    // can be ended meanwhile.
    const header = '<'.repeat(4_000_000);
    expect(runInNewContext('nextLink(header)', { nextLink, header }, { timeout: 100_000 })).toBe(
      undefined,
    );
  });
});

describe('retryAfterMs', () => {
  const now = (): number => Date.parse('2025-10-03T10:00:00Z');
  it.each<[string | undefined, string | undefined, number | null]>([
    ['120', undefined, 120_000],
    [' 0 ', undefined, 0],
    ['Fri, 03 Oct 2025 10:00:09 GMT', undefined, 9_000],
    ['Fri Oct  3 10:00:09 2025', undefined, 9_000],
    ['Friday, 03-Oct-25 10:00:09 GMT', 'Fri Oct  3 10:00:07 2025', 2_000],
    ['Fri, 03 Oct 2025 10:00:09 GMT', 'Fri, 03 Oct 2025 10:00:08 GMT', 1_000],
    ['Fri, 03 Oct 2025 09:00:00 GMT', undefined, 0],
    ['soon', undefined, null],
    ['Soonish', undefined, null],
    ['-5', undefined, null],
    ['1.5', undefined, null],
    [undefined, undefined, null],
  ])('%o, sent %o', (header, date, expected) => {
    expect(retryAfterMs(header, date, now)).toBe(expected);
  });

  it('is in GMT wherever we are, also where a date names no zone', () => {
    const module = JSON.stringify(new URL('http-response.ts', import.meta.url));
    const program = `const { retryAfterMs } = await import(${module});
      console.log(retryAfterMs('Fri Oct  3 10:00:09 2025', undefined, () => ${now()}));`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      env: { TZ: 'Asia/Tokyo' },
      encoding: 'utf8',
    });
    expect(stdout).toBe('9000\n');
  });
});
