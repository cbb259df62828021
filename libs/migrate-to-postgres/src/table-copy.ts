import { finished } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from } from 'pg-copy-streams';
import type { PostgresDatabase } from '../../../apps/api/src/database/postgres/postgres-database.js';
import { withoutNul } from '../../../apps/api/src/database/prepared-statement.js';
import { refusalOf } from '../../../apps/api/src/database/postgres/postgres-failure.js';
import { copiedField } from '../../../apps/api/src/targets/postgres-target-rows.js';
import { quote } from '../../../apps/api/src/targets/target-dialect.js';
import { DAY_COLUMN } from '../../../apps/api/src/targets/target-dialect.js';
import type { TargetValue } from '../../../apps/api/src/targets/column-types.js';
import { MoveRefusedError, type ReportMove } from './move-progress.js';
import { saveState, type TableState } from './move-state.js';
import type { MovedTable } from './moved-table.js';
import type { DbRow, SqliteInstallation } from './sqlite-installation.js';

/** One transaction copies at most this, or one larger row. */
const CHUNK_ROWS = 10_000;
const CHUNK_CHARACTERS = 2_000_000;

export interface CopyPorts {
  readonly sqlite: SqliteInstallation;
  readonly database: PostgresDatabase;
  readonly signal: AbortSignal;
  readonly report: ReportMove;
}

/** Rows in the text format of `COPY`. */
interface Chunk {
  readonly text: string;
  readonly rowids: readonly bigint[];
  /** Whether no row is left. */
  readonly last: boolean;
}

/**
 * Copies the rest of a table in chunks. Each is one transaction, with the progress of the table.
 * @throws {MoveRefusedError} if PostgreSQL rejects a row; and an `AbortError` between two chunks
 */
export async function copyTable(
  { sqlite, database, signal, report }: CopyPorts,
  table: MovedTable,
  begun: TableState,
): Promise<void> {
  const rows = sqlite.rowsAfter(table, begun.lastRowid);
  for (let state = begun; !state.done;) {
    signal.throwIfAborted();
    const chunk = gather(rows, table.kind === 'own' ? ownField : copiedField);
    state = {
      lastRowid: chunk.rowids.at(-1) ?? state.lastRowid,
      rows: state.rows + chunk.rowids.length,
      done: chunk.last,
    };
    const reached = state;
    try {
      await database.write('move', async ({ client, db }) => {
        if (chunk.text !== '') await copyText(client, table, chunk.text);
        await saveState(db, table.name, reached);
      });
    } catch (error) {
      throw refusedRow(error, sqlite, table, chunk);
    }
    report({ type: 'rows_done', rows: chunk.rowids.length });
  }
}

function gather(rows: IterableIterator<DbRow>, fieldOf: (value: TargetValue) => string): Chunk {
  let text = '';
  const rowids: bigint[] = [];
  while (rowids.length < CHUNK_ROWS && text.length < CHUNK_CHARACTERS) {
    const next = rows.next();
    if (next.done === true) return { text, rowids, last: true };
    const [rowid, ...values] = next.value;
    rowids.push(BigInt(rowid ?? 0));
    text += `${values.map(fieldOf).join('\t')}\n`;
  }
  return { text, rowids, last: false };
}

/** Our own texts may contain a NUL, which PostgreSQL does not have; values of targets can't. */
function ownField(value: TargetValue): string {
  return copiedField(typeof value === 'string' ? withoutNul(value) : value);
}

/** Generated keys keep their values: `COPY` overrides them. */
async function copyText(
  client: PoolClient,
  { name, columns }: MovedTable,
  text: string,
): Promise<void> {
  const copy = client.query(
    from(`copy ${quote(name)} (${columns.map(quote).join(', ')}) from stdin`),
  );
  copy.end(text);
  await finished(copy);
}

/** Turns the rejection of a row into an error that names the row. */
function refusedRow(
  error: unknown,
  sqlite: SqliteInstallation,
  table: MovedTable,
  { rowids }: Chunk,
): unknown {
  const refusal = refusalOf(error);
  if (refusal === null) return error;
  const rowid = rowids[(refusal.row ?? 0) - 1];
  const key = table.kind === 'own' ? table.key : [DAY_COLUMN];
  const where =
    rowid === undefined
      ? ''
      : `, row ${rowid} (${sqlite.row(table, key, rowid).map(String).join(', ')})`;
  return new MoveRefusedError(
    `PostgreSQL rejects a row of SQLite: table ${table.name}${where}: ${refusal.message}. Fix the row in SQLite, and run this command again.`,
  );
}
