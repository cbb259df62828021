import type { ColumnChunk, SchemaElement, Statistics } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { logicalType } from 'hyparquet-writer/src/metadata.js';
import { serializeTCompactProtocol } from 'hyparquet-writer/src/thrift.js';
import { unconvertStatistics } from 'hyparquet-writer/src/unconvert.js';
import {
  CompressionCodecs,
  ConvertedTypes,
  Encodings,
  FieldRepetitionTypes,
  PageTypes,
  ParquetTypes,
} from 'hyparquet/src/constants.js';

/** `PAR1`, as a number. */
export const MAGIC = 0x31_52_41_50;
/** Bytes of a bound of texts: a longer text is cut, and a cut upper bound is rounded up. */
const BOUND_BYTES = 16;
/** Characters that decide about that, whole ones. */
const BOUND_CHARACTERS = 64;

/** A list of structures, as the fourth field after a third. */
const GROUPS_FIELD = 0x19;
const STRUCTURES = 0x0c;
const SHORT_LIST = 14;
/** The fifth field, of type list, after a fourth. */
const NOTES_FIELD = 0x19;

/**
 * Writes the footer of a Parquet file. The library keeps the bounds of every column of every row group, whole texts, until
 * it writes all of them at once; this keeps each row group as the bytes that it has in the footer.
 */
export class FooterWriter {
  private readonly groups: Uint8Array[] = [];
  private rows = 0n;

  /** @param elements of the columns, in their order */
  constructor(
    private readonly elements: readonly SchemaElement[],
    private readonly notes: Readonly<Record<string, string>>,
  ) {}

  /** Adds a row group. @param size of its column chunks, in bytes */
  addGroup(chunks: readonly ColumnChunk[], rows: number, size: number): void {
    let unpacked = 0n;
    for (const { meta_data } of chunks) unpacked += meta_data?.total_uncompressed_size ?? 0n;
    const group = new ByteWriter();
    serializeTCompactProtocol(group, {
      field_1: chunks.map((chunk, index) => this.chunkFields(chunk, this.elements[index])),
      field_2: unpacked,
      field_3: BigInt(rows),
      field_6: BigInt(size),
    });
    this.groups.push(group.getBytes().slice());
    this.rows += BigInt(rows);
  }

  /** Writes the footer, its length, and the magic. */
  write(writer: ByteWriter): void {
    const start = writer.offset;
    const root = { field_4: 'root', field_5: this.elements.length };
    const before = structure({
      field_1: 2,
      field_2: [root, ...this.elements.map(elementFields)],
      field_3: this.rows,
    });
    // Without the byte that ends a structure.
    writer.appendBytes(before.subarray(0, -1));
    const { length } = this.groups;
    writer.appendUint8(GROUPS_FIELD);
    writer.appendUint8((Math.min(length, SHORT_LIST + 1) << 4) | STRUCTURES);
    if (length > SHORT_LIST) writer.appendVarInt(length);
    for (const group of this.groups) writer.appendBytes(group);
    const after = structure({
      field_5: Object.entries(this.notes).map(([key, value]) => ({ field_1: key, field_2: value })),
      field_6: 'Daysync',
      // The order of values is that of their type.
      field_7: this.elements.map(() => ({ field_1: {} })),
    });
    // Fields are numbered by their distance from the one before.
    writer.appendUint8(NOTES_FIELD);
    writer.appendBytes(after.subarray(1));
    writer.appendUint32(writer.offset - start);
    writer.appendUint32(MAGIC);
  }

  private chunkFields(
    { file_offset, meta_data }: ColumnChunk,
    element: SchemaElement | undefined,
  ): object {
    if (meta_data === undefined || element === undefined) {
      throw new TypeError('expected a column chunk with its metadata, got none');
    }
    const { statistics } = meta_data;
    return {
      field_2: file_offset,
      field_3: {
        field_1: ParquetTypes.indexOf(meta_data.type),
        field_2: meta_data.encodings.map((encoding) => Encodings.indexOf(encoding)),
        field_3: meta_data.path_in_schema,
        field_4: CompressionCodecs.indexOf(meta_data.codec),
        field_5: meta_data.num_values,
        field_6: meta_data.total_uncompressed_size,
        field_7: meta_data.total_compressed_size,
        field_9: meta_data.data_page_offset,
        field_11: meta_data.dictionary_page_offset,
        field_12: statistics && unconvertStatistics(cut(statistics), element, BOUND_BYTES),
        field_13: meta_data.encoding_stats?.map(({ page_type, encoding, count }) => ({
          field_1: PageTypes.indexOf(page_type),
          field_2: Encodings.indexOf(encoding),
          field_3: count,
        })),
      },
    };
  }
}

/** Cuts long bounds: the library would write a text of megabytes in UTF-8 to take its first bytes. */
function cut(statistics: Statistics): Statistics {
  const { min_value: least, max_value: most, ...others } = statistics;
  return {
    ...others,
    ...(least !== undefined && { min_value: beginningOf(least) }),
    ...(most !== undefined && hasUpper(most) && { max_value: beginningOf(most) }),
  };
}

function beginningOf<Value>(value: Value): Value | string {
  return typeof value === 'string' ? value.slice(0, BOUND_CHARACTERS) : value;
}

/** The last character of Unicode, in four bytes: what begins with it alone can't be rounded up. */
const LAST = '\u{10FFFF}';

function hasUpper(value: unknown): boolean {
  return !(typeof value === 'string' && value.startsWith(LAST.repeat(BOUND_BYTES / 4)));
}

function elementFields(element: SchemaElement): object {
  const { type, repetition_type, name, converted_type, logical_type } = element;
  return {
    field_1: type && ParquetTypes.indexOf(type),
    field_3: repetition_type && FieldRepetitionTypes.indexOf(repetition_type),
    field_4: name,
    field_6: converted_type && ConvertedTypes.indexOf(converted_type),
    field_10: logicalType(logical_type),
  };
}

function structure(fields: Parameters<typeof serializeTCompactProtocol>[1]): Uint8Array {
  const writer = new ByteWriter();
  serializeTCompactProtocol(writer, fields);
  return writer.getBytes();
}
