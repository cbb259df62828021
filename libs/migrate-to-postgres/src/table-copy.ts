import { finished } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from } from 'pg-copy-streams';
import type { PostgresDatabase } from '../../../apps/api/src/database/postgres/postgres-database.js';
import { withoutNul } from '../../../apps/api/src/database/prepared-statement.js';
import { refusalOf } from '../../../apps/api/src/database/postgres/postgres-failure.js';
import { copiedField } from '../../../apps/api/src/targets/postgres-target-rows.js';
import { quote } from '../../../apps/api/src/targets/target-dialect.js';
import { DAY_COLUMN } from '../../../apps/api/src/targets/target-table.js';
import type { TargetValue } from '../../../apps/api/src/targets/column-types.js';
import { MoveRefusedError, type TellMove } from './move-progress.js';
import { keepState, type TableState } from './move-state.js';
import type { MovedTable } from './moved-table.js';
import type { GivenRow, SqliteInstallation } from './sqlite-installation.js';

/** What one transaction brings at most, unless one row is more. */
const CHUNK_ROWS = 10_000;
const CHUNK_CHARACTERS = 2_000_000;

export interface CopyPorts {
  readonly sqlite: SqliteInstallation;
  readonly database: PostgresDatabase;
  readonly signal: AbortSignal;
  readonly tell: TellMove;
}

/** Rows as the text form of `COPY` has them. */
interface Chunk {
  readonly text: string;
  readonly rowids: readonly bigint[];
  /** Whether no row is left. */
  readonly last: boolean;
}

/**
 * Copies what is left of a table, a chunk in a transaction with the mark of how far it is.
 * @throws {MoveRefusedError} if PostgreSQL does not take a row; and an `AbortError` between two chunks
 */
export async function copyTable(
  { sqlite, database, signal, tell }: CopyPorts,
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
        await keepState(db, table.name, reached);
      });
    } catch (error) {
      throw tellRefusal(error, sqlite, table, chunk);
    }
    tell({ type: 'rows_done', rows: chunk.rowids.length });
  }
}

function gather(rows: IterableIterator<GivenRow>, fieldOf: (value: TargetValue) => string): Chunk {
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

/** A NUL, which the text of an error may have and no value of a target, becomes what it is in PostgreSQL. */
function ownField(value: TargetValue): string {
  return copiedField(typeof value === 'string' ? withoutNul(value) : value);
}

/** The numbers of rows stay as they are, where the database would give out its own. */
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

/** Says which row it was: only who owns the data can mend it. */
function tellRefusal(
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
    `PostgreSQL does not take what SQLite has: table ${table.name}${where}: ${refusal.message}. Mend it in SQLite, and run this command again.`,
  );
}
