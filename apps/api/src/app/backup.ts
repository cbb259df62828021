// `npm run backup -- <file>`: a copy of the database as it is, while Daysync runs or not.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CONFIG_EXIT_CODE } from '../config/boot-error.js';
import { readEnvironment } from '../config/environment.js';
import { copyDatabase } from '../database/sqlite/database-copy.js';

const USAGE = 'npm run backup -- <file>';
/** `EX_USAGE` of sysexits.h. */
const USAGE_EXIT_CODE = 64;
/** How long another process may hold what a reader needs. */
const BUSY_TIMEOUT_MS = 5_000;

function main([target, ...others]: readonly string[]): number {
  if (target === undefined || target.startsWith('-') || others.length > 0) {
    return complain(`expected one file, the copy: ${USAGE}`, USAGE_EXIT_CODE);
  }
  if ((process.env['DATABASE_URL'] ?? '') !== '') {
    return complain(
      'DATABASE_URL is set, so everything is kept in PostgreSQL: make a backup by pg_dump.',
      CONFIG_EXIT_CODE,
    );
  }
  // Of the environment this command has one setting; the others may be wrong.
  const { DATA_DIR } = process.env;
  const environment = readEnvironment({ DATA_DIR });
  if (!environment.ok) return complain('DATA_DIR is no path', CONFIG_EXIT_CODE);
  const file = path.join(environment.config.dataDir, 'daysync.db');
  if (!existsSync(file)) {
    return complain(`There is no database ${file}: set DATA_DIR to the folder that it is in.`, 1);
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
