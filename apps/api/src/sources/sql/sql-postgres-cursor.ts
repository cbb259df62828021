import type { Connection, CustomTypesConfig, FieldDef } from 'pg';
import Cursor from 'pg-cursor';
import { unlessAborted } from '../../config/abort.js';
import type { SourceError } from '../day-source.js';
import { SQL_ROW_BYTES, sqlRowTooLarge } from './sql-columns.js';

/** Rows requested at a time. */
const MOST_ROWS = 1_000;
/** Once so much has arrived, the connection is paused until the rows are wanted. */
const MOST_BYTES = 1_048_576;

type Row = readonly unknown[];

/** A message of the server with one row. */
interface DataRow {
  readonly length: number;
}
interface Described {
  readonly fields: readonly FieldDef[];
}

/** pg-cursor with the members that its types leave out. */
interface OpenedCursor {
  submit(connection: Connection): void;
  handleDataRow(message: DataRow): void;
  read(most: number, callback: (error: unknown, rows: unknown, result: Described) => void): void;
  close(): Promise<void>;
  on(event: 'row', listener: (row: Row, result: Described) => void): this;
  /** The rows of the current request. */
  _rows: unknown[] | null;
}
const OpenCursor = Cursor as unknown as new (
  text: string,
  values: readonly unknown[],
  config: { readonly rowMode: 'array'; readonly types: CustomTypesConfig },
) => OpenedCursor;

/** Rows that arrived together, and the names of the columns, which are known even without a row. */
interface PostgresBatch {
  readonly rows: readonly Row[];
  readonly names: readonly string[];
}

/**
 * A cursor whose memory is bounded by bytes: PostgreSQL counts a request in rows alone, and one row may have a gigabyte.
 * What has arrived is handed on as soon as it is large, while the connection is paused; and a row that is too large ends
 * the connection before all of it is here.
 */
export class PostgresCursor extends OpenCursor {
  private arrived: Row[] = [];
  private names: readonly string[] = [];
  private bytes = 0;
  private count = 0;
  /** The bytes since the last row. */
  private unfinished = 0;
  private tooLarge: SourceError | undefined;
  private stream: Connection['stream'] | undefined;
  private isOver = false;
  private wake: () => void = () => undefined;

  constructor(text: string, values: readonly unknown[], types: CustomTypesConfig) {
    super(text, [...values], { rowMode: 'array', types });
    this.on('row', (row, result) => {
      if (this.isOver) return;
      if (this.arrived.length === 0) this.nameColumns(result);
      this.arrived.push(row);
    });
  }

  override submit(connection: Connection): void {
    this.stream = connection.stream;
    this.stream.on('data', this.onData);
    super.submit(connection);
  }

  override handleDataRow(message: DataRow): void {
    super.handleDataRow(message);
    // They are in `arrived`.
    this._rows = [];
    this.count += 1;
    this.unfinished = 0;
    this.bytes += message.length;
    if (this.bytes < MOST_BYTES) return;
    this.stream?.pause();
    this.wake();
  }

  /**
   * The rows as they arrive.
   * @throws {SourceError} lasting: `SOURCE_ROW_TOO_LARGE`; the error of the query; and the signal's reason
   */
  async *batches(signal: AbortSignal): AsyncGenerator<PostgresBatch> {
    try {
      for (;;) {
        const before = this.count;
        const answered = new AbortController();
        const request = this.request().finally(() => {
          answered.abort();
        });
        // It is awaited below, unless the signal is aborted.
        request.catch(() => undefined);
        while (!answered.signal.aborted) {
          const full = new Promise<void>((resolve) => (this.wake = resolve));
          await unlessAborted(Promise.race([request, full]), signal);
          const { names } = this;
          yield { rows: this.take(), names };
          this.stream?.resume();
        }
        if (this.count - before < MOST_ROWS) break;
      }
      await unlessAborted(this.close(), signal);
    } catch (error) {
      throw this.tooLarge ?? error;
    } finally {
      this.leave();
    }
  }

  private take(): readonly Row[] {
    const { arrived } = this;
    this.arrived = [];
    this.bytes = 0;
    return arrived;
  }

  private request(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.read(MOST_ROWS, (error, _rows, result) => {
        // Null, whatever its type says.
        if (error) {
          reject(error instanceof Error ? error : new Error('the query failed', { cause: error }));
          return;
        }
        this.nameColumns(result);
        resolve();
      });
    });
  }

  private nameColumns({ fields }: Described): void {
    this.names = fields.map(({ name }) => name);
  }

  private readonly onData = (chunk: Buffer): void => {
    this.unfinished += chunk.length;
    if (this.isOver || this.unfinished <= SQL_ROW_BYTES) return;
    this.tooLarge = sqlRowTooLarge(this.count + 1);
    this.stream?.destroy(this.tooLarge);
  };

  /** After that nothing is kept. A connection that is paused would never end. */
  private leave(): void {
    this.isOver = true;
    this.stream?.off('data', this.onData);
    if (this.stream?.isPaused() === true) this.stream.destroy();
  }
}
