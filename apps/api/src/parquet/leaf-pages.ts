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

type Decoder = Parameters<typeof readPage>[2];
type Header = ReturnType<typeof parquetHeader>;
/** A list of values, or of numbers without a missing one. */
export type Values = ReturnType<typeof convert>;
type Unpack = (packed: Buffer, limit: { readonly maxOutputLength: number }) => Uint8Array;

/** Of the pages that are in memory. Writers make pages of 1 MiB; DuckDB of up to 100 MB. */
const MOST_MEMORY = 536_870_912;
/** What a value takes in memory beside its bytes, roughly; missing and repeated ones have no bytes in a page. */
const VALUE_BYTES = 32;
const NESTED_VALUE_BYTES = 128;
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

/** The memory that the columns of a row group share. */
export class PageMemory {
  private used = 0;

  /** @throws {ParquetError} if that is too much */
  change(before: number, after: number): void {
    this.used += after - before;
    if (this.used <= MOST_MEMORY) return;
    const why = `expected pages that take up to ${MOST_MEMORY} bytes of memory, got ${this.used}: write smaller pages and row groups, or read fewer columns`;
    throw new ParquetError('too_large', why);
  }
}

/** What the values of a leaf in one row group are read with. */
export interface ChunkPorts {
  /** Of the chunk. */
  readonly bytes: Buffer;
  /** Of the schema, as the values are stored. */
  readonly root: SchemaTree;
  readonly memory: PageMemory;
  /** Whether the values of all pages stay in memory. */
  readonly isNested: boolean;
}

/** Reads the values of a leaf in one row group, page by page. */
export class LeafPages {
  /** Of the leaf in the schema, as the library has it. */
  readonly path: string;
  private readonly unpack: Unpack;
  private readonly decoder: Decoder;
  private readonly mostRepetition: number;
  private readonly mostDefinition: number;
  private dictionary: Values | undefined;
  private at = 0;
  /** Values of the pages so far. */
  private seen = 0;
  /** Memory of the page. */
  private held = 0;

  /** @throws {ParquetError} for a codec that is not read */
  constructor(
    private readonly leaf: SchemaNode,
    private readonly chunk: ParquetChunk,
    private readonly ports: ChunkPorts,
  ) {
    const unpack = UNPACK[chunk.codec];
    if (unpack === undefined) {
      const why = `expected a column that is uncompressed or compressed with snappy, gzip, zstd or brotli, got ${chunk.codec}: write it with zstd`;
      throw new ParquetError('unsupported', why);
    }
    this.unpack = unpack;
    const { element, path } = leaf.stored;
    const schemaPath = getTreePath(ports.root, path);
    this.path = path.join('.');
    this.mostRepetition = getMaxRepetitionLevel(schemaPath);
    this.mostDefinition = getMaxDefinitionLevel(schemaPath);
    const isText = leaf.type.kind === 'text' || leaf.type.kind === 'json';
    this.decoder = {
      ...{ pathInSchema: path, schemaPath, element, codec: 'UNCOMPRESSED' },
      type: element.type ?? 'BOOLEAN',
      // As bytes, texts would take several times the memory.
      utf8: isText,
      parsers: {
        ...DEFAULT_PARSERS,
        stringFromBytes: (bytes) => readText(bytes, leaf.name),
        // Of an INT96.
        timestampFromNanoseconds: (nanos) => nanos,
      },
    };
  }

  /**
   * The values of the next page.
   * @param needless values that are not needed: a page with no others is not read
   * @param before the values so far of a nested column, to which those of the page are added
   * @returns null at the end
   * @throws {ParquetError}, and other errors where the bytes are damaged
   */
  next(needless: number, before?: unknown[]): PageValues | null {
    while (this.seen < this.chunk.values) {
      const header = this.readHeader();
      const start = this.at;
      this.at += header.compressed_page_size;
      const count = countIn(header);
      this.seen += count;
      if (this.seen > this.chunk.values) {
        throw this.damaged(`expected ${this.chunk.values} values`, 'more');
      }
      if (count > 0 && count <= needless) return { skipped: count, values: [] };
      this.hold(header, count);
      const page = this.unpackPage(header, this.ports.bytes.subarray(start, this.at));
      if (header.type === 'DICTIONARY_PAGE') {
        this.dictionary = convert(pageData(page, header, this.decoder), this.decoder);
      } else if (count > 0) {
        return { skipped: 0, values: this.readValues(header, page, count, before) };
      }
    }
    return null;
  }

  /** Takes memory for a page. That of the page before is free then, unless its values stay. */
  private hold(header: Header, count: number): void {
    const { memory, isNested } = this.ports;
    const values = count + (header.dictionary_page_header?.num_values ?? 0);
    const bytes =
      header.uncompressed_page_size + values * (isNested ? NESTED_VALUE_BYTES : VALUE_BYTES);
    const isKept = isNested || header.type === 'DICTIONARY_PAGE';
    memory.change(isKept ? 0 : this.held, bytes);
    if (!isKept) this.held = bytes;
  }

  /** Reads the header of the next page. The page itself is next then. */
  private readHeader(): Header {
    const {
      at,
      ports: { bytes },
    } = this;
    const length = Math.min(MOST_HEADER_BYTES, bytes.length - at);
    const reader = { view: new DataView(bytes.buffer, bytes.byteOffset + at, length), offset: 0 };
    const header = parquetHeader(reader);
    this.at += reader.offset;
    const { compressed_page_size: size, uncompressed_page_size: unpackedSize } = header;
    if (!(size >= 0 && size <= bytes.length - this.at && unpackedSize >= 0)) {
      throw this.damaged('expected a page in its part of the file', `one of ${size} bytes`);
    }
    return header;
  }

  private readValues(header: Header, page: Buffer, count: number, before: unknown[] = []): Values {
    const { data_page_header: first, data_page_header_v2: second } = header;
    const { type, element } = this.decoder;
    const encoding = first?.encoding ?? second?.encoding;
    const present = checkPage(page, {
      ...{ encoding, count, type, width: element.type_length ?? 0 },
      levels: [
        { most: this.mostRepetition, bytes: second?.repetition_levels_byte_length },
        { most: this.mostDefinition, bytes: second?.definition_levels_byte_length },
      ],
      hasDictionary: this.dictionary !== undefined,
    });
    if (second !== undefined && second.num_nulls !== count - present) {
      throw this.damaged(`expected ${second.num_nulls} missing values`, String(count - present));
    }
    const isDelta32 = type === 'INT32' && encoding === 'DELTA_BINARY_PACKED';
    // Of differences, the library loses the highest bit of the first one, unless it reads them with 64.
    const decoder: Decoder = isDelta32 ? { ...this.decoder, type: 'INT64' } : this.decoder;
    return pageData(page, header, decoder, this.dictionary, before);
  }

  /** Decompresses a page into a buffer of its own: the library reads up to its end, and not further. */
  private unpackPage(header: Header, body: Buffer): Buffer {
    const { crc, data_page_header_v2: second } = header;
    if (crc !== undefined && crc32(body) !== crc >>> 0) {
      throw this.damaged('expected a page with its checksum', 'other bytes');
    }
    const page = Buffer.from(new ArrayBuffer(header.uncompressed_page_size));
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

  private damaged(expected: string, got: string): ParquetError {
    return damaged(`${expected} in column ${this.leaf.name}, got ${got}`);
  }
}

/** How many values a page has, missing ones as well; none if it is no data page. */
function countIn({ type, data_page_header: first, data_page_header_v2: second }: Header): number {
  const data = type === 'DATA_PAGE' ? first : type === 'DATA_PAGE_V2' ? second : { num_values: 0 };
  if (data !== undefined && data.num_values >= 0) return data.num_values;
  throw damaged('expected the number of values of a page, got none');
}

function pageData(
  page: Buffer,
  header: Header,
  decoder: Decoder,
  dictionary?: Values,
  before?: unknown[],
): Values {
  const reader = { view: new DataView(page.buffer), offset: 0 };
  const unpacked = { ...header, compressed_page_size: page.length };
  return readPage(reader, unpacked, decoder, dictionary, before, 0).data ?? [];
}
