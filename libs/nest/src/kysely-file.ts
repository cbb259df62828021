import { sql, type QueryExecutorProvider } from 'kysely';
import { SyncOptionsError } from './sync-options-error.js';

const PATH = 'database.kysely';
const EXPECTED = 'a Kysely over a SQLite file; else give { file } or { url }';

/**
 * The file that a Kysely is open on, as SQLite itself says.
 * @throws {SyncOptionsError} if it is no SQLite, or has no file
 */
export async function fileOfKysely(kysely: QueryExecutorProvider): Promise<string> {
  let files: readonly { readonly name: string; readonly file: string | null }[];
  try {
    const pragma = sql<{ name: string; file: string | null }>`pragma database_list`;
    ({ rows: files } = await pragma.execute(kysely));
  } catch (error) {
    const received = `one that answers pragma database_list with: ${String(error)}`;
    throw new SyncOptionsError([{ path: PATH, expected: EXPECTED, received }]);
  }
  const file = files.find(({ name }) => name === 'main')?.file ?? '';
  if (file !== '') return file;
  throw new SyncOptionsError([
    { path: PATH, expected: EXPECTED, received: 'one over a database in memory' },
  ]);
}
