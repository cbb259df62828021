import { expect, it } from 'vitest';
import { changed, fileOf, isRead, placesIn, SOURCES, validate } from './dataset-schema.fixture.js';

const ODD_VALUES: readonly unknown[] = [
  ...[undefined, null, 0, 1, -1, 0.5, 101, 100_000, true, [], {}, [429], ['x'], { x: 1 }],
  ...['', 'x', 'Not a name', 'kysely_x', 'pg_x', 'batch', 'sync_day', 'csv', 'integer', 'POST'],
  ...['ndjson', '/a/b', 'a/~2', '{day}', 'a/{month}/{day}', 'http://host/{day}'],
  ...['y'.repeat(1_001), 'y'.repeat(4_097), { 'X-Kind': 'a' }, { zh: 'x' }, { columns: {} }],
  ...[{ kind: 'link' }, { kind: 'number', parameter: 'p', size_parameter: 's' }, { kind: 'fax' }],
  ...[{ kind: 'csv' }, { type: 'text' }, { days_per_minute: 0 }],
];

/** What the schema takes and the reader doesn't: it can't know. */
function isBeyondSchema(path: readonly (string | number)[], value: unknown): boolean {
  if (typeof value !== 'string') return false;
  if (path.at(-1) === 'module') return value.length > 0 && value.length <= 4_096;
  return path.at(-1) === 'time_zone' && /^[A-Za-z]/.test(value);
}

/** Whether it takes a value's type to say whether it is right. */
function isOfColumnType(path: readonly (string | number)[]): boolean {
  const keys = ['value', 'type', 'format', 'default', 'map'];
  return path.includes('columns') && path.slice(-2).some((key) => keys.includes(String(key)));
}

it.each(Object.entries(SOURCES))(
  'takes what the reader takes, whatever stands at any place of a source of the kind %s; and nothing else, where it can know',
  (kind, source) => {
    const file = fileOf(source);
    // What stands beside the source is the same for every kind, and checked once.
    const places = placesIn(file).filter((path) => kind === 'csv' || path.includes('source'));
    const disagreements = places.flatMap((path) =>
      ODD_VALUES.filter((value) => {
        const other = changed(file, path, value);
        if (isBeyondSchema(path, value)) return false;
        if (isOfColumnType(path)) return isRead(other) && !validate(other);
        return validate(other) !== isRead(other);
      }).map((value) => `${path.join('.')}: ${JSON.stringify(value)}`),
    );
    expect(disagreements).toEqual([]);
  },
);
