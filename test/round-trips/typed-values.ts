// Values of every column type, and the values that the target must have.
import fc from 'fast-check';

/** One value, in the forms that the kinds of sources write. */
export interface TypedValue {
  /** The text in a CSV file and most databases, without quotes. */
  readonly text: string;
  /** The JSON text. */
  readonly json: string;
  /** The exact value in the target. */
  readonly target: string | number | bigint;
}

/** The largest offset that PostgreSQL accepts. */
const MOST_OFFSET = 15 * 60 + 59;
const MICROSECONDS = 1_000_000n;
/** Dates without the first and the last one, because a zone may move an instant by a day. */
const [FIRST_SECOND, LAST_SECOND] = ['0001-01-02', '9999-12-30'].map((day) =>
  BigInt(Date.parse(`${day}T00:00:00Z`) / 1_000),
) as [bigint, bigint];

/** Any text that a target accepts: well-formed and without NUL. */
const TEXT = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }).filter((text) => !text.includes('\0')),
  fc.constantFrom('', ' ', '"', '""', ',', '\r', '\r\n', '\n', "'", '\\', '\uFEFF', 'null', '1'),
);

const DIGITS = fc.stringMatching(/^\d{1,30}$/);
/** Digits without an exponent; zero has no sign. */
const DECIMAL = fc
  .record({
    minus: fc.boolean(),
    whole: fc.bigInt({ min: 0n, max: 10n ** 40n }),
    fraction: fc.option(DIGITS, { nil: undefined }),
  })
  .map(({ minus, whole, fraction }) => {
    const digits = fraction === undefined ? `${whole}` : `${whole}.${fraction}`;
    return minus && /[1-9]/.test(digits) ? `-${digits}` : digits;
  });

/** JSON texts, written as `JSON.stringify` writes them, but with any digits; the top is not null. */
const { top: JSON_TEXT } = fc.letrec<{ inside: string; top: string }>((tie) => ({
  inside: fc.oneof({ maxDepth: 3 }, fc.constant('null'), tie('top')),
  top: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('true', 'false'),
    DECIMAL,
    TEXT.map((text) => JSON.stringify(text)),
    fc.array(tie('inside'), { maxLength: 3 }).map((items) => `[${items.join(',')}]`),
    fc
      // A key of digits would move to the front of a JavaScript object.
      .uniqueArray(
        fc.tuple(
          TEXT.map((text) => JSON.stringify(`k${text}`)),
          tie('inside'),
        ),
        { selector: ([key]) => key, maxLength: 3 },
      )
      .map((entries) => entries.toSorted(([a], [b]) => inKeyOrder(a, b)))
      .map((entries) => `{${entries.map(([key, value]) => `${key}:${value}`).join(',')}}`),
  ),
}));
/** SQLite keeps the text of an object, PostgreSQL its entries, in this order: shorter keys first, then by their bytes. */
function inKeyOrder(a: string, b: string): number {
  const [first, second] = [a, b].map((key) => Buffer.from(JSON.parse(key) as string)) as [
    Buffer,
    Buffer,
  ];
  return first.length - second.length || first.compare(second);
}

const plain = (written: string, target: TypedValue['target'] = written): TypedValue => ({
  text: written,
  json: written,
  target,
});
const quoted = (text: string, target: TypedValue['target'] = text): TypedValue => ({
  text,
  json: JSON.stringify(text),
  target,
});

export const VALUES = {
  text: TEXT.map((text) => quoted(text)),
  integer: fc
    .oneof(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.bigInt({ min: 2n ** 53n - 2n, max: 2n ** 53n + 2n }),
      fc.bigInt({ min: -2n, max: 2n }),
    )
    .map((integer) => plain(`${integer}`, integer)),
  real: fc
    .oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      // Of these databases and languages write some with other digits.
      fc.bigInt({ min: 2n ** 54n, max: 2n ** 60n }).map(Number),
      fc.constantFrom(1e15, 1e-4, 5e22, 1e23),
    )
    // Without negative zero, which few databases keep.
    .map((number) => plain(`${number + 0}`, number + 0)),
  decimal: DECIMAL.map((digits) => plain(digits)),
  boolean: fc.boolean().map((truth) => plain(`${truth}`, truth ? 1n : 0n)),
  date: instants().map(({ seconds }) => quoted(isoOf(seconds).slice(0, 10))),
  timestamp: instants().map(({ seconds, microseconds, offset }) => {
    const fraction = `${microseconds}`.padStart(6, '0');
    const local = isoOf(seconds + BigInt(offset * 60));
    const minutes = Math.abs(offset);
    const two = (number: number): string => `${number}`.padStart(2, '0');
    const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
    return quoted(`${local}.${fraction}${zone}`, `${isoOf(seconds)}.${fraction}Z`);
  }),
  json: JSON_TEXT.map((text) => ({
    text,
    // A text from JSON is read as JSON text.
    json: text.startsWith('"') ? JSON.stringify(text) : text,
    target: text,
  })),
} satisfies Record<string, fc.Arbitrary<TypedValue>>;

/** An instant, and the offset that it is written with, in minutes. */
function instants(): fc.Arbitrary<{ seconds: bigint; microseconds: bigint; offset: number }> {
  return fc.record({
    seconds: fc.bigInt({ min: FIRST_SECOND, max: LAST_SECOND }),
    microseconds: fc.bigInt({ min: 0n, max: MICROSECONDS - 1n }),
    offset: fc.integer({ min: -MOST_OFFSET, max: MOST_OFFSET }),
  });
}

/** To the second, without a zone. */
function isoOf(seconds: bigint): string {
  return new Date(Number(seconds) * 1_000).toISOString().slice(0, 19);
}

type ColumnType = keyof typeof VALUES;

/** Each type twice: in a column without NULL and in a nullable one. */
export const COLUMNS: readonly {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
}[] = (Object.keys(VALUES) as ColumnType[]).flatMap((type) => [
  { name: `${type}_set`, type, nullable: false },
  { name: `${type}_or_null`, type, nullable: true },
]);

/** The values of a row in the order of {@link COLUMNS}. */
export type TypedRow = readonly (TypedValue | null)[];

/** Up to so many rows of a day. */
export function typedRows(most: number): fc.Arbitrary<readonly TypedRow[]> {
  const row = fc.tuple(
    ...COLUMNS.map(({ type, nullable }) =>
      nullable ? fc.option(VALUES[type] as fc.Arbitrary<TypedValue>) : VALUES[type],
    ),
  );
  return fc.array(row, { minLength: 1, maxLength: most, size: 'max' });
}
