import { promisify } from 'node:util';
import { brotliDecompress, gunzip, zstdDecompress } from 'node:zlib';
import { isTurnDue, takeTurn } from '../config/slices.js';
import { damaged, ParquetError } from './parquet-error.js';

/** How a column is compressed, as Parquet numbers it. */
const CODECS = [
  'UNCOMPRESSED',
  'SNAPPY',
  'GZIP',
  'LZO',
  'BROTLI',
  'LZ4',
  'ZSTD',
  'LZ4_RAW',
] as const;

/** The name of a codec. */
export function codecName(codec: number): string {
  return CODECS[codec] ?? `codec ${codec}`;
}

/** Of Node's zlib. */
const LEAST_CHUNK_BYTES = 64;

const unpackGzip = promisify(gunzip);
const unpackBrotli = promisify(brotliDecompress);
const unpackZstd = promisify(zstdDecompress);

/**
 * Decompresses a page; without compression it is the same bytes.
 * @param size of the result, in bytes
 * @throws {ParquetError} for a codec that is not read, and a result of another size
 */
export async function decompress(codec: string, packed: Buffer, size: number): Promise<Buffer> {
  const bytes = await unpack(codec, packed, size);
  if (bytes.length !== size) {
    throw damaged(`expected a page of ${size} bytes, got ${bytes.length}`);
  }
  return bytes;
}

async function unpack(codec: string, packed: Buffer, size: number): Promise<Buffer> {
  // A limit of 0 counts as none. In one chunk, which takes no time to join; a larger one needs no second to see the end.
  const limit = { maxOutputLength: Math.max(size, 1), chunkSize: size + LEAST_CHUNK_BYTES };
  switch (codec) {
    case 'UNCOMPRESSED':
      return packed;
    case 'SNAPPY':
      return unpackSnappy(packed, size);
    case 'GZIP':
      return unpackGzip(packed, limit);
    case 'BROTLI':
      return unpackBrotli(packed, limit);
    case 'ZSTD':
      return unpackZstd(packed, limit);
    default:
      throw new ParquetError(
        'unsupported',
        `expected a column that is uncompressed or compressed with snappy, gzip, zstd or brotli, got ${codec}: write it with zstd`,
      );
  }
}

const LITERAL = 0;
const NEAR_COPY = 1;
const COPY = 2;
/** A literal of this many bytes or more has its length in bytes of their own. */
const LONG_LITERAL = 60;
const VARINT_BYTES = 5;

/** Steps between two turns of the event loop that may be due: a fraction of a millisecond. */
const STEPS_A_SLICE = 4_096;

/**
 * Decompresses [Snappy](https://github.com/google/snappy/blob/main/format_description.txt). Each step moves on in
 * `packed` and stays inside of the result, whatever a damaged file says.
 */
async function unpackSnappy(packed: Buffer, size: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  while (((packed[at] ?? 0) & 0x80) !== 0 && at < VARINT_BYTES) at += 1;
  at += 1;
  let end = 0;
  for (let step = 1; at < packed.length; step += 1) {
    if (step % STEPS_A_SLICE === 0 && isTurnDue()) await takeTurn();
    const tag = packed[at] ?? 0;
    at += 1;
    const kind = tag & 3;
    if (kind === LITERAL) {
      let length = tag >>> 2;
      if (length >= LONG_LITERAL) {
        const lengthBytes = length - LONG_LITERAL + 1;
        if (at + lengthBytes > packed.length) throw snappyDamaged();
        length = packed.readUIntLE(at, lengthBytes);
        at += lengthBytes;
      }
      length += 1;
      if (at + length > packed.length || end + length > size) throw snappyDamaged();
      if (length <= SHORT_COPY) {
        for (let index = 0; index < length; index += 1)
          bytes[end + index] = packed[at + index] ?? 0;
      } else {
        packed.copy(bytes, end, at, at + length);
      }
      at += length;
      end += length;
      continue;
    }
    let length: number;
    let distance: number;
    if (kind === NEAR_COPY) {
      if (at + 1 > packed.length) throw snappyDamaged();
      length = ((tag >>> 2) & 7) + 4;
      distance = ((tag >>> 5) << 8) | (packed[at] ?? 0);
      at += 1;
    } else {
      const distanceBytes = kind === COPY ? 2 : 4;
      if (at + distanceBytes > packed.length) throw snappyDamaged();
      length = (tag >>> 2) + 1;
      distance = packed.readUIntLE(at, distanceBytes);
      at += distanceBytes;
    }
    if (distance === 0 || distance > end || end + length > size) throw snappyDamaged();
    // What is copied may overlap itself: it repeats then.
    for (let index = 0; index < length; index += 1) {
      bytes[end + index] = bytes[end + index - distance] ?? 0;
    }
    end += length;
  }
  return bytes.subarray(0, end);
}

/** For fewer bytes a call takes longer than a loop. */
const SHORT_COPY = 32;

function snappyDamaged(): ParquetError {
  return damaged('expected a page compressed with snappy, got other bytes');
}
