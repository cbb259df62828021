import { describe, expect, it } from 'vitest';
import { redactBody, redactVariables, shortenText, redactText, redactThrown } from './redact.js';

const variables = {
  TOKEN: 'canary-7f3a',
  LONG: 'canary-7f3a-and-more',
  ODD: 'a"b c\n',
  TINY: 'eu1',
};

describe('redactVariables', () => {
  it.each([
    ['got "Bearer canary-7f3a" (text)', 'got "Bearer ${TOKEN}" (text)'],
    ['canary-7f3a-and-more canary-7f3a', '${LONG} ${TOKEN}'],
    ['as JSON "a\\"b c\\n"', 'as JSON "${ODD}"'],
    ['?q=a%22b%20c%0A', '?q=${ODD}'],
    ['a region of eu1', 'a region of eu1'],
    ['cut: "Bearer canary-7…" (text), as canary-7', 'cut: "Bearer ${LONG}…" (text), as canary-7'],
    ['can…', 'can…'],
  ])('of %j makes %j', (text, redacted) => {
    expect(redactVariables(text, variables)).toBe(redacted);
  });

  it('does not look again at what it has put there', () => {
    expect(redactVariables('secret', { NAME: 'secret', OTHER: 'NAME' })).toBe('${NAME}');
  });
});

describe('redactBody', () => {
  it.each([
    ['your key canary-7f3a has expired', 'your key ${TOKEN} has expired'],
    ['?api_key=abcd1234&day=1', '?api_key=***&day=1'],
    ['token=${TOKEN}', 'token=${TOKEN}'],
  ])('of %j makes %j', (body, redacted) => {
    expect(redactBody(body, variables)).toBe(redacted);
  });

  it('keeps 2,048 characters', () => {
    expect(redactBody('x'.repeat(5_000), {})).toBe(`${'x'.repeat(2_047)}…`);
  });
});

describe('redactText', () => {
  it('keeps a text as it is, and cuts one that is longer than any that is meant', () => {
    expect(redactText('x'.repeat(1_000), {})).toBe('x'.repeat(1_000));
    expect(redactText('x'.repeat(900_000), {})).toBe(`${'x'.repeat(999)}…`);
  });

  it('hides a value that its own cut falls into', () => {
    const redacted = redactText(`${'x'.repeat(990)}canary-7f3a`, variables);
    expect(redacted).toBe(`${'x'.repeat(990)}\${LONG}…`);
  });
});

describe('shortenText', () => {
  it('leaves no half of a character', () => {
    expect(shortenText('ab😀cd', 4)).toBe('ab…');
    expect(shortenText('\uD83D', 4)).toBe('\uFFFD');
  });

  it('has no character that a database does not keep', () => {
    expect(shortenText('a\0b\ud800c', 10)).toBe('a\ufffdb\ufffdc');
    expect(shortenText('\0'.repeat(20), 10)).toBe(`${'\ufffd'.repeat(9)}…`);
  });
});

describe('redactThrown', () => {
  it('has the stack and the causes, and no secret', () => {
    const thrown = new Error('refused', { cause: new Error('for canary-7f3a') });
    const redacted = redactThrown(thrown, variables);
    expect(redacted).toMatch(/^Error: refused\n +at /);
    expect(redacted).toContain('for ${TOKEN}');
    expect(redacted).not.toContain('7f3a');
  });

  it('names the type of a value that cannot be shown', () => {
    const thrown = {
      [Symbol.for('nodejs.util.inspect.custom')]: () => {
        throw new Error('no');
      },
    };
    expect(redactThrown(thrown, {})).toBe("something of type object that can't be shown");
  });
});
