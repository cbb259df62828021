// Paths of the project, and the launcher's output.
import { fileURLToPath } from 'node:url';
import path from 'node:path';

/** The project's top folder. */
export const TOP = fileURLToPath(new URL('..', import.meta.url));

/** The bundled server. */
export const SERVER = 'dist/api/apps/api/src/daysync.mjs';
/** Node's flags for the server: a small young generation keeps the garbage of a large day small. main.ts sets another. */
export const SERVER_FLAGS = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=8'];
/** The folder of Node's compile cache. */
export const COMPILE_CACHE = inProject('.cache', 'node');
/** The server before bundling. */
export const SERVER_PARTS = 'dist/api/apps/api/src/main.js';
/** The program that reads SQLite files for the bundled server, and for the one without bundling. */
export const SQLITE_READER = 'dist/api/apps/api/src/sql-sqlite-reader.mjs';
export const SQLITE_READER_PART = 'dist/api/apps/api/src/sources/sql/sql-sqlite-reader.js';
/** The program of a provider's thread for the bundled server, and its main file. */
export const PROVIDER_THREAD = 'dist/api/apps/api/src/provider-thread.mjs';
export const PROVIDER_THREAD_PART = 'dist/api/apps/api/src/sources/provider/provider-thread.js';
/** The part of the server that exports traces, for the bundled server, and its main file. */
export const OTLP_TRACING = 'dist/api/apps/api/src/otlp-tracing.mjs';
export const OTLP_TRACING_PART = 'dist/api/apps/api/src/tracing/otlp-tracing.js';
/** The folder of the bundled programs. */
const PROGRAMS = 'dist/api/apps/api/src';
/** The program of `npm run datasets:check`, and the others that the command line runs beside the server. */
export const DATASETS_CHECK = `${PROGRAMS}/datasets-check.mjs`;
export const DATASETS_CHANGE = `${PROGRAMS}/datasets-change.mjs`;
export const DATASETS_INIT = `${PROGRAMS}/datasets-init.mjs`;
/** The programs of `npx daysync doctor` and `npx daysync support-bundle`. */
export const DOCTOR = `${PROGRAMS}/doctor.mjs`;
export const SUPPORT_BUNDLE = `${PROGRAMS}/support-bundle.mjs`;
/** The program of `npm run backup`. */
export const BACKUP = `${PROGRAMS}/backup.mjs`;
/** The main files of these programs before they are bundled. */
export const PROGRAM_PARTS = {
  [DATASETS_CHECK]: `${PROGRAMS}/app/datasets-check.js`,
  [DATASETS_CHANGE]: `${PROGRAMS}/app/datasets-change.js`,
  [DATASETS_INIT]: `${PROGRAMS}/app/datasets-init.js`,
  [DOCTOR]: `${PROGRAMS}/app/doctor/main.js`,
  [SUPPORT_BUNDLE]: `${PROGRAMS}/app/doctor/support-main.js`,
  [BACKUP]: `${PROGRAMS}/app/backup.js`,
};
/** The program of `npm run migrate:to-postgres`. */
export const MIGRATE_TO_POSTGRES = 'dist/api/libs/migrate-to-postgres/src/main.js';
/** The program of `npx daysync`, and its main source file. */
export const COMMAND_LINE = 'dist/cli/daysync.mjs';
export const COMMAND_LINE_ENTRY = 'apps/cli/src/main.ts';
/** The page with its help. */
export const COMMAND_LINE_PAGE = 'docs/cli.md';
/** The program that prints the schema of the datasets file, and the schema's path. */
export const DATASETS_SCHEMA = 'dist/api/apps/api/src/app/datasets-schema.js';
export const SCHEMA_FILE = 'docs/datasets.schema.json';

/** The folders of the published packages: `@daysync/progress`, `@daysync/client`, `@daysync/nest` and `daysync`. */
export const PROGRESS_PACKAGE = 'dist/progress';
export const CLIENT_PACKAGE = 'dist/client';
export const NEST_PACKAGE = 'dist/nest';
export const PROGRAM_PACKAGE = 'dist/daysync';
/** Their tarballs, checksums and lists of parts. */
export const RELEASE = 'dist/release';
/** The main source file of the progress element, its bundle in the package, and the one that the server answers. */
export const ELEMENT_ENTRY = 'libs/progress/src/element/bundle.ts';
export const ELEMENT_BUNDLE = 'dist/progress/element.bundle.js';
export const SERVED_ELEMENT = 'dist/web/element.js';

/** The program that prints the catalogue of errors, and the catalogue's path. */
export const ERRORS_DOCS = 'dist/api/apps/api/src/app/errors-docs.js';
export const ERRORS_FILE = 'docs/errors.md';

/**
 * The OpenAPI document, and what is generated from it: two pages, the console's client and the types of `@daysync/client`.
 */
export const OPENAPI_FILE = 'docs/openapi.json';
export const OPERATIONS_PAGE = 'docs/api-operations.md';
export const OBJECTS_PAGE = 'docs/api-objects.md';
export const CLIENT_FOLDER = 'apps/web/src/app/api/generated';
export const WIRE_TYPES = 'libs/client/src/api/generated/wire.ts';

/** The folder with the packages that build the documentation site, and the folder of the built site. */
export const SITE_FOLDER = 'site';
export const SITE = 'dist/site';

/** An absolute path inside the project. */
export function inProject(...parts) {
  return path.join(TOP, ...parts);
}

/** An expected error: its message is enough for the user. */
export class UserFacingError extends Error {}

/** Prints a line about the work. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** The time since `start`, a `performance.now()`, such as `3.1 s`. */
export function since(start) {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
