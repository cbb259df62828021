import { isDeepStrictEqual } from 'node:util';
import { isMapping } from '../config/expectation.js';
import { writePath, type Path } from '../config/yaml-document.js';
import type { Dataset } from '../datasets/file/dataset.js';

/** A dataset or a webhook of which the file has changed something. */
interface ChangedEntry {
  readonly name: string;
  /** The keys of the file, such as `throttle` and `target.columns.price`. */
  readonly keys: readonly string[];
}

/** What differs in a list of a datasets file, by the names of its entries. */
interface ListChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly ChangedEntry[];
}

/** What differs between two datasets files, as their author sees it. */
export interface FileChanges {
  readonly datasets: ListChanges;
  readonly webhooks: ListChanges;
}

/** A key is named down to here: a column, a header, or a part of what stands below the dataset. */
const MOST_STEPS = 3;

/**
 * Compares two datasets files.
 * @param before the older one, as plain data
 */
export function compareFiles(before: unknown, after: unknown): FileChanges {
  return {
    datasets: compareLists(entriesOf(before, 'datasets'), entriesOf(after, 'datasets')),
    webhooks: compareLists(entriesOf(before, 'webhooks'), entriesOf(after, 'webhooks')),
  };
}

/** The key of the file whose own days may change while the text of the datasets file stays. */
const EXCEPT = 'expected.except';

/**
 * Adds the datasets whose days in a file have changed beside the datasets file.
 * @param before the datasets in use
 */
export function withChangedDays(
  changes: FileChanges,
  before: readonly Dataset[],
  after: readonly Dataset[],
): FileChanges {
  const known = new Map(before.map(({ name, expected }) => [name, expected]));
  const changed = after.filter(({ name, expected }) => {
    const was = known.get(name);
    return was && expected && !isDeepStrictEqual(was.except, expected.except);
  });
  const entries = new Map(changes.datasets.changed.map((entry) => [entry.name, entry.keys]));
  for (const { name } of changed) {
    const keys = entries.get(name) ?? [];
    const isNamed = keys.some((key) => key === EXCEPT || key === 'expected');
    if (!isNamed) entries.set(name, [...keys, EXCEPT]);
  }
  const all = [...entries].map(([name, keys]) => ({ name, keys }));
  return { ...changes, datasets: { ...changes.datasets, changed: all } };
}

type Entries = ReadonlyMap<string, unknown>;

function compareLists(before: Entries, after: Entries): ListChanges {
  const changed = [...after].flatMap(([name, entry]) => {
    const keys = before.has(name) ? changedKeys(before.get(name), entry) : [];
    return keys.length === 0 ? [] : [{ name, keys }];
  });
  return {
    added: [...after.keys()].filter((name) => !before.has(name)),
    removed: [...before.keys()].filter((name) => !after.has(name)),
    changed,
  };
}

function changedKeys(before: unknown, after: unknown, path: Path = []): string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (path.length === MOST_STEPS || !isMapping(before) || !isMapping(after)) {
    return [writePath(path)];
  }
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => changedKeys(before[key], after[key], [...path, key]));
}

/** The entries of a list by their names. */
function entriesOf(file: unknown, list: string): Entries {
  const entries: unknown = isMapping(file) ? file[list] : undefined;
  const named = (Array.isArray(entries) ? entries : []).filter(isMapping);
  return new Map(named.map((entry) => [String(entry['name']), entry]));
}
