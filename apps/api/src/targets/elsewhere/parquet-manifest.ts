import { randomBytes } from 'node:crypto';
import { link, open, readFile, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import { COLUMN_TYPE_NAMES, type ColumnType } from '../column-types.js';
import type { TargetDifference } from '../target-table.js';
import type { TargetColumn } from '../target.js';
import { TargetRefusedError } from '../target-rows.js';
import { syncFolder } from './parquet-folders.js';
import { codeOf, unlessMissing } from './parquet-target-failure.js';

/** The file in the folder of a target that says what the folder is. */
export const MANIFEST = '_daysync.json';

type ManifestColumn = Pick<TargetColumn, 'name' | 'type' | 'nullable'>;

/** What a folder of day files is. */
export interface Manifest {
  /** 16 hexadecimal digits: a folder that was made anew has others. */
  readonly key: string;
  /** Of all files so far, in the order in which they came. */
  readonly columns: readonly ManifestColumn[];
}

const KEY = /^[0-9a-f]{16}$/;
const KEY_BYTES = 8;

/** The manifest of a folder; null if there is none. @throws {TargetRefusedError} if it is no manifest */
export async function readManifest(folder: string, place: string): Promise<Manifest | null> {
  const at = path.join(folder, MANIFEST);
  const text = await unlessMissing(() => readFile(at, 'utf8'), null);
  if (text === null) return null;
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch (error) {
    throw refused(place, text, error);
  }
  if (!isManifest(manifest)) throw refused(place, text);
  return manifest;
}

function refused(place: string, text: string, cause?: unknown): TargetRefusedError {
  const why = `${JSON.stringify(text.slice(0, 100))}; to fix it: restore this file, or move the folder away (its days are then missing, and are synced again)`;
  return new TargetRefusedError(`${place}/${MANIFEST}`, why, cause, 'have a key and columns');
}

function isManifest(value: unknown): value is Manifest {
  if (typeof value !== 'object' || value === null) return false;
  if (!('key' in value && 'columns' in value)) return false;
  const { key, columns } = value;
  return (
    typeof key === 'string' && KEY.test(key) && Array.isArray(columns) && columns.every(isColumn)
  );
}

function isColumn(value: unknown): value is ManifestColumn {
  if (typeof value !== 'object' || value === null) return false;
  if (!('name' in value && 'type' in value && 'nullable' in value)) return false;
  const { name, type, nullable } = value;
  const isType = COLUMN_TYPE_NAMES.includes(type as ColumnType);
  return typeof name === 'string' && isType && typeof nullable === 'boolean';
}

/** Creates the manifest of a folder, unless another process has just done so. @returns whether this one did */
export async function createManifest(
  folder: string,
  columns: readonly TargetColumn[],
): Promise<boolean> {
  const key = randomBytes(KEY_BYTES).toString('hex');
  const made = await writeBeside(folder, { key, columns: columns.map(manifestColumn) });
  try {
    const isFirst = await linkManifest(folder, made);
    // Without its name, all days would be missing after a power cut.
    await syncFolder(folder);
    return isFirst;
  } finally {
    await unlessMissing(() => unlink(made), undefined);
  }
}

/** @returns whether there was none */
async function linkManifest(folder: string, made: string): Promise<boolean> {
  const at = path.join(folder, MANIFEST);
  try {
    await link(made, at);
    return true;
  } catch (error) {
    switch (codeOf(error)) {
      case 'EEXIST':
        return false;
      case 'EPERM':
      case 'ENOTSUP':
      case 'ENOSYS':
      case 'EOPNOTSUPP':
        // A file system without links: of two processes that begin at the same time, the later one is valid.
        await rename(made, at);
        return true;
      default:
        throw error;
    }
  }
}

/** Replaces the manifest of a folder. */
export async function replaceManifest(folder: string, manifest: Manifest): Promise<void> {
  await rename(await writeBeside(folder, manifest), path.join(folder, MANIFEST));
  await syncFolder(folder);
}

async function writeBeside(folder: string, manifest: Manifest): Promise<string> {
  const made = path.join(folder, `.${MANIFEST}.${randomBytes(KEY_BYTES).toString('hex')}.tmp`);
  const handle = await open(made, 'wx');
  try {
    await handle.writeFile(`${JSON.stringify(manifest, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return made;
}

function manifestColumn({ name, type, nullable }: TargetColumn): ManifestColumn {
  return { name, type, nullable };
}

/** A manifest compared with the datasets file. */
export interface ComparedManifest {
  /** Nullable columns that the files so far lack. */
  readonly missing: readonly ManifestColumn[];
  readonly differences: readonly TargetDifference[];
}

/** @param place the folder as the datasets file writes it */
export function compareManifest(
  { columns }: Manifest,
  wanted: readonly TargetColumn[],
  place: string,
): ComparedManifest {
  const present = new Map(columns.map((column) => [column.name, column]));
  const missing: ManifestColumn[] = [];
  const differences: TargetDifference[] = [];
  for (const column of wanted) {
    const found = present.get(column.name);
    present.delete(column.name);
    if (found === undefined && column.nullable) {
      missing.push(manifestColumn(column));
      continue;
    }
    const [expected, received] = [typeText(column), found === undefined ? null : typeText(found)];
    if (expected === received) continue;
    differences.push({
      ...{ table: place, column: column.name, expected, received: received ?? 'no such column' },
      fix: `remove the folder ${place} (its days are then missing, and are synced again)`,
    });
  }
  for (const [name, column] of present) {
    differences.push({
      ...{ table: place, column: name, expected: 'no such column', received: typeText(column) },
      fix: `remove the column from ${place}/${MANIFEST} (files of earlier days keep its values)`,
    });
  }
  return { missing, differences };
}

function typeText({ type, nullable }: ManifestColumn): string {
  return `${type}${nullable ? '' : ' not null'}`;
}
