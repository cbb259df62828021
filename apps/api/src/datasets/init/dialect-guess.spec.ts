import { describe, expect, it } from 'vitest';
import { guessDialect } from './dialect-guess.js';

describe('the dialect of a CSV text', () => {
  it.each<[string, string, object]>([
    ['commas', 'date,a\n2025-01-01,1\n', { delimiter: ',', quote: '"', comment: '', skipLines: 0 }],
    ['decimal commas', 'd;a;b\n1;2,5;3,5\n2;1,5;2,5\n', { delimiter: ';' }],
    ['commas in quotes', 'd;a\n1;"x, y, z"\n2;"x, y, z"\n', { delimiter: ';' }],
    ['tabs', 'd\ta\n1\t2\n', { delimiter: '\t' }],
    ['lists with semicolons', 'd,a\n1,x;y\n2,x;y\n', { delimiter: ',' }],
    ['lines before the header', 'Report\nUnits: mm\n\nd;a\n1;2\n3;4\n', { skipLines: 3 }],
    ['comments', '# one\n# two, three\nd,a\n1,2\n3,4\n', { comment: '#', skipLines: 0 }],
    ['a header in a comment', '# d,a\n2025-01-01,2\n2025-01-02,4\n', { comment: '', skipLines: 0 }],
    ['single quotes', "d,a\n'1','x, y'\n'2','z'\n", { quote: "'" }],
    ['one column', 'date\n2025-01-01\n', { delimiter: ',' }],
    ['rows shorter than the header', 'd,a,b\n2025-01-01,1\n2025-01-02,2\n', { skipLines: 0 }],
    ['both', 'Report\n\nd,a,b\n2025-01-01,1\n2025-01-02,2\n', { skipLines: 2 }],
    ['commas before the header', 'by A, B, C\nd,a\n2025-01-01,1\n2025-01-02,2\n', { skipLines: 1 }],
  ])('with %s', (_, text, dialect) => {
    expect(guessDialect(text, true).dialect).toMatchObject(dialect);
  });

  it('is not taken from a last line that is cut', () => {
    expect(guessDialect('d,a\n1,2\n3', false).header).toEqual(['d', 'a']);
  });

  it.each([
    ['2025-01-01,1\n2025-01-02,2\n', 'expected a first line with the names of the columns'],
    ['1,2\n3,4\n', 'expected a first line with the names of the columns'],
    [' \n\n', 'expected rows, got no text'],
  ])('is refused for %j', (text, error) => {
    expect(() => guessDialect(text, true)).toThrow(error);
  });
});
