import { open, type FileHandle } from 'node:fs/promises';
import type { ColumnChunk } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writeColumn } from 'hyparquet-writer/src/column.js';
import { snappyCompress } from 'hyparquet-writer/src/snappy.js';
import { isTurnDue, takeTurn } from '../../config/slices.js';
import { rowBytes } from '../../database/row-chunks.js';
import type { TargetValue } from '../column-types.js';
import type { TargetColumn } from '../target.js';
import { fileColumns, type FileColumn, type FileValue } from './parquet-columns.js';
import { FooterWriter, MAGIC } from './parquet-footer-writer.js';

/** Rows of a row group: enough for readers, and few enough to be in memory. */
const GROUP_ROWS = 20_000;
const GROUP_BYTES = 12_582_912;
/** A page ends with the value that fills it. */
const PAGE_BYTES = 524_288;
/** A larger page, which has one long value, is stored as it is: to compress it would take too long at once. */
const MOST_COMPRESSED_BYTES = 2_097_152;

export interface DayFileOptions {
  readonly columns: readonly TargetColumn[];
  /** Kept in the footer. */
  readonly notes: Readonly<Record<string, string>>;
  /** Makes the error for a row, counted from 1, that does not fit. */
  readonly refuse: (row: number, why: string) => Error;
}

/**
 * Writes the Parquet file of a day: a row group after another, and of each a column after another, between which the event
 * loop gets turns. Its methods throw errors of the disk.
 */
export class DayFileWriter {
  private readonly columns: readonly FileColumn[];
  private readonly footer: FooterWriter;
  private values: FileValue[][];
  private rows = 0;
  private groupRows = 0;
  private groupBytes = 0;

  private constructor(
    private readonly handle: FileHandle,
    private readonly bytes: ByteWriter,
    private readonly options: DayFileOptions,
  ) {
    this.columns = fileColumns(options.columns);
    this.values = this.columns.map(() => []);
    this.footer = new FooterWriter(
      this.columns.map(({ footer }) => footer),
      options.notes,
    );
    bytes.appendUint32(MAGIC);
  }

  /** Creates the file; one that is there is emptied. */
  static async create(path: string, options: DayFileOptions): Promise<DayFileWriter> {
    return new DayFileWriter(await open(path, 'w'), new ByteWriter(PAGE_BYTES), options);
  }

  /** Adds rows. @throws what `refuse` makes of a row that does not fit */
  async add(rows: readonly (readonly TargetValue[])[]): Promise<void> {
    const { columns } = this;
    for (const row of rows) {
      const bytes = rowBytes(row);
      const isFull = this.groupRows === GROUP_ROWS || this.groupBytes + bytes > GROUP_BYTES;
      if (isFull && this.groupRows > 0) await this.writeGroup();
      this.rows += 1;
      this.groupRows += 1;
      this.groupBytes += bytes;
      for (let index = 0; index < columns.length; index += 1) {
        this.values[index]?.push(columns[index]?.convert(row[index] ?? null, this.refuse) ?? null);
      }
      if (isTurnDue()) await takeTurn();
    }
  }

  /** Writes the end of the file, and waits until the disk has all of it. */
  async finish(): Promise<void> {
    if (this.groupRows > 0) await this.writeGroup();
    this.footer.write(this.bytes);
    await this.flush();
    await this.handle.sync();
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  private readonly refuse = (why: string): Error => this.options.refuse(this.rows, why);

  private async writeGroup(): Promise<void> {
    const { bytes, groupRows } = this;
    const start = bytes.offset;
    const chunks: ColumnChunk[] = [];
    for (const [index, column] of this.columns.entries()) {
      const values = this.values[index] ?? [];
      // So that its values are freed once they are written.
      this.values[index] = [];
      const { chunk } = writeColumn({
        writer: bytes,
        column: this.encoderOf(column),
        pageData: {
          values,
          definitionLevels: column.isNullable
            ? values.map((value) => (value === null ? 0 : 1))
            : [],
          repetitionLevels: [],
          maxDefinitionLevel: column.isNullable ? 1 : 0,
        },
      });
      chunks.push(chunk);
      await this.flush();
      if (isTurnDue()) await takeTurn();
    }
    this.footer.addGroup(chunks, groupRows, bytes.offset - start);
    this.groupRows = 0;
    this.groupBytes = 0;
  }

  private encoderOf({ name, element, isPlain, hasBounds }: FileColumn): ColumnEncoder {
    return {
      ...{ columnName: name, element, schemaPath: [{ name: 'root' }, element] },
      ...{ codec: 'SNAPPY', compressors: COMPRESSORS, pageSize: PAGE_BYTES },
      ...{ stats: hasBounds, columnIndex: false, offsetIndex: false },
      ...(isPlain && { encoding: 'PLAIN' }),
    };
  }

  /** Writes what is in memory to the file. */
  private async flush(): Promise<void> {
    const { bytes, handle } = this;
    const chunk = bytes.getBytes();
    for (let written = 0; written < chunk.length;) {
      const { bytesWritten } = await handle.write(chunk, written);
      written += bytesWritten;
    }
    bytes.index = 0;
  }
}

type ColumnEncoder = Parameters<typeof writeColumn>[0]['column'];

function compress(bytes: Uint8Array): Uint8Array {
  return bytes.length <= MOST_COMPRESSED_BYTES ? snappyCompress(bytes) : asLiteral(bytes);
}

const COMPRESSORS = { SNAPPY: compress };

/** The tag of a literal whose length follows in four bytes. */
const LONG_LITERAL = 0xfc;

/** Snappy without compression: its length, and all bytes as they are. */
function asLiteral(bytes: Uint8Array): Uint8Array {
  const writer = new ByteWriter(bytes.length + 16);
  writer.appendVarInt(bytes.length);
  writer.appendUint8(LONG_LITERAL);
  writer.appendUint32(bytes.length - 1);
  writer.appendBytes(bytes);
  return writer.getBytes();
}
