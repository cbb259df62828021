import { LineCounter, parseDocument, stringify, type Document } from 'yaml';
import { describe, expect, it } from 'vitest';
import { parseInSteps } from './yaml-parsing.js';

const OPTIONS = { stringKeys: true, uniqueKeys: false };

function parsed(text: string): { document: Document.Parsed; lines: LineCounter; steps: number } {
  const lines = new LineCounter();
  const parsing = parseInSteps(text, lines, OPTIONS);
  for (let steps = 1; ; steps += 1) {
    const { done, value } = parsing.next();
    if (done === true) return { document: value, lines, steps };
  }
}

const MANY = stringify({
  datasets: Array.from({ length: 400 }, (_, index) => ({ name: `n${index}`, of: [1, 'two'] })),
});

describe('parseInSteps', () => {
  it.each([
    ['', 'nothing'],
    ['# a comment\n', 'a comment alone'],
    ['\uFEFFa: &x [1, { b: "c\\n" }]\r\nd: *x # why\r\n', 'a byte order mark, CRLF, an anchor'],
    ['a: |\n  text\n\n  more\nb: >-\n  folded\n', 'blocks of text'],
    ['a: [1, 2\nb: 3', 'an open bracket'],
    ['a: 1\n\tb: 2', 'a tab'],
    [MANY, 'many datasets'],
  ])('makes of %j what the library makes of it at once (%s)', (text) => {
    const lines = new LineCounter();
    const atOnce = parseDocument(text, { ...OPTIONS, lineCounter: lines, prettyErrors: false });
    const inSteps = parsed(text);
    expect(inSteps.document.errors).toEqual(atOnce.errors);
    expect(inSteps.document.warnings).toEqual(atOnce.warnings);
    expect(inSteps.document.range).toEqual(atOnce.range);
    expect(inSteps.document.toJS()).toEqual(atOnce.toJS());
    expect(inSteps.lines.lineStarts).toEqual(lines.lineStarts);
  });

  it('reports a second document', () => {
    expect(parsed('a: 1\n---\nb: 2').document.errors).toMatchObject([
      { code: 'MULTIPLE_DOCS', message: 'one document: remove the line ---', pos: [5, 13] },
    ]);
  });

  it('takes many steps for a long text', () => {
    expect(parsed(MANY).steps).toBeGreaterThan(10);
    expect(parsed('a: 1').steps).toBe(2);
  });
});
