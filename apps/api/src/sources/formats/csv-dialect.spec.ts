import { describe, expect, it } from 'vitest';
import { contentOf } from '../day-index/indexed-content.fixture.js';
import { listOf, rowsOf } from '../day-source.fixture.js';
import { DEFAULT_DIALECT, delimiterHint, openCsv, type CsvDialect } from './csv-dialect.js';
import { readFormat } from './read-format.js';

const signal = new AbortController().signal;

async function valuesOf(
  text: string | Buffer,
  dialect: Partial<CsvDialect>,
  { encoding = 'utf-8', size = 3 } = {},
): Promise<unknown[]> {
  const options = { format: 'csv', dialect: { ...DEFAULT_DIALECT, ...dialect }, encoding } as const;
  const bytes = contentOf(text, size).chunks();
  const rows = await listOf(rowsOf(readFormat(bytes, { ...options, signal })));
  return rows.map(({ values }) => values);
}

describe('a dialect', () => {
  it.each<[string, string, Partial<CsvDialect>]>([
    ['semicolons', 'a;b\n1;"x;y"\n', { delimiter: ';' }],
    ['tabs without quotes', 'a\tb\n1\tx;y\n', { delimiter: '\t', quote: '' }],
    ['another quote', "a,b\n1,'x;y'\n", { quote: "'" }],
    ['lines before the header', 'a "title\n\na,b\n1,x;y\n', { skipLines: 2 }],
    ['comments', '# it"s\na,b\n#\n1,x;y\n# end', { comment: '#' }],
    ['CRLF', 'title\r\na;b\r\n1;"x;y"\r\n', { delimiter: 'auto', skipLines: 1 }],
    ['a delimiter of several bytes', 'a¦b\n1¦x;y\n', { delimiter: '¦' }],
  ])('of %s', async (_, text, dialect) => {
    for (const size of [1, 2, 1_000]) {
      expect(await valuesOf(text, dialect, { size })).toEqual([{ a: '1', b: 'x;y' }]);
    }
  });

  it('keeps a quote in a field where there are no quotes', async () => {
    expect(await valuesOf('a,b\n"1,5" screen\n', { quote: '' })).toEqual([
      { a: '"1', b: '5" screen' },
    ]);
  });

  it('finds fewer lines than are skipped', async () => {
    expect(await valuesOf('title\n', { skipLines: 3 })).toEqual([]);
    expect(await valuesOf('title', { skipLines: 1 })).toEqual([]);
  });
});

describe('the delimiter auto', () => {
  const AUTO = { ...DEFAULT_DIALECT, delimiter: 'auto' };

  it.each([
    [',', 'a,b,c\n1,2;3,4\n'],
    [';', 'a;b;c\n1,5;2,5;3,5\n'],
    ['\t', 'a\tb\n1,5\t2\n'],
    ['|', 'a|b\n1|2\n'],
    [';', 'a;b\n"x,y,z";2\n'],
    [',', 'a\n1\n'],
    [',', ''],
    [',', 'a;b\n1\n2;3\n'],
  ])('is %j for %j', async (delimiter, text) => {
    const { options } = await openCsv(contentOf(text, 4).chunks(), AUTO);
    expect(options.delimiter).toBe(delimiter);
  });

  it('needs no more than the beginning of a large file', async () => {
    const text = `a;b\n${'"x,y";1\n'.repeat(20_000)}`;
    const { options } = await openCsv(contentOf(text, 1_000).chunks(), AUTO);
    expect(options.delimiter).toBe(';');
  });
});

it('suggests the delimiter of a header of one column', () => {
  expect(delimiterHint(['date;precipitation'])).toBe(": set `delimiter: ';'`");
  expect(delimiterHint(['a\tb,c\td'])).toBe(': set `delimiter: "\\t"`');
  expect(delimiterHint(['date'])).toBe('');
  expect(delimiterHint(['a;b', 'c'])).toBe('');
});

describe('an encoding', () => {
  it.each([
    ['windows-1252', Buffer.from([0x61, 0x0a, 0x80, 0xfc])],
    ['utf-16le', Buffer.from('\uFEFFa\n€ü', 'utf16le')],
    ['utf-16be', Buffer.from('a\n€ü', 'utf16le').swap16()],
    ['gb18030', Buffer.from([0x61, 0x0a, 0x80, 0xa8, 0xb9])],
  ])('%s is read in chunks of any size', async (encoding, bytes) => {
    for (const size of [1, 2, 3, 100]) {
      expect(await valuesOf(bytes, {}, { encoding, size })).toEqual([{ a: '€ü' }]);
    }
  });

  const MARKS = {
    ...{ 'utf-8': [0xef, 0xbb, 0xbf], 'utf-16le': [0xff, 0xfe], 'utf-16be': [0xfe, 0xff] },
  } as const;
  const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'];

  describe.each(Object.entries(MARKS))('with the byte order mark of %s', (mark, bytes) => {
    it.each(encodings)(
      'fits %s only if it is the same, in chunks of any size',
      async (encoding) => {
        for (const size of [1, 2, 3, 100]) {
          const content = Buffer.from([...bytes, ...encode('a\nb\n', mark)]);
          const found = valuesOf(content, {}, { encoding, size });
          if (mark === encoding) expect(await found).toEqual([{ a: 'b' }]);
          else {
            await expect(found).rejects.toMatchObject({
              code: 'SOURCE_ENCODING_INVALID',
              message: expect.stringContaining(`a byte order mark of ${mark}: set`) as unknown,
            });
          }
        }
      },
    );

    it('is the whole of a text without rows', async () => {
      for (const size of [1, 2, 100]) {
        expect(await valuesOf(Buffer.from(bytes), {}, { encoding: mark, size })).toEqual([]);
      }
    });
  });

  it.each([1, 2, 3, 7, 100])(
    'that does not fit fails with row and byte, in chunks of %d',
    async (size) => {
      const at = (text: string): Promise<unknown> =>
        valuesOf(Buffer.from(text, 'latin1'), {}, { encoding: 'gb18030', size });
      await expect(at('a,b\n1,2\n3,\xFF4\n')).rejects.toMatchObject({
        code: 'SOURCE_ENCODING_INVALID',
        place: { row: 2 },
        message:
          'row 2: expected gb18030, got other bytes at byte 10: set `encoding` to the one that it is in',
      });
      // A chunk of two begins within a character and has no line end.
      await expect(at('a,b\na\xA8\xB9,\xFF4')).rejects.toMatchObject({
        code: 'SOURCE_ENCODING_INVALID',
        place: { row: 1 },
        message: expect.stringContaining('other bytes at byte 8') as unknown,
      });
      await expect(at('a,b\n1,2\n3,\x81')).rejects.toMatchObject({
        message:
          'row 2: expected gb18030, got the end within a character at byte 11: set `encoding` to the one that it is in',
      });
    },
  );
});

function encode(text: string, encoding: string): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text);
  const bytes = Buffer.from(text, 'utf16le');
  return encoding === 'utf-16le' ? bytes : bytes.swap16();
}
