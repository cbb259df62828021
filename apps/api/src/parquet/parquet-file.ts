import type { Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { isTurnDue, takeTurn } from '../config/slices.js';
import { ColumnValues, type ParquetValue } from './column-values.js';
import { LeafPages } from './leaf-pages.js';
import { leafDecoder, type LeafValue } from './leaf-values.js';
import { damaged, decoded, ParquetError } from './parquet-error.js';
import {
  readBytes,
  readFooter,
  type ParquetBytes,
  type ParquetFooter,
  type ParquetRowGroup,
} from './parquet-footer.js';
import type { ParquetType, SchemaNode } from './parquet-schema.js';

export type { ParquetValue } from './column-values.js';
export { ParquetError } from './parquet-error.js';
export type { ParquetRowGroup } from './parquet-footer.js';

/** A column of a Parquet file. */
export interface ParquetColumn {
  readonly name: string;
  readonly type: ParquetType;
  readonly isNullable: boolean;
  readonly node: SchemaNode;
}

/** A row: its values in the order of the columns that were asked for. */
export type ParquetRow = readonly ParquetValue[];

/** Rows that are yielded together. */
const SLICE_ROWS = 2_000;
/** Of the columns of a row group in memory. */
const MOST_GROUP_BYTES = 268_435_456;
/** What a value takes at least, even one that takes no bytes in the file; one in a list or a structure. */
const VALUE_BYTES = 8;
const NESTED_VALUE_BYTES = 64;

/** Rows of a row group: from `from` on, which counts from 0, and before `to`. */
export interface RowSpan {
  readonly from: number;
  readonly to: number;
}

/** Some rows of a row group. */
export interface RowSelection {
  readonly group: ParquetRowGroup;
  /** In the order of the values of a row. Null for a column that the file does not have: its values are null. */
  readonly columns: readonly (ParquetColumn | null)[];
  /** Rows of the group, from `from` on and before `to`. @default all of them */
  readonly from?: number;
  readonly to?: number;
  /** In place of these, rows of several ranges, ascending. */
  readonly ranges?: readonly RowSpan[];
}

/**
 * A Parquet file, whatever it is read from. Values are exact (see `ParquetType`). Of a row group, only the columns that are
 * asked for are read, and decoded a page at a time. What can't be read is a {@link ParquetError}, whatever bytes the file has;
 * errors of the disk are those of Node.
 */
export class ParquetReader {
  readonly columns: readonly ParquetColumn[];

  protected constructor(
    private readonly bytes: ParquetBytes,
    private readonly footer: ParquetFooter,
  ) {
    this.columns = footer.schema.children.map((node) => ({
      name: node.name,
      type: columnType(node),
      isNullable: node.repetition === 'optional',
      node,
    }));
  }

  /**
   * Reads the footer of a file.
   * @param size in bytes
   * @throws {ParquetError}, errors of the disk, and the signal's reason
   */
  static async of(bytes: ParquetBytes, size: number, signal: AbortSignal): Promise<ParquetReader> {
    return new ParquetReader(bytes, await readFooter(bytes, size, signal));
  }

  get rows(): number {
    return this.footer.rows;
  }

  get rowGroups(): readonly ParquetRowGroup[] {
    return this.footer.rowGroups;
  }

  /** Texts that its writer has noted, by their keys. */
  get notes(): ReadonlyMap<string, string> {
    return this.footer.notes;
  }

  /** The column with a name; null if there is none. */
  column(name: string): ParquetColumn | null {
    return this.columns.find((column) => column.name === name) ?? null;
  }

  /**
   * Bounds of the values that a column has in a row group: none of them is less than `least`, or more than `most`, which
   * need not occur. Null where the writer has noted none, and for decimals and nested columns.
   */
  range(
    group: ParquetRowGroup,
    { node }: ParquetColumn,
  ): { readonly least: LeafValue; readonly most: LeafValue } | null {
    const chunk = group.chunks[node.firstLeaf];
    if (node.shape !== 'leaf' || chunk?.least === undefined || chunk.most === undefined)
      return null;
    const [least, most] = [boundOf(node, chunk.least), boundOf(node, chunk.most)];
    return least === null || most === null ? null : { least, most };
  }

  /**
   * Reads rows of a row group in their order, some at a time. The event loop gets turns meanwhile.
   * @throws {ParquetError}, errors of the disk, and the signal's reason
   */
  async *read(
    { group, columns, from = 0, to = group.rows, ranges = [{ from, to }] }: RowSelection,
    signal: AbortSignal,
  ): AsyncGenerator<readonly ParquetRow[]> {
    checkSizes(group, columns);
    const where = `rows ${group.first + 1} to ${group.first + group.rows}`;
    const readers: (ColumnValues | null)[] = [];
    for (const column of columns) {
      signal.throwIfAborted();
      readers.push(column && (await this.readerOf(group, column)));
    }
    let at = 0;
    for (const range of ranges) {
      for (const reader of readers) {
        signal.throwIfAborted();
        await decoded(where, () => reader?.skip(range.from - at));
      }
      for (at = range.from; at < range.to;) {
        signal.throwIfAborted();
        const most = Math.min(SLICE_ROWS, range.to - at);
        const rows = await decoded(where, () => readSlice(readers, most));
        at += rows.length;
        yield rows;
        if (isTurnDue()) await takeTurn();
      }
    }
  }

  private async readerOf(group: ParquetRowGroup, { node }: ParquetColumn): Promise<ColumnValues> {
    const { leaves, schema } = this.footer;
    const pages: LeafPages[] = [];
    for (const leaf of leaves.slice(node.firstLeaf, node.firstLeaf + node.leafCount)) {
      const chunk = group.chunks[leaf.firstLeaf];
      if (chunk === undefined) throw damaged(`expected values of column ${node.name}, got none`);
      const bytes = await readBytes(this.bytes, chunk.start, chunk.start + chunk.size);
      pages.push(new LeafPages(leaf, chunk, bytes, schema.stored));
    }
    return new ColumnValues(node, pages);
  }
}

/** @throws {ParquetError} for columns that can't be read, or do not fit into memory */
function checkSizes(group: ParquetRowGroup, columns: RowSelection['columns']): void {
  let bytes = 0;
  for (const column of columns) {
    if (column === null) continue;
    const { name, node, type } = column;
    if (type.kind === 'unsupported') {
      const why = `expected column ${name} of a type that Daysync reads, got ${type.what}`;
      throw new ParquetError('unsupported', why);
    }
    const valueBytes = type.kind === 'nested' ? NESTED_VALUE_BYTES : VALUE_BYTES;
    const chunks = group.chunks.slice(node.firstLeaf, node.firstLeaf + node.leafCount);
    for (const { size, unpackedSize, values } of chunks) {
      bytes += Math.max(size, unpackedSize) + values * valueBytes;
    }
  }
  if (bytes <= MOST_GROUP_BYTES) return;
  const why = `expected row groups whose columns take up to ${MOST_GROUP_BYTES} bytes of memory, got one of ${bytes}: write smaller row groups, or read fewer columns`;
  throw new ParquetError('too_large', why);
}

/** A Parquet file that is open. */
export class ParquetFile extends ParquetReader {
  private constructor(
    private readonly handle: FileHandle,
    /** Of the file that was opened. Another one may have its name by now. */
    readonly stats: Stats,
    footer: ParquetFooter,
  ) {
    super(handle, footer);
  }

  /**
   * Opens a file and reads its footer.
   * @throws {ParquetError} and errors of the disk, such as ENOENT
   */
  static async open(path: string, signal: AbortSignal): Promise<ParquetFile> {
    const handle = await open(path, 'r');
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) throw damaged('expected a file, got something else');
      return new ParquetFile(handle, stats, await readFooter(handle, stats.size, signal));
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

/** Reads some rows, as many as each column has in memory. */
async function readSlice(
  readers: readonly (ColumnValues | null)[],
  most: number,
): Promise<ParquetRow[]> {
  let count = most;
  for (const reader of readers) {
    if (reader !== null) count = Math.min(count, await reader.ready());
  }
  const rows: ParquetValue[][] = Array.from({ length: count }, () => []);
  for (const reader of readers) {
    const values = reader?.take(count);
    for (let index = 0; index < count; index += 1) rows[index]?.push(values?.[index] ?? null);
  }
  return rows;
}

function columnType({ type, repetition }: SchemaNode): ParquetType {
  // A column that repeats is a list, without a type that says so.
  return repetition === 'repeated' && type.kind !== 'unsupported' ? { kind: 'nested' } : type;
}

/** Null for what is no bound: NaN, a text that was cut inside of a character, and a decimal, which the library rounds. */
function boundOf(node: SchemaNode, stored: unknown): LeafValue {
  if (node.type.kind === 'decimal' || Number.isNaN(stored)) return null;
  try {
    return leafDecoder(node)(stored);
  } catch (error) {
    if (error instanceof ParquetError) return null;
    throw error;
  }
}
