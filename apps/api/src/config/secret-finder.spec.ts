import { describe, expect, it } from 'vitest';
import { expectOnceAtMost, timesFloor } from '../../../../test/machine-speed.js';
import { SecretFinder } from './secret-finder.js';

const redacted = (secret: string, text: string): string =>
  new SecretFinder([{ value: secret, shown: '[x]' }], 4).redact(text);

describe('a secret', () => {
  it.each<[string, string, string]>([
    ['as it is', 'Canary 7/F+3', 'Canary 7/F+3'],
    ['in lower case', 'Canary7F3a', 'canary7f3a'],
    ['in upper case', 'Canary-é7', 'CANARY-É7'],
    ['in mixed case', 'Canary7F3a', 'cANARY7f3A'],
    ['percent-encoded', 'Canary 7/F', encodeURIComponent('Canary 7/F')],
    ['with lower-case escapes', 'Canary/7é', 'Canary%2f7%c3%a9'],
    ['with every character escaped', 'Canary', '%43%61%6E%61%72%79'],
    ['with some characters escaped', 'Canary', 'C%61n%61ry'],
    ['escaped twice', 'Canary 7', 'Canary%25207'],
    [
      'as a form is encoded',
      'Canary 7+F',
      new URLSearchParams({ '': 'Canary 7+F' }).toString().slice(1),
    ],
    ['in JSON', 'Can"ary\\7\n\té', JSON.stringify('Can"ary\\7\n\té').slice(1, -1)],
    ['in JSON in JSON', 'Can"ary\n', JSON.stringify(JSON.stringify('Can"ary\n')).slice(3, -3)],
    ['in JSON with only ASCII', 'Canary-é-😀', 'Canary-\\u00e9-\\uD83D\\ude00'],
    ['in Base64', 'Canary-7f', Buffer.from('Canary-7f').toString('base64')],
    [
      'in the Base64 of addresses',
      'Canary~~??>>7',
      Buffer.from('Canary~~??>>7').toString('base64url'),
    ],
    ['with characters of patterns', '.*Canary(?:[', '.*Canary(?:['],
    ['of many kilobytes', 'Canary-'.repeat(2_000), 'canary-'.repeat(2_000)],
  ])('is found %s', (_how, secret, text) => {
    expect(redacted(secret, `<${text}> and ${text}`)).toBe('<[x]> and [x]');
  });

  it.each([
    ['a path', 'https://h.example/SECRET', 'Canary 7é|"^{F'],
    ['a path, with a backslash', 'https://h.example/SECRET', 'Can\\ary'],
    ['a path, with a line end that the parser drops', 'https://h.example/SECRET', 'Canary\n7'],
    ['a path, with blanks behind', 'https://h.example/SECRET', 'Canary7 \n'],
    ['a query', 'https://h.example/?k=SECRET', "Canary 7'é<>"],
    ['a fragment', 'https://h.example/#SECRET', 'Canary 7`é'],
    ['a user', 'https://SECRET@h.example/', 'Canary;7=[é'],
    ['a password', 'https://u:SECRET@h.example/', 'Canary;7=[é'],
    ['a host', 'https://SECRET.example/', 'CanaryTenant'],
    ['a host, percent-encoded', 'https://SECRET.example/', '%43anaryTenant'],
    ['a host, in Punycode', 'https://SECRET.example/', 'KanarienvögelÄ'],
    ['a part of a label in Punycode', 'https://api-SECRET-eu.example/', 'Kanarienvögel'],
    ['a host, with wide letters', 'https://SECRET.example/', 'ｃａｎａｒｙ７'],
    ['a host that is a number', 'https://SECRET/', '3232235777'],
  ])('is found in %s, as a URL parser writes it', (_what, address, secret) => {
    const { href } = new URL(address.replace('SECRET', () => secret));
    const shown = redacted(secret, href);
    expect(shown).toContain('[x]');
    expect(shown.toLowerCase()).not.toMatch(/can|kan|xn--|192/);
  });

  it('of an address is found without it: the password, and what is sent for both', () => {
    const secret = 'postgres://reader:s3cret%2FWord@db.example/warehouse';
    const basic = Buffer.from('reader:s3cret/Word').toString('base64');
    expect(redacted(secret, `s3cret%2fword s3CRET/word Basic ${basic} db.example`)).toBe(
      '[x] [x] Basic [x] db.example',
    );
    expect(redacted('https://Db.example:443/Key', 'to https://db.example/Key')).toBe('to [x]');
  });

  it('that is an address does not make its scheme or its host a secret', () => {
    const text = 'https://hooks.example answered 403';
    expect(redacted('https://hooks.example/T0/B0/Canary', text)).toBe(text);
  });

  it.each(['100%', '%', '\\', 'a%zz\\', 'ü%c3', '\ud800'])(
    'in no text changes nothing: %j',
    (text) => {
      expect(redacted('Canary', text)).toBe(text);
    },
  );

  it('in a text that was cut is found by its beginning, also in the middle of an escape', () => {
    const finder = new SecretFinder([{ value: 'Canary/7-and-more', shown: '[x]' }], 4);
    for (const cut of ['canar', 'Canary%2', 'Canary%', 'Canary\\', 'Canary\\u00', 'CANARY%2f7']) {
      expect([cut, finder.redact(`got ${cut}`, true)]).toEqual([cut, 'got [x]']);
      expect(finder.redact(`got ${cut}`)).toBe(`got ${cut}`);
    }
    expect(finder.redact('got can', true)).toBe('got can');
    expect(finder.redact('100%', true)).toBe('100%');
  });

  it('of backslashes, or of little else, is not searched for: nearly nothing of it is left without escapes', () => {
    for (const secret of ['\\'.repeat(6), '\\'.repeat(5), '\\x\\x\\x', '%41%41']) {
      for (const text of ['hello', 'xxx', 'aaa', '', secret]) {
        const finder = new SecretFinder([{ value: secret, shown: '[x]' }], 6);
        expect([finder.redact(text), finder.redact(text, true)]).toEqual([text, text]);
        expect(finder.isIn(text)).toBe(false);
      }
    }
    expect(redacted('\\x\\y\\zed', '<\\x\\y\\zed>')).toBe('<\\[x]>');
  });

  it.each([
    ['backslashes', '\\'.repeat(100_000)],
    ['backslashes and a letter', `${'\\'.repeat(100_000)}x`],
    ['a percent sign, encoded again and again', `%${'25'.repeat(50_000)}x`],
    ['percent signs', '%'.repeat(100_000)],
  ])('is looked for in time that grows with the text: %s', async (_what, text) => {
    const finder = new SecretFinder([{ value: 'Canary-7', shown: '[x]' }], 4);
    await expectOnceAtMost(timesFloor(50), () => {
      const before = performance.now();
      expect(finder.redact(text, true)).toBe(text);
      return Promise.resolve(performance.now() - before);
    });
  });

  it('that overlaps with another leaves no rest of it', () => {
    const finder = new SecretFinder(
      [
        { value: 'first-common', shown: '[1]' },
        { value: 'common-second', shown: '[2]' },
        { value: 'first', shown: '[3]' },
      ],
      4,
    );
    expect(finder.redact('first-common-second first')).toBe('[1] [3]');
  });
});

it('every byte of every text has its place', () => {
  // Each text has the secret once more, behind parts that may shift its place.
  const parts = [
    ...['ü', '😀', '%', '%e4', '%2541', '\\', '\\\\n', '\\ud83d\\ude00', '\\u00e9', '\ud800', '+'],
    ...['×À', 'x'],
  ];
  for (let seed = 0; seed < 500; seed += 1) {
    const text = Array.from(
      { length: 6 },
      (_, n) => parts[(seed * 7 + n * (seed + 3)) % parts.length],
    );
    const before = `${text.join('')}|`;
    expect(redacted('Canary', `${before}cANary|`)).toBe(`${before}[x]|`);
  }
});
