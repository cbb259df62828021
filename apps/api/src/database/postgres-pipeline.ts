import type { PoolClient } from 'pg';
import { runOn, type Statement } from './postgres-session.js';

/** What waits longer for a lock is undone, and done again with its locks in their order. */
const LOCK_WAIT_MS = 1_000;
const BEGIN: Statement = {
  sql: `begin; set local lock_timeout = ${LOCK_WAIT_MS}`,
  parameters: [],
};
const COMMIT: Statement = { sql: 'commit', parameters: [] };
/** `division_by_zero` (PostgreSQL 18, appendix A). */
const DIVISION_BY_ZERO = '22012';

/** A statement that gives rows, and undoes the transaction it is in where it has none: it divides by their count. */
export function orUndo({ sql, parameters }: Statement): Statement {
  return { sql: `with found as (${sql}) select 1 / count(*) from found`, parameters };
}

/** Whether a transaction was undone by one of its statements: by {@link orUndo}, or by a table's own division. */
export function isUndone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === DIVISION_BY_ZERO;
}

/**
 * Runs one transaction whose statements are sent with its commit, without waiting for any answer.
 * @returns the rows of each, and then they are durable
 * @throws what the server says of the first that fails; nothing is written then
 */
export async function runAtOnce(
  client: PoolClient,
  statements: readonly Statement[],
): Promise<readonly (readonly unknown[])[]> {
  // Cursors and `COPY` on the same connection do without.
  const mode: { pipeline: boolean } = client;
  const { stream } = client.connection;
  mode.pipeline = true;
  stream.cork();
  const sent = [BEGIN, ...statements, COMMIT].map((statement) => runOn(client, statement));
  stream.uncork();
  const answers = await Promise.allSettled(sent);
  mode.pipeline = false;
  // Of those behind one that fails the server says that the transaction is aborted, and its commit undoes it.
  const rows = answers.map((answer): readonly unknown[] => {
    if (answer.status === 'fulfilled') return answer.value.rows;
    throw answer.reason;
  });
  return rows.slice(1, -1);
}
