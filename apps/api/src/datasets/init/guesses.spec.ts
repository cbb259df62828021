import { describe, expect, it } from 'vitest';
import { guessEncoding } from './encoding-guess.js';
import { SeenColumns } from './seen-columns.js';
import { guessValues } from './value-guess.js';

function valuesOf(columns: Readonly<Record<string, readonly string[]>>) {
  const seen = new SeenColumns();
  const [first = []] = Object.values(columns);
  first.forEach((_, index) => {
    const entries = Object.entries(columns).map(([name, values]) => [name, values[index] ?? '']);
    seen.add({ row: index + 1, values: Object.fromEntries(entries) as Record<string, string> });
  });
  return guessValues(seen.list());
}

describe('how values are written', () => {
  it.each<[string, Readonly<Record<string, readonly string[]>>, object]>([
    ['points', { a: ['1.5', '2'] }, { decimal: '.', thousands: null }],
    ['decimal commas', { a: ['1,5', '2'] }, { decimal: ',', thousands: null }],
    ['both', { a: ['1.234,5', '2'] }, { decimal: ',', thousands: '.' }],
    ['thousands', { a: ['48,704', '200'] }, { decimal: '.', thousands: ',' }],
    ['words for nothing', { a: ['1', 'NA'], b: ['x', 'y'] }, { nulls: ['', 'NA'] }],
    ['no words for nothing', { a: ['x', 'NA'] }, { nulls: null }],
    ['Yes and No', { a: ['Yes', 'No'] }, { booleans: { true: ['Yes'], false: ['No'] } }],
    ['other words', { a: ['Yes', 'No', 'Maybe'] }, { booleans: null }],
  ])('with %s', (_, columns, dialect) => {
    expect(valuesOf(columns).dialect).toMatchObject(dialect);
  });

  it('names the reading that was not taken, and texts that become NULL', () => {
    expect(valuesOf({ a: ['1,234', '5,678'] }).doubts).toEqual([
      "numbers could also be written with `decimal: ','` instead of `thousands: ','`",
    ]);
    expect(valuesOf({ a: ['1', 'NA'], country: ['NA', 'FR'] }).doubts).toEqual([
      '"NA" in column "country" becomes NULL too, because of `nulls`',
    ]);
  });
});

describe('the encoding of bytes', () => {
  it.each([
    ['utf-8', Buffer.from('Größe\n')],
    ['utf-8', Buffer.from('\uFEFFa\n')],
    ['utf-16le', Buffer.from('\uFEFFa,b\n', 'utf16le')],
    ['utf-16le', Buffer.from('date,value\n', 'utf16le')],
    ['windows-1252', Buffer.from('Höchsttemperatur;Größe\n', 'latin1')],
    ['windows-1252', Buffer.from('Luftdruck;Temperatur °C;Windstärke\n', 'latin1')],
    ['windows-1252', Buffer.from('name;ort\nMäder;Mülheim\nKöster;Örebro\n', 'latin1')],
    ['windows-1252', Buffer.from('date;Temperatur °C\n', 'latin1')],
    ['windows-1252', Buffer.from('id,año,niño\n', 'latin1')],
    // 日付,最高気温,最低気温,天気概況
    [
      'shift_jis',
      Buffer.from('93fa95742c8dc58d828b4389b72c8dc592e18b4389b72c93568b438a548bb50a', 'hex'),
    ],
  ])('%s', (encoding, bytes) => {
    expect(guessEncoding(bytes)?.encoding).toBe(encoding);
  });

  it('is none for other bytes', () => {
    expect(guessEncoding(Buffer.from([1, 0, 2, 3, 0, 0, 4]))).toBeUndefined();
  });
});
