import { readVarInt } from 'hyparquet/src/thrift.js';
import { isTurnDue, takeTurn } from '../config/slices.js';
import { codecName } from './decompression.js';
import { damaged, ParquetError } from './parquet-error.js';
import { readSchema, type SchemaNode, type ThriftFields } from './parquet-schema.js';
import { readStruct } from './thrift.js';

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
  /** As they are in the file; absent where they are not known. */
  readonly least?: Uint8Array;
  readonly most?: Uint8Array;
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
  readonly createdBy: string;
}

/**
 * Reads the footer of a file; the event loop gets turns meanwhile.
 * @param size of the file, in bytes
 * @throws {ParquetError}
 */
export async function readFooter(
  handle: ParquetBytes,
  size: number,
  signal: AbortSignal,
): Promise<ParquetFooter> {
  if (size < TAIL_BYTES + MAGIC.length) {
    throw damaged(`expected a Parquet file, got ${size} bytes`);
  }
  let tail = await readBytes(handle, Math.max(0, size - FIRST_BYTES), size);
  const magic = tail.toString('latin1', tail.length - MAGIC.length);
  if (magic === 'PARE') {
    throw new ParquetError(
      'unsupported',
      'expected a file without encryption, got an encrypted one',
    );
  }
  if (magic !== MAGIC) {
    throw damaged(`expected a Parquet file, which ends with ${MAGIC}, got one without it`);
  }
  const length = tail.readUInt32LE(tail.length - TAIL_BYTES);
  if (length > size - TAIL_BYTES - MAGIC.length) {
    throw damaged(`expected a footer inside of the file, got one of ${length} bytes`);
  }
  if (length > MOST_FOOTER_BYTES) {
    throw new ParquetError(
      'too_large',
      `expected a footer of up to ${MOST_FOOTER_BYTES} bytes, got ${length}: write fewer and larger row groups`,
    );
  }
  if (length + TAIL_BYTES > tail.length) {
    tail = await readBytes(handle, size - length - TAIL_BYTES, size);
  }
  const bytes = tail.subarray(tail.length - length - TAIL_BYTES, tail.length - TAIL_BYTES);
  return parseFooter(bytes, size, signal);
}

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

/** The types of Thrift's compact protocol that occur at the top of a footer. */
const STOP = 0;
const I32 = 5;
const I64 = 6;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;

/**
 * Reads Thrift's compact protocol. The library reads structures; this reads the lists of them at the top, of which some have many
 * thousand, with turns of the event loop in between.
 */
class TopFields {
  private readonly reader: { readonly view: DataView; offset: number };

  constructor(
    bytes: Buffer,
    private readonly signal: AbortSignal,
  ) {
    this.reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: 0 };
  }

  /** The lists of structures, and the texts, by the number of their field. */
  async read(): Promise<{ lists: Map<number, ThriftFields[]>; texts: Map<number, Buffer> }> {
    const { reader } = this;
    const lists = new Map<number, ThriftFields[]>();
    const texts = new Map<number, Buffer>();
    for (let field = 0; ;) {
      const byte = this.readByte();
      const type = byte & 0x0f;
      if (type === STOP) return { lists, texts };
      const step = byte >> 4;
      field = step === 0 ? zigzag(readVarInt(reader)) : field + step;
      switch (type) {
        case I32:
        case I64:
          this.skipVarint();
          break;
        case BINARY:
          texts.set(field, this.readText());
          break;
        case LIST:
          lists.set(field, await this.readStructures());
          break;
        case STRUCT:
          readStruct(reader);
          break;
        default:
          throw damaged(`expected a footer, got a field of type ${type}`);
      }
    }
  }

  private async readStructures(): Promise<ThriftFields[]> {
    const byte = this.readByte();
    const short = byte >> 4;
    const count = short === 0x0f ? readVarInt(this.reader) : short;
    if ((byte & 0x0f) !== STRUCT && count !== 0) {
      throw damaged(`expected a list of structures, got a list of type ${byte & 0x0f}`);
    }
    const structures: ThriftFields[] = [];
    for (let index = 0; index < count; index += 1) {
      structures.push(readStruct(this.reader));
      if (isTurnDue()) {
        await takeTurn();
        this.signal.throwIfAborted();
      }
    }
    return structures;
  }

  private readText(): Buffer {
    const { reader } = this;
    const length = readVarInt(reader);
    const { buffer, byteOffset, byteLength } = reader.view;
    if (length < 0 || reader.offset + length > byteLength) {
      throw damaged('expected a text in the footer, got its end');
    }
    const text = Buffer.from(buffer, byteOffset + reader.offset, length);
    reader.offset += length;
    return text;
  }

  private skipVarint(): void {
    while ((this.readByte() & 0x80) !== 0);
  }

  private readByte(): number {
    const byte = this.reader.view.getUint8(this.reader.offset);
    this.reader.offset += 1;
    return byte;
  }
}

function zigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1);
}

async function parseFooter(
  bytes: Buffer,
  size: number,
  signal: AbortSignal,
): Promise<ParquetFooter> {
  const { lists, texts } = await new TopFields(bytes, signal).read();
  const { root, leaves } = readSchema(lists.get(2) ?? []);
  const rowGroups: ParquetRowGroup[] = [];
  let rows = 0;
  for (const fields of lists.get(4) ?? []) {
    const group = readRowGroup(fields, leaves, rows, size);
    rowGroups.push(group);
    rows += group.rows;
    if (isTurnDue()) await takeTurn();
  }
  const notes = (lists.get(5) ?? []).map(
    ({ field_1: key, field_2: value }) => [textOf(key), textOf(value)] as const,
  );
  const createdBy = textOf(texts.get(6));
  return { schema: root, leaves, rows, rowGroups, notes: new Map(notes), createdBy };
}

function readRowGroup(
  { field_1: columns, field_2: bytes, field_3: rows }: ThriftFields,
  leaves: readonly SchemaNode[],
  first: number,
  size: number,
): ParquetRowGroup {
  if (!Array.isArray(columns) || columns.length !== leaves.length) {
    throw damaged(`expected a row group with ${leaves.length} columns, got other ones`);
  }
  const chunks = (columns as readonly ThriftFields[]).map((column, index) => {
    const path = leaves[index]?.path ?? [];
    return readChunk(column, path.join('.'), size);
  });
  return {
    first,
    rows: countOf(rows, 'a number of rows'),
    bytes: countOf(bytes ?? 0, 'a size'),
    chunks,
  };
}

function readChunk(
  { field_1: file, field_3: metadata }: ThriftFields,
  column: string,
  size: number,
): ParquetChunk {
  if (file !== undefined) {
    const why = `expected the values of column ${column} in the file itself, got the name of another file`;
    throw new ParquetError('unsupported', why);
  }
  if (!isFields(metadata)) {
    throw damaged(`expected where the values of column ${column} are, got nothing`);
  }
  const pages = countOf(metadata.field_9, 'the place of a page');
  const dictionary = metadata.field_11;
  // Some writers have 0 where there is none.
  const hasDictionary = dictionary !== undefined && Number(dictionary) > 0;
  const start = hasDictionary ? Math.min(countOf(dictionary, 'the place of a page'), pages) : pages;
  const bytes = countOf(metadata.field_7, 'a size');
  if (start + bytes > size) {
    throw damaged(`expected the values of column ${column} inside of the file, got them behind it`);
  }
  return {
    codec: codecName(Number(metadata.field_4)),
    start,
    size: bytes,
    unpackedSize: countOf(metadata.field_6, 'a size'),
    values: countOf(metadata.field_5, 'a number of values'),
    ...statisticsOf(metadata.field_12),
  };
}

function statisticsOf(statistics: unknown): Pick<ParquetChunk, 'least' | 'most' | 'nulls'> {
  if (!isFields(statistics)) return {};
  // Older writers have fields 1 and 2, whose order is not always that of the values.
  const { field_3: nulls, field_5: most, field_6: least } = statistics;
  return {
    ...(least instanceof Uint8Array && { least }),
    ...(most instanceof Uint8Array && { most }),
    ...(nulls !== undefined && { nulls: Number(nulls) }),
  };
}

/** A row group, page or column counts up to here: what is more is no number of this file. */
function countOf(value: unknown, what: string): number {
  const count = Number(value);
  if (value === undefined || !Number.isSafeInteger(count) || count < 0) {
    throw damaged(`expected ${what}, got ${String(value)}`);
  }
  return count;
}

function isFields(value: unknown): value is ThriftFields {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array);
}

function textOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString() : '';
}
