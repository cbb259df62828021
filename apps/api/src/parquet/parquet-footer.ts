import { parquetMetadata, parquetSchema, type FileMetaData } from 'hyparquet';
import { isTurnDue, takeTurn } from '../config/slices.js';
import { checkNumbers } from './page-guard.js';
import { damaged, decoded, ParquetError } from './parquet-error.js';
import { readSchema, type SchemaNode } from './parquet-schema.js';

/** What a file is read from: a `FileHandle`, or what reads as one. */
export interface ParquetBytes {
  /** Reads bytes from `position` on into `buffer`: some, and none at the end. */
  read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }>;
}

/** `PAR1`, which a file begins and ends with. */
const MAGIC = 'PAR1';
/** The length of the footer, and the magic. */
const TAIL_BYTES = 8;
/** What is read of the end at first: the footer of most files. */
const FIRST_BYTES = 65_536;
/** In memory it takes some ten times as much. */
const MOST_FOOTER_BYTES = 33_554_432;

/** The part of a row group that has the values of one leaf of the schema. */
export interface ParquetChunk {
  readonly codec: string;
  /** Of its first page. */
  readonly start: number;
  /** In bytes, compressed and not. */
  readonly size: number;
  readonly unpackedSize: number;
  /** Nulls count, too. */
  readonly values: number;
  /** As they are stored, texts as bytes; decimals are rounded. Absent where they are not known. */
  readonly least?: unknown;
  readonly most?: unknown;
  readonly nulls?: number;
}

/** Rows that are stored together, column by column. */
export interface ParquetRowGroup {
  /** The first row is 0. */
  readonly first: number;
  readonly rows: number;
  /** Uncompressed. */
  readonly bytes: number;
  /** In the order of the leaves of the schema. */
  readonly chunks: readonly ParquetChunk[];
}

/** What a Parquet file says about itself, at its end. */
export interface ParquetFooter {
  readonly schema: SchemaNode;
  /** The elements of the schema that have values, in their order. */
  readonly leaves: readonly SchemaNode[];
  readonly rows: number;
  readonly rowGroups: readonly ParquetRowGroup[];
  /** What its writer has noted. */
  readonly notes: ReadonlyMap<string, string>;
}

/**
 * Reads the footer of a file; the event loop gets turns meanwhile.
 * @param size of the file, in bytes
 * @throws {ParquetError}, and other errors where it is damaged
 */
export async function readFooter(
  handle: ParquetBytes,
  size: number,
  signal: AbortSignal,
): Promise<ParquetFooter> {
  if (size < TAIL_BYTES + MAGIC.length) throw damaged(`expected a Parquet file, got ${size} bytes`);
  let tail = await readBytes(handle, Math.max(0, size - FIRST_BYTES), size);
  const magic = tail.toString('latin1', tail.length - MAGIC.length);
  if (magic === 'PARE') {
    const why = 'expected a file without encryption, got an encrypted one';
    throw new ParquetError('unsupported', why);
  }
  if (magic !== MAGIC) {
    throw damaged(`expected a Parquet file, which ends with ${MAGIC}, got one without it`);
  }
  const length = tail.readUInt32LE(tail.length - TAIL_BYTES) + TAIL_BYTES;
  if (length + MAGIC.length > size) {
    throw damaged(`expected a footer inside of the file, got one of ${length} bytes`);
  }
  if (length > MOST_FOOTER_BYTES) {
    const why = `expected a footer of up to ${MOST_FOOTER_BYTES} bytes, got ${length}: write fewer and larger row groups`;
    throw new ParquetError('too_large', why);
  }
  if (length > tail.length) tail = await readBytes(handle, size - length, size);
  signal.throwIfAborted();
  const footer = tail.subarray(tail.length - length);
  return decoded('a footer', () => {
    checkNumbers(footer);
    return footerOf(parquetMetadata(footer, { parsers: AS_STORED, geoparquet: false }), size);
  });
}

const asStored = (value: unknown): unknown => value;

/** For the bounds of values: as the library converts them they are not exact. */
const AS_STORED = {
  timestampFromMilliseconds: asStored,
  timestampFromMicroseconds: asStored,
  timestampFromNanoseconds: asStored,
  dateFromDays: asStored,
  stringFromBytes: asStored,
  uuidFromBytes: asStored,
};

/** Reads all bytes from `start` up to `end`. */
export async function readBytes(handle: ParquetBytes, start: number, end: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(end - start);
  for (let filled = 0; filled < bytes.length;) {
    const wanted = bytes.length - filled;
    const { bytesRead } = await handle.read(bytes, filled, wanted, start + filled);
    if (bytesRead === 0) {
      throw damaged(`expected ${end} bytes, got the end of the file at ${start + filled}`);
    }
    filled += bytesRead;
  }
  return bytes;
}

async function footerOf(metadata: FileMetaData, size: number): Promise<ParquetFooter> {
  const { root, leaves } = readSchema(parquetSchema(metadata));
  if (leaves.length === 0) throw damaged('expected a schema with columns, got none');
  const rowGroups: ParquetRowGroup[] = [];
  let first = 0;
  for (const { columns, num_rows, total_byte_size } of metadata.row_groups) {
    if (columns.length !== leaves.length) {
      throw damaged(`expected a row group with ${leaves.length} columns, got ${columns.length}`);
    }
    const rows = countOf(num_rows, 'a number of rows');
    const chunks = columns.map((column, index) => {
      const name = leaves[index]?.name ?? '';
      const chunk = chunkOf(column, name, size);
      // Of a list there may be more.
      if (chunk.values >= rows) return chunk;
      throw damaged(`expected ${rows} values of column ${name}, got ${chunk.values}`);
    });
    rowGroups.push({ first, rows, bytes: countOf(total_byte_size, 'a size'), chunks });
    first += rows;
    if (isTurnDue()) await takeTurn();
  }
  const notes = metadata.key_value_metadata ?? [];
  return {
    ...{ schema: root, leaves, rows: first, rowGroups },
    notes: new Map(notes.map(({ key, value = '' }) => [key, value])),
  };
}

type Column = FileMetaData['row_groups'][number]['columns'][number];

function chunkOf(
  { file_path: file, meta_data: metadata }: Column,
  column: string,
  size: number,
): ParquetChunk {
  if (file !== undefined) {
    const why = `expected the values of column ${column} in the file itself, got the name of another file`;
    throw new ParquetError('unsupported', why);
  }
  if (metadata === undefined) {
    throw damaged(`expected where the values of column ${column} are, got nothing`);
  }
  const pages = countOf(metadata.data_page_offset, 'the place of a page');
  // Some writers have 0 where there is none.
  const dictionary = countOf(metadata.dictionary_page_offset ?? 0, 'the place of a page');
  const start = dictionary > 0 ? Math.min(dictionary, pages) : pages;
  const bytes = countOf(metadata.total_compressed_size, 'a size');
  if (start + bytes > size) {
    throw damaged(`expected the values of column ${column} inside of the file, got them behind it`);
  }
  // Older writers have `min` and `max`, whose order is not always that of the values.
  const { min_value: least, max_value: most, null_count: nulls } = metadata.statistics ?? {};
  // Of a number that it does not know, the library makes nothing.
  const codec: unknown = metadata.codec;
  return {
    codec: typeof codec === 'string' ? codec : 'another codec',
    ...{ start, size: bytes, unpackedSize: countOf(metadata.total_uncompressed_size, 'a size') },
    values: countOf(metadata.num_values, 'a number of values'),
    ...(least !== undefined && { least }),
    ...(most !== undefined && { most }),
    ...(nulls !== undefined && { nulls: Number(nulls) }),
  };
}

/** A number up to 2^53. What is more is no size or place in a file. */
function countOf(value: unknown, what: string): number {
  const count = Number(value);
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw damaged(`expected ${what}, got ${String(value)}`);
}
