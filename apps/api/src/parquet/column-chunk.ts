import type { FileHandle } from 'node:fs/promises';
import { deserializeTCompactProtocol } from 'hyparquet/src/thrift.js';
import { BitRuns, bitsFor } from './bit-runs.js';
import { decompress } from './decompression.js';
import { leafDecoder, type LeafDecoder, type LeafValue } from './leaf-values.js';
import { pageValues, type PageValues } from './page-values.js';
import { damaged, ParquetError } from './parquet-error.js';
import { readBytes, type ParquetChunk } from './parquet-footer.js';
import type { SchemaNode, ThriftFields } from './parquet-schema.js';

/** A page of more bytes would not leave enough memory for others. Writers make pages of 1 MiB; DuckDB of up to 100 MB. */
const MOST_PAGE_BYTES = 134_217_728;
/** Repeated and missing values take no bytes in a page, and one each in memory. */
const MOST_PAGE_VALUES = 16_777_216;
/** Of a page; most have fewer than 100 bytes. */
const MOST_HEADER_BYTES = 16_777_216;
/** The values that are taken at once. */
const TAKEN_BYTES = 4_194_304;

const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;
const DATA_PAGE_V2 = 3;
const PLAIN = 0;
const PLAIN_DICTIONARY = 2;
const RLE = 3;

/** Memory that several columns share. */
export class PageMemory {
  private used = 0;

  /** @param most bytes of all pages that are in memory at the same time */
  constructor(private readonly most: number) {}

  /** @throws {ParquetError} if that is too much */
  change(before: number, after: number): void {
    this.used += after - before;
    if (this.used <= this.most) return;
    const why = `expected columns whose pages take up to ${this.most} bytes of memory, got more: write smaller row groups or pages`;
    throw new ParquetError('too_large', why);
  }
}

interface DecodedPage {
  /** Values, missing ones as well. */
  readonly count: number;
  /** Null where no value is missing. */
  readonly definitions: Uint8Array | null;
  /** Null where no value repeats. */
  readonly repetitions: Uint8Array | null;
  readonly values: PageValues;
  /** How many values to take at once. */
  readonly share: number;
}

/** A page as it is in the file. */
interface RawPage {
  readonly header: ThriftFields;
  readonly body: Buffer;
  readonly unpackedSize: number;
}

/** Values with their levels, for a value of a column may have several. */
export interface LeveledValues {
  /** Null where no value is missing. */
  readonly definitions: Uint8Array | null;
  readonly repetitions: Uint8Array | null;
  /** Those that are there. */
  readonly values: readonly LeafValue[];
}

/** Where to read a column chunk from. */
export interface ChunkPorts {
  readonly handle: FileHandle;
  readonly memory: PageMemory;
  /** What is read of the file at once, in bytes; a page that is larger is read at once, too. */
  readonly window: number;
}

/** Reads the values of one leaf in one row group, page by page. */
export class ChunkReader {
  private readonly decoder: LeafDecoder;
  private readonly end: number;
  private at: number;
  private window: Buffer = Buffer.alloc(0);
  private windowStart = 0;
  private dictionary: readonly LeafValue[] | null = null;
  /** Of the dictionary, and of the page. */
  private dictionaryBytes = 0;
  private pageBytes = 0;
  /** Values of the pages so far. */
  private seen = 0;
  private page: DecodedPage | null = null;
  /** Values of the page that were taken. */
  private taken = 0;

  constructor(
    private readonly leaf: SchemaNode,
    private readonly chunk: ParquetChunk,
    private readonly ports: ChunkPorts,
  ) {
    this.decoder = leafDecoder(leaf);
    this.at = chunk.start;
    this.end = chunk.start + chunk.size;
  }

  /** How many values may be taken now: none at the end. */
  async ready(): Promise<number> {
    while (this.left === 0) {
      if (this.seen === this.chunk.values) return 0;
      await this.nextPage();
    }
    return Math.min(this.left, this.page?.share ?? 0);
  }

  /** Takes values, null for a missing one. At most as many as are ready. */
  take(count: number): LeafValue[] {
    const { definitions, values } = this.takeLeveled(count);
    if (values.length === count) return values as LeafValue[];
    const { definition } = this.leaf;
    const all = new Array<LeafValue>(count);
    let next = 0;
    for (let index = 0; index < count; index += 1) {
      if (definitions?.[index] === definition) {
        all[index] = values[next] ?? null;
        next += 1;
      } else {
        all[index] = null;
      }
    }
    return all;
  }

  takeLeveled(count: number): LeveledValues {
    const { page, taken, leaf } = this;
    if (page === null || count > this.left) throw new RangeError('expected values that are ready');
    this.taken += count;
    const definitions = page.definitions?.subarray(taken, taken + count) ?? null;
    const repetitions = page.repetitions?.subarray(taken, taken + count) ?? null;
    const present = definitions === null ? count : countOf(definitions, leaf.definition);
    return { definitions, repetitions, values: page.values.take(present) };
  }

  /** Passes values over; those of whole pages without decoding them. For a leaf that has one value a row. */
  async skip(count: number): Promise<void> {
    for (let left = count; left > 0;) {
      if (this.left === 0) {
        left -= await this.skipPages(left);
        if (left === 0) return;
      }
      const ready = await this.ready();
      if (ready === 0) throw this.tooFew();
      const some = Math.min(ready, left);
      this.takeLeveled(some);
      left -= some;
    }
  }

  /** The definition level of a value that is there. */
  get leafDefinition(): number {
    return this.leaf.definition;
  }

  tooFew(): ParquetError {
    return damaged(`expected more values of column ${this.name}, got ${this.chunk.values}`);
  }

  private get name(): string {
    return this.leaf.path.join('.');
  }

  private get left(): number {
    return this.page === null ? 0 : this.page.count - this.taken;
  }

  /** @returns how many values were passed over */
  private async skipPages(most: number): Promise<number> {
    let skipped = 0;
    while (this.seen < this.chunk.values) {
      const before = this.at;
      const { header, size } = await this.readHeader();
      const count = countIn(header);
      if (count !== null && skipped + count <= most) {
        this.at += size;
        this.see(count);
        skipped += count;
        continue;
      }
      this.at = before;
      if (count !== null) break;
      await this.nextPage();
    }
    return skipped;
  }

  /** Reads the next page: its values, or the dictionary of the column. */
  private async nextPage(): Promise<void> {
    const { header, size } = await this.readHeader();
    const unpackedSize = Number(header.field_2);
    if (!(unpackedSize >= 0)) throw damaged(`expected the size of a page, got ${unpackedSize}`);
    if (Math.max(size, unpackedSize) > MOST_PAGE_BYTES) {
      const why = `expected pages of up to ${MOST_PAGE_BYTES} bytes in column ${this.name}, got one of ${Math.max(size, unpackedSize)}: write smaller pages`;
      throw new ParquetError('too_large', why);
    }
    const type = header.field_1;
    if (type === DICTIONARY_PAGE) {
      this.ports.memory.change(this.dictionaryBytes, unpackedSize);
      this.dictionaryBytes = unpackedSize;
    } else {
      this.page = null;
      this.ports.memory.change(this.pageBytes, size + unpackedSize);
      this.pageBytes = size + unpackedSize;
    }
    const raw = { header, body: await this.readBody(size), unpackedSize };
    switch (type) {
      case DICTIONARY_PAGE:
        this.dictionary = await this.readDictionary(raw);
        return;
      case DATA_PAGE:
        this.page = await this.readPage(raw);
        break;
      case DATA_PAGE_V2:
        this.page = await this.readPageV2(raw);
        break;
      default:
        // An index, which nothing needs.
        return;
    }
    this.taken = 0;
    this.see(this.page.count);
  }

  private see(count: number): void {
    this.seen += count;
    if (this.seen > this.chunk.values) {
      throw damaged(`expected ${this.chunk.values} values of column ${this.name}, got more`);
    }
  }

  private async readDictionary({ header, body, unpackedSize }: RawPage): Promise<LeafValue[]> {
    const { field_1: values, field_2: encoding } = fieldsOf(header.field_7);
    if (encoding !== PLAIN && encoding !== PLAIN_DICTIONARY) {
      throw damaged(
        `expected a plain dictionary in column ${this.name}, got encoding ${String(encoding)}`,
      );
    }
    const bytes = await decompress(this.chunk.codec, body, unpackedSize);
    const count = this.checkCount(values);
    const { leaf, decoder } = this;
    return pageValues(PLAIN, { leaf, decoder, bytes, start: 0, count, dictionary: null }).take(
      count,
    );
  }

  private async readPage({ header, body, unpackedSize }: RawPage): Promise<DecodedPage> {
    const { leaf } = this;
    const { field_1: values, field_2: encoding, field_3, field_4 } = fieldsOf(header.field_5);
    const count = this.checkCount(values);
    const bytes = await decompress(this.chunk.codec, body, unpackedSize);
    let start = 0;
    const readLevels = (most: number, levelEncoding: unknown): Uint8Array | null => {
      if (most === 0) return null;
      if (levelEncoding !== RLE) {
        const why = `expected levels in runs in column ${this.name}, got encoding ${String(levelEncoding)}`;
        throw new ParquetError('unsupported', why);
      }
      const end = start + 4 + bytes.readUInt32LE(start);
      const levels = levelsOf(new BitRuns(bytes, start + 4, end, bitsFor(most)), count);
      start = end;
      return levels;
    };
    const repetitions = readLevels(leaf.repetitionLevel, field_4);
    const definitions = readLevels(leaf.definition, field_3);
    return this.makePage(count, { definitions, repetitions }, { encoding, bytes, start });
  }

  private async readPageV2({ header, body, unpackedSize }: RawPage): Promise<DecodedPage> {
    const { leaf, chunk } = this;
    const fields = fieldsOf(header.field_8);
    const count = this.checkCount(fields.field_1);
    const repetitionsEnd = Number(fields.field_6);
    const levelsEnd = repetitionsEnd + Number(fields.field_5);
    if (!(repetitionsEnd >= 0 && levelsEnd >= repetitionsEnd && levelsEnd <= body.length)) {
      throw damaged(`expected levels inside of a page of column ${this.name}, got them behind it`);
    }
    const readLevels = (most: number, start: number, end: number): Uint8Array | null =>
      most === 0 ? null : levelsOf(new BitRuns(body, start, end, bitsFor(most)), count);
    const repetitions = readLevels(leaf.repetitionLevel, 0, repetitionsEnd);
    const definitions = readLevels(leaf.definition, repetitionsEnd, levelsEnd);
    const packed = body.subarray(levelsEnd);
    const size = unpackedSize - levelsEnd;
    const isPacked = fields.field_7 !== false && size > 0;
    const bytes = isPacked ? await decompress(chunk.codec, packed, size) : packed;
    return this.makePage(
      count,
      { definitions, repetitions },
      { encoding: fields.field_4, bytes, start: 0 },
    );
  }

  private makePage(
    count: number,
    levels: Pick<DecodedPage, 'definitions' | 'repetitions'>,
    { encoding, bytes, start }: { encoding: unknown; bytes: Buffer; start: number },
  ): DecodedPage {
    const { leaf, decoder, dictionary } = this;
    const { repetitions } = levels;
    const present =
      levels.definitions === null ? count : countOf(levels.definitions, leaf.definition);
    const definitions = present === count ? null : levels.definitions;
    const packed = { leaf, decoder, bytes, start, count: present, dictionary };
    const values = pageValues(Number(encoding), packed);
    const share = Math.max(1, Math.floor((TAKEN_BYTES * count) / Math.max(bytes.length, 1)));
    return { count, definitions, repetitions, values, share };
  }

  private checkCount(value: unknown): number {
    const count = Number(value);
    if (!(count >= 0)) throw damaged(`expected a number of values, got ${String(value)}`);
    if (count <= MOST_PAGE_VALUES) return count;
    const why = `expected up to ${MOST_PAGE_VALUES} values in a page of column ${this.name}, got ${count}`;
    throw new ParquetError('too_large', why);
  }

  /** Reads the header of the next page. The page itself is next then. */
  private async readHeader(): Promise<{ header: ThriftFields; size: number }> {
    for (let wanted = this.ports.window; ; wanted *= 4) {
      await this.readWindow(wanted);
      const bytes = this.window.subarray(this.at - this.windowStart);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      const reader = { view, offset: 0 };
      let header: ThriftFields;
      try {
        header = deserializeTCompactProtocol(reader);
      } catch (error) {
        const isWhole = this.at + bytes.length >= this.end || bytes.length >= MOST_HEADER_BYTES;
        if (isWhole) throw error;
        // It may only be longer than what was read.
        continue;
      }
      const size = Number(header.field_3);
      const start = this.at + reader.offset;
      if (!(size >= 0) || start + size > this.end) {
        throw damaged(`expected a page inside of column ${this.name}, got one of ${size} bytes`);
      }
      this.at = start;
      return { header, size };
    }
  }

  private async readBody(size: number): Promise<Buffer> {
    const start = this.at - this.windowStart;
    this.at += size;
    if (start + size <= this.window.length) return this.window.subarray(start, start + size);
    return readBytes(this.ports.handle, this.at - size, this.at);
  }

  /** Has at least `wanted` bytes of the file in the window, or all that are left of the column. */
  private async readWindow(wanted: number): Promise<void> {
    const { at, end, windowStart } = this;
    const has = windowStart <= at ? windowStart + this.window.length - at : 0;
    // A header needs few of them: what is left of a window is enough for the next ones.
    if (
      at + Math.max(has, 0) >= end ||
      (has >= SHORT_HEADER_BYTES && wanted === this.ports.window)
    ) {
      if (has > 0) return;
    }
    this.window = await readBytes(this.ports.handle, at, Math.min(end, at + wanted));
    this.windowStart = at;
  }
}

const SHORT_HEADER_BYTES = 4_096;

function fieldsOf(value: unknown): ThriftFields {
  if (typeof value !== 'object' || value === null) {
    throw damaged('expected the header of a page, got another one');
  }
  return value;
}

/** The number of values in a page; null for one without. */
function countIn(header: ThriftFields): number | null {
  switch (header.field_1) {
    case DATA_PAGE:
      return Number(fieldsOf(header.field_5).field_1);
    case DATA_PAGE_V2:
      return Number(fieldsOf(header.field_8).field_1);
    default:
      return null;
  }
}

function levelsOf(runs: BitRuns, count: number): Uint8Array {
  const levels = new Uint8Array(count);
  runs.fill(levels, count);
  return levels;
}

function countOf(levels: Uint8Array, level: number): number {
  let count = 0;
  for (const found of levels) if (found === level) count += 1;
  return count;
}
