import { brotliDecompressSync, crc32, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { snappyUncompress, type SchemaTree } from 'hyparquet';
import { parquetHeader, readPage } from 'hyparquet/src/column.js';
import { convert, DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { getMaxDefinitionLevel, getMaxRepetitionLevel, getTreePath } from 'hyparquet/src/schema.js';
import { readText } from './leaf-values.js';
import { checkPage, checkSnappy } from './page-guard.js';
import { damaged, ParquetError } from './parquet-error.js';
import type { ParquetChunk } from './parquet-footer.js';
import type { SchemaNode } from './parquet-schema.js';

/** A list of values, or of numbers where none is missing. */
export type Values = ReturnType<typeof convert>;
type Decoder = Parameters<typeof readPage>[2];
type Header = ReturnType<typeof parquetHeader>;
type Unpack = (packed: Buffer, limit: { readonly maxOutputLength: number }) => Uint8Array;

/** A page of more bytes would not leave enough memory for others. Writers make pages of 1 MiB; DuckDB of up to 100 MB. */
const MOST_PAGE_BYTES = 134_217_728;
/** Most have fewer than 100. A list in a damaged one may have as many items. */
const MOST_HEADER_BYTES = 65_536;

const UNPACK: Readonly<Record<string, Unpack>> = {
  UNCOMPRESSED: (bytes) => bytes,
  GZIP: gunzipSync,
  BROTLI: brotliDecompressSync,
  ZSTD: zstdDecompressSync,
  SNAPPY: (packed, { maxOutputLength }) => {
    checkSnappy(packed);
    const bytes = new Uint8Array(maxOutputLength);
    snappyUncompress(packed, bytes);
    return bytes;
  },
};

/** Values of a page. */
export interface PageValues {
  /** Values in front of them that were not read, because they are not needed. */
  readonly skipped: number;
  /** As they are stored, but texts as texts; null for a missing one. Of a nested column, lists as the library makes them. */
  readonly values: Values;
}

/** Reads the values of a leaf in one row group, page by page. */
export class LeafPages {
  /** Of the leaf in the schema, as the library has it. */
  readonly path: string;
  private readonly unpack: Unpack;
  private readonly decoder: Decoder;
  private dictionary: Values | undefined;
  private at = 0;
  /** Values of the pages so far. */
  private seen = 0;

  /**
   * @param bytes of the chunk
   * @param root of the schema, as the values are stored
   * @throws {ParquetError} for a codec that is not read
   */
  constructor(
    private readonly leaf: SchemaNode,
    private readonly chunk: ParquetChunk,
    private readonly bytes: Buffer,
    root: SchemaTree,
  ) {
    const unpack = UNPACK[chunk.codec];
    if (unpack === undefined) {
      const why = `expected a column that is uncompressed or compressed with snappy, gzip, zstd or brotli, got ${chunk.codec}: write it with zstd`;
      throw new ParquetError('unsupported', why);
    }
    this.unpack = unpack;
    const { name, type, stored } = leaf;
    this.path = stored.path.join('.');
    this.decoder = {
      ...{ pathInSchema: stored.path, element: stored.element, codec: 'UNCOMPRESSED' },
      type: stored.element.type ?? 'BOOLEAN',
      schemaPath: getTreePath(root, stored.path),
      // As bytes, texts would take several times the memory.
      utf8: type.kind === 'text' || type.kind === 'json',
      parsers: {
        ...DEFAULT_PARSERS,
        stringFromBytes: (text) => readText(text, name),
        // Of an INT96.
        timestampFromNanoseconds: (nanos) => nanos,
      },
    };
  }

  /** Whether there is no other page. */
  get isAtEnd(): boolean {
    return this.seen === this.chunk.values;
  }

  /**
   * The values of the next page.
   * @param needless values that are not needed: a page with no others is not read
   * @param before the values so far of a nested column, to which those of the page are added
   * @returns null at the end
   * @throws {ParquetError}, and other errors where the bytes are damaged
   */
  next(needless: number, before: unknown[] = []): PageValues | null {
    while (!this.isAtEnd) {
      const header = this.readHeader();
      const start = this.at;
      this.at += header.compressed_page_size;
      const count = countIn(header);
      this.seen += count;
      if (this.seen > this.chunk.values) {
        throw this.damaged(`expected ${this.chunk.values} values`, 'more');
      }
      if (count > 0 && count <= needless) return { skipped: count, values: [] };
      const isDictionary = header.type === 'DICTIONARY_PAGE';
      // An index, which nothing needs.
      if (!isDictionary && count === 0) continue;
      const page = this.unpackPage(header, this.bytes.subarray(start, this.at));
      if (!isDictionary) return { skipped: 0, values: this.readValues(page, header, before) };
      this.dictionary = convert(this.decode(page, header, this.decoder, []), this.decoder);
    }
    return null;
  }

  /** Reads the header of the next page. The page itself is next then. */
  private readHeader(): Header {
    const { at, bytes } = this;
    const length = Math.min(MOST_HEADER_BYTES, bytes.length - at);
    const reader = { view: new DataView(bytes.buffer, bytes.byteOffset + at, length), offset: 0 };
    const header = parquetHeader(reader);
    this.at += reader.offset;
    const { compressed_page_size: size, uncompressed_page_size: unpackedSize } = header;
    const { second } = dataOf(header);
    const levels = second && [
      second.repetition_levels_byte_length,
      second.definition_levels_byte_length,
    ];
    const sizes = [size, unpackedSize, ...(levels ?? [])];
    const isValid = sizes.every((of) => Number.isInteger(of) && of >= 0);
    if (!isValid || size > bytes.length - this.at) {
      throw this.damaged('expected a page in its part of the file', `one of ${size} bytes`);
    }
    if (unpackedSize <= MOST_PAGE_BYTES) return header;
    const why = `expected pages of up to ${MOST_PAGE_BYTES} bytes in column ${this.leaf.name}, got one of ${unpackedSize}: write smaller pages`;
    throw new ParquetError('too_large', why);
  }

  /** Decompresses a page into a buffer of its own: the library reads up to its end, and not further. */
  private unpackPage(header: Header, body: Buffer): Buffer {
    const { crc } = header;
    const { second } = dataOf(header);
    if (crc !== undefined && crc32(body) !== crc >>> 0) {
      throw this.damaged('expected a page with its checksum', 'other bytes');
    }
    const page = Buffer.from(new ArrayBuffer(header.uncompressed_page_size));
    // They are not compressed.
    const levels =
      (second?.repetition_levels_byte_length ?? 0) + (second?.definition_levels_byte_length ?? 0);
    body.copy(page, 0, 0, levels);
    const size = page.length - levels;
    // Some writers compress nothing to some bytes, others to none.
    if (size === 0) return page;
    const packed = body.subarray(levels);
    const bytes =
      second?.is_compressed === false ? packed : this.unpack(packed, { maxOutputLength: size });
    if (bytes.length !== size) {
      throw this.damaged(`expected a page of ${size} bytes`, String(bytes.length));
    }
    page.set(bytes, levels);
    return page;
  }

  private readValues(page: Buffer, header: Header, before: unknown[]): Values {
    const { first, second } = dataOf(header);
    const { type, element, schemaPath } = this.decoder;
    const encoding = first?.encoding ?? second?.encoding;
    const count = countIn(header);
    const { present, isContinued } = checkPage(page, {
      ...{ encoding, count, type, width: element.type_length ?? 0 },
      repetition: {
        most: getMaxRepetitionLevel(schemaPath),
        bytes: second?.repetition_levels_byte_length,
      },
      definition: {
        most: getMaxDefinitionLevel(schemaPath),
        bytes: second?.definition_levels_byte_length,
      },
      hasDictionary: this.dictionary !== undefined && this.dictionary.length > 0,
    });
    if (second !== undefined && second.num_nulls !== count - present) {
      throw this.damaged(`expected ${second.num_nulls} missing values`, String(count - present));
    }
    if (isContinued && this.seen === count) {
      throw this.damaged('expected the beginning of a row', 'a part of one');
    }
    if (isContinued && this.leaf.repetition === 'repeated') {
      // The library would make another row of it.
      const why = `expected each list of column ${this.leaf.name} in one page, got a page that goes on with one: write it with a newer program`;
      throw new ParquetError('unsupported', why);
    }
    // Of differences of 32 bits, the library loses the highest bit of the first one.
    const isWide = type === 'INT32' && encoding === 'DELTA_BINARY_PACKED';
    const decoder: Decoder = isWide ? { ...this.decoder, type: 'INT64' } : this.decoder;
    return this.decode(page, header, decoder, before);
  }

  private decode(page: Buffer, header: Header, decoder: Decoder, before: unknown[]): Values {
    const reader = { view: new DataView(page.buffer), offset: 0 };
    const unpacked = { ...header, compressed_page_size: page.length };
    return readPage(reader, unpacked, decoder, this.dictionary, before, 0).data ?? [];
  }

  private damaged(expected: string, got: string): ParquetError {
    return damaged(`${expected} in column ${this.leaf.name}, got ${got}`);
  }
}

/** What the header of a data page says, by its version: a damaged one may have both. */
function dataOf({ type, data_page_header: first, data_page_header_v2: second }: Header): {
  first?: typeof first;
  second?: typeof second;
} {
  if (type === 'DATA_PAGE' && first !== undefined) return { first };
  if (type === 'DATA_PAGE_V2' && second !== undefined) return { second };
  return {};
}

/** How many values a page has, missing ones as well; none if it is no data page. */
function countIn(header: Header): number {
  const { first, second } = dataOf(header);
  const count = first?.num_values ?? second?.num_values ?? 0;
  if (Number.isInteger(count) && count >= 0) return count;
  throw damaged(`expected the number of values of a page, got ${count}`);
}
