// `npm run backup -- <file>`: copies the SQLite database, also while Daysync runs.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CONFIG_EXIT_CODE } from '../config/boot-error.js';
import { readEnvironment } from '../config/environment.js';
import { DATABASE_FILE } from './stored-data.js';
import { copyDatabase } from '../database/sqlite/database-copy.js';

const USAGE = 'npm run backup -- <file>';
/** `EX_USAGE` of sysexits.h. */
const USAGE_EXIT_CODE = 64;
/** How long to wait for a lock of another process. */
const BUSY_TIMEOUT_MS = 5_000;

function main([target, ...others]: readonly string[]): number {
  if (target === undefined || target.startsWith('-') || others.length > 0) {
    return complain(`expected one file, the copy: ${USAGE}`, USAGE_EXIT_CODE);
  }
  if ((process.env['DATABASE_URL'] ?? '') !== '') {
    return complain(
      'DATABASE_URL is set, so the database is in PostgreSQL: back it up with pg_dump.',
      CONFIG_EXIT_CODE,
    );
  }
  // Only this setting matters here; the others may be wrong.
  const { DATA_DIR } = process.env;
  const environment = readEnvironment({ DATA_DIR });
  if (!environment.ok) return complain('expected DATA_DIR to be a path', CONFIG_EXIT_CODE);
  const file = path.join(environment.config.dataDir, DATABASE_FILE);
  if (!existsSync(file)) {
    return complain(`There is no database ${file}: set DATA_DIR to its folder.`, 1);
  }
  let source: DatabaseSync | undefined;
  try {
    source = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    const bytes = copyDatabase(source, target);
    process.stdout.write(`${file} → ${target}: ${bytes} bytes, integrity_check: ok\n`);
    return 0;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return complain(`No backup was made: ${reason}`, 1);
  } finally {
    source?.close();
  }
}

function complain(text: string, exitCode: number): number {
  process.stderr.write(`${text}\n`);
  return exitCode;
}

process.exitCode = main(process.argv.slice(2));
