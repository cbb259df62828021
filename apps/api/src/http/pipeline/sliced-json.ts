import { inSlices } from '../../config/slices.js';

/** A list that is longer is written in slices. */
const LONG_LIST = 1_000;
/** How deep in an answer long lists are looked for: in its envelope, in its data, in a part of that. */
const DEEPEST = 3;

/** An answer that is JSON already. */
export class LongJson {
  constructor(readonly text: string) {}
}

/** What `JSON.stringify` writes, in slices, for plain objects with a long list in them; null for anything else. */
export async function longJson(value: unknown): Promise<string | null> {
  return hasLongList(value, DEEPEST) ? (await write(value)).join('') : null;
}

async function write(value: unknown): Promise<string[]> {
  if (Array.isArray(value)) return writeList(value);
  if (!isPlainObject(value)) return [JSON.stringify(value)];
  const pieces: string[] = [];
  for (const [key, field] of Object.entries(value)) {
    if (field === undefined) continue;
    pieces.push(pieces.length === 0 ? '{' : ',', JSON.stringify(key), ':', ...(await write(field)));
  }
  pieces.push(pieces.length === 0 ? '{}' : '}');
  return pieces;
}

async function writeList(list: readonly unknown[]): Promise<string[]> {
  const pieces: string[] = [];
  await inSlices(list, (slice) => {
    pieces.push(pieces.length === 0 ? '[' : ',', JSON.stringify(slice).slice(1, -1));
  });
  pieces.push(pieces.length === 0 ? '[]' : ']');
  return pieces;
}

function hasLongList(value: unknown, depth: number): boolean {
  if (Array.isArray(value)) return value.length > LONG_LIST;
  return (
    depth > 0 &&
    isPlainObject(value) &&
    Object.values(value).some((field) => hasLongList(field, depth - 1))
  );
}

/** Without a `toJSON` of its own. */
function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !('toJSON' in value);
}
