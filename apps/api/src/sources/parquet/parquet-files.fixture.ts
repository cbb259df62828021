import { readFile, writeFile } from 'node:fs/promises';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { ParquetContent } from './parquet-content.js';

/** Makes a Parquet file of the rows of a query, as DuckDB writes them. @param options of `COPY`, such as `codec 'zstd'` */
export async function duckdbFile(path: string, query: string, options = ''): Promise<void> {
  const written = options === '' ? '' : `, ${options}`;
  const connected = await duckdb();
  await connected.run(`copy (${query}) to '${path}' (format parquet${written})`);
}

let connection: Promise<DuckDBConnection> | undefined;

/** One for all files: an instance takes long to begin. */
export const duckdb = (): Promise<DuckDBConnection> => (connection ??= connect());

async function connect(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connected = await instance.connect();
  await connected.run("set timezone = 'UTC'");
  return connected;
}

type WriteOptions = Parameters<typeof parquetWriteBuffer>[0];

/** Makes a Parquet file of columns, as `hyparquet-writer` writes them. */
export async function writtenFile(path: string, options: WriteOptions): Promise<void> {
  await writeFile(path, new Uint8Array(parquetWriteBuffer(options)));
}

/** Bytes in memory, with a count of those that were read. */
export class CountedBytes implements ParquetContent {
  read = 0;

  constructor(private readonly bytes: Buffer) {}

  static async of(path: string): Promise<CountedBytes> {
    return new CountedBytes(await readFile(path));
  }

  /** Makes other bytes of all but the footer. */
  damage(): void {
    this.bytes.fill(0xff, 4, Math.floor(this.bytes.length / 2));
  }

  get size(): number {
    return this.bytes.length;
  }

  async readAt(buffer: Buffer, position: number): Promise<number> {
    const count = this.bytes.copy(buffer, 0, position);
    this.read += count;
    return Promise.resolve(count);
  }
}
