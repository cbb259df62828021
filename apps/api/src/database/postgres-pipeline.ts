import type { PoolClient } from 'pg';
import { classifyPostgresFailure, isCollision } from './postgres-failure.js';
import { runOn, type Statement } from './postgres-session.js';

/** What waits longer for a lock is undone, and done again with its locks in their order. */
const LOCK_WAIT_MS = 1_000;
const BEGIN: Statement = {
  sql: `begin; set local lock_timeout = ${LOCK_WAIT_MS}`,
  parameters: [],
};

/** What came of one statement. */
export interface PipelinedResult {
  readonly rows: readonly unknown[];
  /** How many rows it has given or changed. */
  readonly count: number;
}

/**
 * Runs one transaction whose statements are sent without waiting for the answers of those before.
 * @param reach told what comes next, and what has happened
 * @returns what `decide` says, and then it is durable; null undoes it
 */
export async function runAtOnce<T>(
  client: PoolClient,
  statements: readonly Statement[],
  decide: (results: readonly PipelinedResult[]) => T | null,
  reach: (what: 'before_commit' | 'after_commit') => void,
): Promise<T | null> {
  let commits = false;
  try {
    const [, ...results] = await sendAtOnce(client, [BEGIN, ...statements]);
    const decided = decide(results);
    if (decided === null) {
      await client.query('rollback');
      return null;
    }
    reach('before_commit');
    commits = true;
    await client.query('commit');
    reach('after_commit');
    return decided;
  } catch (error) {
    // A connection that is broken is undone by the server.
    if (!commits) await client.query('rollback').catch(() => undefined);
    // A collision undoes it also where it is found at the commit.
    throw commits && !isCollision(error) ? classifyPostgresFailure(error, true) : error;
  }
}

/**
 * Sends statements in one piece, each with an answer of its own.
 * @throws what the server says of the first that fails; of those behind it that says nothing
 */
async function sendAtOnce(
  client: PoolClient,
  statements: readonly Statement[],
): Promise<readonly PipelinedResult[]> {
  // Cursors and `COPY` on the same connection do without.
  const mode: { pipeline: boolean } = client;
  const { stream } = client.connection;
  mode.pipeline = true;
  stream.cork();
  const sent = statements.map((statement) => runOn(client, statement));
  stream.uncork();
  const answers = await Promise.allSettled(sent);
  mode.pipeline = false;
  return answers.map((answer) => {
    if (answer.status === 'rejected') throw answer.reason;
    const { rows, rowCount } = answer.value;
    return { rows, count: rowCount ?? 0 };
  });
}
