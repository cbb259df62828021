import type { Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { isTurnDue, takeTurn } from '../config/slices.js';
import { ChunkReader, PageMemory, type ChunkPorts } from './column-chunk.js';
import { leafDecoder, type LeafValue } from './leaf-values.js';
import { NestedColumn, type ParquetValue } from './nested-column.js';
import { damaged, orDamaged, ParquetError } from './parquet-error.js';
import { readFooter, type ParquetFooter, type ParquetRowGroup } from './parquet-footer.js';
import type { ParquetType, SchemaNode } from './parquet-schema.js';

export type { ParquetValue } from './nested-column.js';
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
/** Of all pages that are in memory. */
const MOST_PAGE_MEMORY = 268_435_456;
/** What is read of a file at once, for all columns. */
const WINDOWS_BYTES = 8_388_608;
const LEAST_WINDOW_BYTES = 32_768;
const MOST_WINDOW_BYTES = 1_048_576;

/** Some rows of a row group. */
export interface RowSelection {
  readonly group: ParquetRowGroup;
  /** In the order of the values of a row. Null for a column that the file does not have: its values are null. */
  readonly columns: readonly (ParquetColumn | null)[];
  /** Rows of the group, from `from` on and before `to`. @default all of them */
  readonly from?: number;
  readonly to?: number;
}

/**
 * A Parquet file that is open. Values are exact (see {@link ParquetType}). Only the columns that are asked for are read,
 * a page of each at a time. What can't be read is a {@link ParquetError}, whatever bytes the file has; errors of the disk
 * are those of Node.
 */
export class ParquetFile {
  readonly columns: readonly ParquetColumn[];

  private constructor(
    private readonly handle: FileHandle,
    /** Of the file that was opened. Another one may have its name by now. */
    readonly stats: Stats,
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
      throw orDamaged(error, 'a Parquet file');
    }
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
   * need not occur. Null where the writer has noted none, and for nested columns.
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
    { group, columns, from = 0, to = group.rows }: RowSelection,
    signal: AbortSignal,
  ): AsyncGenerator<readonly ParquetRow[]> {
    let readers: readonly (ParquetColumnReader | null)[];
    try {
      readers = this.readersOf(group, columns);
      for (const reader of readers) {
        signal.throwIfAborted();
        if (from > 0) await reader?.skip(from);
      }
    } catch (error) {
      throw orDamaged(error, 'a row group');
    }
    for (let row = from; row < to;) {
      signal.throwIfAborted();
      let rows: ParquetRow[];
      try {
        rows = await readSlice(readers, Math.min(SLICE_ROWS, to - row));
      } catch (error) {
        throw orDamaged(error, `rows from ${group.first + row + 1} on`);
      }
      yield rows;
      row += rows.length;
      if (isTurnDue()) await takeTurn();
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  private readersOf(
    group: ParquetRowGroup,
    columns: RowSelection['columns'],
  ): (ParquetColumnReader | null)[] {
    const width = columns.reduce((leaves, column) => leaves + (column?.node.leafCount ?? 0), 0);
    const share = Math.floor(WINDOWS_BYTES / Math.max(width, 1));
    const window = Math.min(Math.max(share, LEAST_WINDOW_BYTES), MOST_WINDOW_BYTES);
    const memory = new PageMemory(MOST_PAGE_MEMORY);
    const ports: ChunkPorts = { handle: this.handle, memory, window };
    return columns.map((column) => {
      if (column === null) return null;
      const { node, type } = column;
      if (type.kind === 'unsupported') {
        const why = `expected column ${node.name} of a type that Daysync reads, got ${type.what}`;
        throw new ParquetError('unsupported', why);
      }
      const last = node.firstLeaf + node.leafCount;
      const chunks = this.footer.leaves.slice(node.firstLeaf, last).map((leaf) => {
        const chunk = group.chunks[leaf.firstLeaf];
        if (chunk === undefined) throw damaged(`expected values of column ${node.name}, got none`);
        return new ChunkReader(leaf, chunk, ports);
      });
      const [only] = chunks;
      return node.shape === 'leaf' && node.repetition !== 'repeated' && only !== undefined
        ? only
        : new NestedColumn(node, chunks);
    });
  }
}

/** Reads one column of a row group. */
interface ParquetColumnReader {
  /** How many values may be taken at once: none at the end. */
  ready(): Promise<number>;
  take(count: number): readonly ParquetValue[] | Promise<readonly ParquetValue[]>;
  skip(count: number): Promise<void>;
}

/** Reads some rows, as many as each column has in memory. */
async function readSlice(
  readers: readonly (ParquetColumnReader | null)[],
  most: number,
): Promise<ParquetRow[]> {
  let count = most;
  for (const reader of readers) {
    if (reader === null) continue;
    const ready = await reader.ready();
    if (ready === 0) throw damaged('expected more rows in the row group, got the end of a column');
    count = Math.min(count, ready);
  }
  const rows: ParquetValue[][] = Array.from({ length: count }, () => []);
  for (const reader of readers) {
    const values = await reader?.take(count);
    for (let index = 0; index < count; index += 1) rows[index]?.push(values?.[index] ?? null);
  }
  return rows;
}

function columnType({ type, repetition }: SchemaNode): ParquetType {
  // A column that repeats is a list, without a type that says so.
  return repetition === 'repeated' && type.kind !== 'unsupported' ? { kind: 'nested' } : type;
}

/** Null for what is no bound, such as NaN, or a text that was cut inside of a character. */
function boundOf(node: SchemaNode, stored: Uint8Array): LeafValue {
  const decoder = leafDecoder(node);
  const bytes = Buffer.from(stored);
  try {
    switch (node.physical) {
      case 'BOOLEAN':
        return bytes.readUInt8(0) === 1;
      case 'INT32':
        return decoder.int32(bytes.readInt32LE(0));
      case 'INT64':
        return decoder.int64(bytes.readInt32LE(4), bytes.readUInt32LE(0));
      case 'FLOAT':
        return numberOf(bytes.readFloatLE(0));
      case 'DOUBLE':
        return numberOf(bytes.readDoubleLE(0));
      case 'BYTE_ARRAY':
      case 'FIXED_LEN_BYTE_ARRAY':
        return decoder.bytes(bytes, 0, bytes.length);
      case 'INT96':
        return null;
    }
  } catch (error) {
    if (error instanceof ParquetError || error instanceof RangeError) return null;
    throw error;
  }
}

function numberOf(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
