// Values at the edges of each column type, as a source's rows have them once they are converted.
import type { ColumnType, TargetValue } from '../column-types.js';
import type { TargetColumn } from '../target.js';

/** A column as a test needs it: by default nullable. */
export function targetColumn(name: string, type: ColumnType, nullable = true): TargetColumn {
  return { name, from: name, type, nullable };
}

/** A JSON text that is nested so deeply. */
function nested(depth: number): string {
  return `${'['.repeat(depth)}1${']'.repeat(depth)}`;
}

export const EDGE_VALUES: Readonly<Record<ColumnType, readonly TargetValue[]>> = {
  integer: [
    ...[0, 1, -1, 2 ** 53 - 1, 1 - 2 ** 53],
    ...[2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n), 7n],
  ],
  real: [
    ...[0, -0, 0.1, -0.1, 1 / 3, 7, 1e15, 999_999_999_999_999.9, 1e-4, 0.000_099_999, 1e21, 1e23],
    ...[5e-324, -5e-324, 2.225_073_858_507_201_4e-308, 1.797_693_134_862_315_7e308],
    ...[-1.797_693_134_862_315_7e308, 2 ** 53 + 2, 12_345_678.901_234_567],
  ],
  decimal: [
    ...['0', '-0', '0.00', '1', '-1', '1.5', '1.50', '1.500000', '100', '-12.30'],
    ...['+1.5', '.5', '5.', '007.70', '0.000000000000000000000000000000000000000001'],
    ...['1234567890123456789012345678901234567890', '-12345678901234567890.12345678901234567890'],
    ...[`0.${'0'.repeat(39)}10`, '9'.repeat(1_000), `0.${'1'.repeat(998)}`],
  ],
  boolean: [0, 1, 0n, 1n],
  date: [
    ...['0001-01-01', '0999-12-31', '1582-10-10', '1600-02-29', '1899-12-31', '1969-12-31'],
    ...['1970-01-01', '2000-02-29', '2038-01-20', '9999-12-31'],
  ],
  timestamp: [
    ...['0001-01-01T00:00:00.000000Z', '0001-01-01T00:00:00.000001Z'],
    ...['1582-10-10T12:00:00.000000Z', '1899-12-31T23:59:59.999999Z'],
    ...['1969-12-31T23:59:59.999999Z', '1970-01-01T00:00:00.000000Z'],
    ...['1970-01-01T00:00:00.000001Z', '2025-10-26T00:30:00.123456Z'],
    ...['2262-04-11T23:47:16.854776Z', '9999-12-31T23:59:59.999999Z'],
  ],
  text: [
    ...['', ' ', '\t', 'a\tb', '\n', 'a\nb', '\r', '\r\n', '\\', '\\\\', '\\N', '\\.', '\\n'],
    ...["'", "''", '"', '""', ',', ';', 'NULL', 'null', '0', '{}', '\u0001', '\u001F', '\u007F'],
    ...['\uFEFFmarked', 'Zürich', '東京', 'e\u0301', '\uFFFF', '😀', '👩‍👩‍👧‍👦', '\u{10FFFF}', '\u2028'],
    ...['x'.repeat(100_000), '😀'.repeat(10_000), '\t'.repeat(3_000)],
  ],
  json: [
    ...['null', 'true', 'false', '0', '-0', '""', '"null"', '[]', '{}', '[null]', ' [ 1 , 2 ] '],
    ...['123456789012345678901234567890', '1.10', '1e3', '1E+25', '-1.5e-7', '0.1', '1e400'],
    ...['12345678901234567890.123456789012345678901234567890', '[9007199254740993]'],
    ...['{"b":1,"a":{"d":[1,2,{"c":null}],"":0}}', '{"a":1,"a":2}', '{"__proto__":{"x":1}}'],
    ...['"a\\tb\\n\\\\\\"\\u00e9\\ud83d\\ude00"', '"\\t"', '{"k\\"":1}'],
    ...['"😀"', nested(100), `"${'x'.repeat(100_000)}"`],
  ],
};

/** The most edge values that a type has. */
export const MOST_EDGES = Math.max(...Object.values(EDGE_VALUES).map(({ length }) => length));
