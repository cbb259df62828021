import { parquetMetadata, type FileMetaData } from 'hyparquet';
import { ByteWriter, parquetWriteBuffer } from 'hyparquet-writer';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import { describe, expect, it } from 'vitest';
import { ParquetError, ParquetReader } from './parquet-file.js';
import type { ParquetBytes } from './parquet-footer.js';

const { signal } = new AbortController();
type Group = FileMetaData['row_groups'][number];
type Column = Group['columns'][number]['meta_data'] & object;

const WHOLE = Buffer.from(
  parquetWriteBuffer({
    columnData: [
      { name: 'a', data: [1, 2, 3], type: 'INT32' },
      { name: 'b', data: ['x', 'y', 'z'], type: 'STRING' },
    ],
  }),
);

/** The file with another footer. */
function withFooter(change: (metadata: FileMetaData) => FileMetaData): Buffer {
  const metadata = parquetMetadata(WHOLE);
  const pages = WHOLE.subarray(0, WHOLE.length - metadata.metadata_length - 8);
  const writer = new ByteWriter();
  writeMetadata(writer, change(metadata));
  return Buffer.concat([pages, Buffer.from(writer.getBytes()), Buffer.from('PAR1')]);
}
const withGroup = (change: (group: Group) => Partial<Group>): Buffer =>
  withFooter((metadata) => ({
    ...metadata,
    row_groups: metadata.row_groups.map((group) => ({ ...group, ...change(group) })),
  }));
const withColumns = (change: Partial<Column>): Buffer =>
  withGroup(({ columns }) => ({
    columns: columns.map((column) => ({
      ...column,
      ...(column.meta_data && { meta_data: { ...column.meta_data, ...change } }),
    })),
  }));

function bytesOf(file: Buffer): ParquetBytes {
  return {
    read: (buffer, offset, length, position) =>
      Promise.resolve({ bytesRead: file.copy(buffer, offset, position, position + length) }),
  };
}
const openFile = (file: Buffer): Promise<ParquetReader> =>
  ParquetReader.of(bytesOf(file), file.length, signal);

describe('a footer', () => {
  it.each([
    [
      'more rows than values',
      withGroup(() => ({ num_rows: 2n ** 40n })),
      'expected 1099511627776 values of column a, got 3',
    ],
    [
      'fewer columns in a row group',
      withGroup(({ columns }) => ({ columns: columns.slice(1) })),
      'expected a row group with 2 columns, got 1',
    ],
    [
      'values behind the file',
      withColumns({ total_compressed_size: 2n ** 40n }),
      'expected the values of column a inside of the file, got them behind it',
    ],
    [
      'a place before the file',
      withColumns({ data_page_offset: -1n }),
      'expected the place of a page, got -1',
    ],
    [
      'a size beyond all numbers',
      withColumns({ total_uncompressed_size: 2n ** 60n }),
      'expected a size, got 1152921504606846976',
    ],
    [
      'no columns',
      withFooter((metadata) => ({
        ...metadata,
        schema: [{ name: 'root', num_children: 0 }],
        row_groups: [],
      })),
      'expected a schema with columns, got none',
    ],
  ])('with %s is damaged', async (_name, file, message) => {
    const opening = openFile(file);
    await expect(opening).rejects.toMatchObject({ name: 'ParquetError', failure: 'damaged' });
    await expect(opening).rejects.toThrow(message);
  });

  it('that names another file is not read', async () => {
    const file = withGroup(({ columns }) => ({
      columns: columns.map((column) => ({ ...column, file_path: '/etc/passwd' })),
    }));
    await expect(openFile(file)).rejects.toMatchObject({ failure: 'unsupported' });
  });

  it('of more than 32 MiB is refused before it is read', async () => {
    const size = 100_000_000;
    const tail = Buffer.alloc(8);
    tail.writeUInt32LE(40_000_000);
    tail.write('PAR1', 4);
    let read = 0;
    const bytes: ParquetBytes = {
      read: (buffer, offset, length) => {
        read += length;
        tail.copy(buffer, offset + length - tail.length);
        return Promise.resolve({ bytesRead: length });
      },
    };
    const opening = ParquetReader.of(bytes, size, signal);
    await expect(opening).rejects.toBeInstanceOf(ParquetError);
    await expect(opening).rejects.toMatchObject({ failure: 'too_large' });
    expect(read).toBe(65_536);
  });
});
