import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import {
  fromRandomAccessReaderPromise,
  getFileNameLowLevel,
  RandomAccessReader,
  type Entry,
  type ZipFile,
} from 'yauzl';
import { shortenText } from '../../config/redact.js';
import type { SourceError } from '../day-source.js';
import { cutOff, unreadable } from './format-failure.js';

/** Bytes that can be read at any position. */
export interface RandomBytes {
  readonly size: number;
  /** Fills `buffer` from `position` on, up to the end. @returns the number of bytes */
  readAt(buffer: Buffer, position: number): Promise<number>;
}

const CHUNK_BYTES = 65_536;
/** Names in an error, and characters of each. */
const MOST_NAMES = 4;
const MOST_NAME = 80;
/** Folders and files of a zip, before it is refused. */
const MOST_ENTRIES = 10_000;
/** What macOS adds to a zip beside each file. */
const OF_MACOS = /^__MACOSX\/|(?:^|\/)\.DS_Store$/;
const STORED = 0;
const DEFLATED = 8;

/**
 * The only file of a zip, unpacked. Folders do not count, nor does what macOS adds.
 * @throws {SourceError} lasting: `SOURCE_UNREADABLE`; passing: `SOURCE_CUT_OFF`
 */
export async function* readZip(bytes: RandomBytes): AsyncGenerator<Uint8Array> {
  let failed: unknown;
  const reader = new BytesReader(bytes, (error) => (failed ??= error));
  try {
    const zip = await fromRandomAccessReaderPromise(reader, bytes.size, {
      autoClose: false,
      // Files are not written under their names, so any name is good.
      decodeStrings: false,
    });
    try {
      const entry = await onlyEntry(zip);
      yield* readEntry(zip, entry);
    } finally {
      zip.close();
    }
  } catch (error) {
    // yauzl may wrap the error of a read.
    throw failed ?? zipFailure(error);
  }
}

/** Reads for yauzl, and keeps the error of a read that fails. */
class BytesReader extends RandomAccessReader {
  constructor(
    private readonly bytes: RandomBytes,
    private readonly onFailure: (error: unknown) => void,
  ) {
    super();
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.chunks(start, end), { objectMode: false });
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.bytes.readAt(buffer.subarray(offset, offset + length), position).then(
      (count) => callback(count === length ? null : new Error('unexpected EOF')),
      (error: unknown) => {
        this.onFailure(error);
        callback(new Error('a failed read', { cause: error }));
      },
    );
  }

  override close(callback: (error: Error | null) => void): void {
    // The owner closes the file.
    setImmediate(callback, null);
  }

  private async *chunks(start: number, end: number): AsyncGenerator<Buffer> {
    for (let position = start; position < end;) {
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - position));
      let count: number;
      try {
        count = await this.bytes.readAt(buffer, position);
      } catch (error) {
        this.onFailure(error);
        throw error;
      }
      if (count === 0) return;
      position += count;
      yield buffer.subarray(0, count);
    }
  }
}

async function onlyEntry(zip: ZipFile): Promise<Entry> {
  const names: string[] = [];
  let only: Entry | undefined;
  let entries = 0;
  let files = 0;
  for await (const entry of zip.eachEntry()) {
    entries += 1;
    if (entries > MOST_ENTRIES) {
      throw unreadable(`expected a zip with one file, got more than ${MOST_ENTRIES} entries`);
    }
    const name = nameOf(entry);
    if (name.endsWith('/') || OF_MACOS.test(name)) continue;
    files += 1;
    only ??= entry;
    if (names.length < MOST_NAMES) names.push(name);
  }
  if (only !== undefined && files === 1) return only;
  throw unreadable(severalFiles(files, names));
}

function severalFiles(files: number, names: readonly string[]): string {
  if (files === 0) return 'expected a zip with one file, got an empty one';
  const shown = names.map(showName).join(', ');
  const isWorkbook = names.includes('[Content_Types].xml');
  const advice = isWorkbook
    ? 'a workbook such as .xlsx: save its sheet as CSV'
    : 'put each of them into a file of its own';
  return `expected a zip with one file, got ${files}: ${shown}${files > names.length ? ', …' : ''}; ${advice}`;
}

function nameOf({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
  return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
}

function showName(name: string): string {
  return JSON.stringify(shortenText(name, MOST_NAME));
}

async function* readEntry(zip: ZipFile, entry: Entry): AsyncGenerator<Uint8Array> {
  const name = showName(nameOf(entry));
  if (entry.isEncrypted()) {
    throw unreadable(
      `expected a zip without a password, got ${name} encrypted: provide it unpacked, or in a zip without one`,
    );
  }
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
    throw unreadable(
      `expected a zip packed by deflate, got ${name} packed by method ${entry.compressionMethod}: pack it again as gzip or zstd`,
    );
  }
  const unpacked = await zip.openReadStreamPromise(entry);
  let checksum = 0;
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
  } finally {
    unpacked.destroy();
  }
  if (checksum !== entry.crc32) {
    throw unreadable(`expected a whole zip, got ${name} with another checksum than it says`);
  }
}

/** yauzl's errors have no code. */
function zipFailure(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error ? error.code : undefined;
  if (code === undefined && error.constructor === Error) return ofYauzl(error);
  if (typeof code === 'string' && code.startsWith('Z_')) {
    return unreadable(`expected a whole zip, got: ${code}`, undefined, error);
  }
  return error;
}

function ofYauzl(error: Error): SourceError {
  // The directory is at the end: without its end, the file is still being written.
  if (/^End of central directory|^unexpected EOF/.test(error.message)) {
    return cutOff('expected the rest of a zip, got its end', undefined, error);
  }
  return unreadable(`expected a whole zip, got: ${error.message.slice(0, 200)}`, undefined, error);
}
