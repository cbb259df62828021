import { describe, expect, it } from 'vitest';
import { chooseDecimalMark } from './decimal-mark.js';
import type { InitQuestion } from './init-options.js';
import { SeenColumns } from './seen-columns.js';

async function chosen(
  columns: Readonly<Record<string, readonly string[]>>,
  { delimiter = ',', option }: { readonly delimiter?: string; readonly option?: string } = {},
) {
  const seen = new SeenColumns();
  for (const [name, values] of Object.entries(columns)) {
    values.forEach((value, index) => seen.add({ row: index + 1, values: { [name]: value } }));
  }
  const asked: InitQuestion[] = [];
  const mark = await chooseDecimalMark(seen.list(), { delimiter }, option, (question) => {
    asked.push(question);
    return Promise.resolve(question.choices[0]?.value ?? '');
  });
  return { mark, asked };
}

describe('the decimal mark', () => {
  it.each<[string, Readonly<Record<string, readonly string[]>>, string | undefined]>([
    ['no marks', { a: ['1', '2'] }, undefined],
    ['a fraction of one digit', { a: ['1.5', '1.093'] }, '.'],
    ['a zero before it', { a: ['0,093', '1,093'] }, ','],
    ['four digits before it', { a: ['1093.125'] }, '.'],
    ['groups and a fraction', { a: ['1.093,5'] }, ','],
    ['several groups', { a: ['1,093,000'] }, '.'],
    ['another column', { a: ['1.093'], b: ['2,5'] }, ','],
    ['columns that differ', { a: ['1.5'], b: ['2,5'] }, undefined],
    ['versions, which are no numbers', { a: ['1.9', '1.10'], b: ['2,5'] }, ','],
    ['words for nothing', { a: ['1.5', 'NA', '-'] }, '.'],
    ['dates', { a: ['01.02.2025'] }, undefined],
    ['addresses and names', { a: ['10.0.0.1'], b: ['v1.5'] }, undefined],
  ])('is clear with %s', async (_, columns, mark) => {
    expect(await chosen(columns)).toEqual({ mark, asked: [] });
  });

  it('is asked where all marked numbers have two readings, with both and with what else the file shows', async () => {
    const columns = { Datum: ['01.02.2025'], Größe: ['1.093', '200'], b: ['12.500'] };
    const { asked, mark } = await chosen(columns, { delimiter: ';' });
    expect(mark).toBe(',');
    expect(asked).toEqual([
      {
        question:
          'The numbers in "Größe", "b" can be read in two ways (the fields are separated by ;, which is usual with a decimal comma; dates are written 01.02.2025, which is usual with a decimal comma; "Größe" is not English, which is usual with a decimal comma). Which one is right?',
        choices: [
          { value: ',', text: 'a decimal comma: "1.093" is 1093' },
          { value: '.', text: 'a decimal point: "1.093" is 1.093' },
        ],
        option: '--decimal',
      },
    ]);
  });

  it('is asked of numbers with a comma too, and the likelier reading comes first', async () => {
    const { asked, mark } = await chosen({ a: ['5,898'] });
    expect(mark).toBe('.');
    expect(asked[0]?.choices[0]?.text).toBe('a decimal point: "5,898" is 5898');
  });

  it('is what the user has said', async () => {
    expect(await chosen({ a: ['1.093'] }, { option: ',' })).toEqual({ mark: ',', asked: [] });
  });
});
