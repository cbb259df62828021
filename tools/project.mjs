// Where things are, and how the launcher speaks.
import { fileURLToPath } from 'node:url';
import path from 'node:path';

/** The project's top folder. */
export const TOP = fileURLToPath(new URL('..', import.meta.url));

/** The server that `nest build` makes. */
export const SERVER = 'dist/api/apps/api/src/daysync.mjs';
/** How Node runs it: as it is by itself, what a large day throws away takes up 60 MB more before it is collected. */
export const SERVER_FLAGS = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=16'];
/** Where Node keeps what it has compiled. */
export const COMPILE_CACHE = inProject('.cache', 'node');
/** The same in its parts, as the compiler leaves it: what `npm run dev` runs. */
export const SERVER_PARTS = 'dist/api/apps/api/src/main.js';
/** The program that reads SQLite files for the server, and the same for its parts. */
export const SQLITE_READER = 'dist/api/apps/api/src/sql-sqlite-reader.mjs';
export const SQLITE_READER_PART = 'dist/api/apps/api/src/sources/sql/sql-sqlite-reader.js';
/** What `npm run datasets:check` runs: in its parts, for it is no second server. */
export const DATASETS_CHECK = 'dist/api/apps/api/src/app/datasets-check.js';
/** What `npm run backup` runs. */
export const BACKUP = 'dist/api/apps/api/src/app/backup.js';
/** What `npm run migrate:to-postgres` runs. */
export const MIGRATE_TO_POSTGRES = 'dist/api/libs/migrate-to-postgres/src/main.js';
/** What `npx daysync` runs, and what it is made from. */
export const COMMAND_LINE = 'dist/cli/daysync.mjs';
export const COMMAND_LINE_ENTRY = 'apps/cli/src/main.ts';
/** The page that has its help. */
export const COMMAND_LINE_PAGE = 'docs/cli.md';
/** What prints the schema of the datasets file, and where that is kept. */
export const DATASETS_SCHEMA = 'dist/api/apps/api/src/app/datasets-schema.js';
export const SCHEMA_FILE = 'docs/datasets.schema.json';

/** The folder of `@daysync/progress` as it is published. */
export const PROGRESS_PACKAGE = 'dist/progress';

/** What prints the catalogue of errors, and where that is kept. */
export const ERRORS_DOCS = 'dist/api/apps/api/src/app/errors-docs.js';
export const ERRORS_FILE = 'docs/errors.md';

/** The OpenAPI document, and what is made of it: the console's client and the command line's types. */
export const OPENAPI_FILE = 'docs/openapi.json';
export const CLIENT_FOLDER = 'apps/web/src/app/api/generated';
export const WIRE_TYPES = 'apps/cli/src/api/generated/wire.ts';

/** An absolute path inside the project. */
export function inProject(...parts) {
  return path.join(TOP, ...parts);
}

/** Expected and explained: its message is all that the user needs to read. */
export class UserFacingError extends Error {}

/** One line that says what is being done. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** How long ago `start`, a `performance.now()`, was: `3.1 s`. */
export function since(start) {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
