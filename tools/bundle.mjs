// Bundles a program with its packages, so that a start reads one file instead of two thousand. Each function returns the
// packages that have come in, by their folders.
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { packagesIn } from './bundled.mjs';
import { inProject } from './project.mjs';
import { replaced } from './replaced.mjs';

/** Optional packages of Nest and DuckDB, and pino, which loads files beside its code. */
const LEFT_OUT = [
  '@duckdb/node-api',
  '@nestjs/microservices',
  '@nestjs/microservices/*',
  '@nestjs/websockets',
  '@nestjs/websockets/*',
  '@fastify/static',
  'class-transformer/storage',
  'pg-native',
  'pino',
];

/** CommonJS packages use these, which a module has to define. */
const COMMONJS = `
import { createRequire as createRequireOfBundle } from 'node:module';
const require = createRequireOfBundle(import.meta.url);
const __filename = import.meta.filename;
const __dirname = import.meta.dirname;`;

/** Nest would load a second class-validator from its own folder, without the metadata of our classes. */
const oneValidator = {
  name: 'one validator',
  setup({ onLoad }) {
    onLoad({ filter: /mapped-types\/dist\/type-helpers\.utils\.js$/ }, ({ path: file }) => ({
      contents: replaced(
        fs.readFileSync(file, 'utf8'),
        'const require = createRequire(import.meta.url);',
        '',
      ),
    }));
  },
};

/** 200 kB of phone number metadata, which class-validator would load at each start. */
const noPhoneNumbers = {
  name: 'no phone numbers',
  setup({ onLoad }) {
    onLoad({ filter: /libphonenumber-js\/max\/index\.cjs$/ }, () => ({ contents: '' }));
  },
};

const SWAGGER_UI = 'node_modules/swagger-ui-dist';
/** The files of Swagger UI that its page loads: an eighth of the package, which also phones home when it is installed. */
const SWAGGER_UI_FILES = [
  'LICENSE',
  'favicon-16x16.png',
  'favicon-32x32.png',
  'swagger-ui-bundle.js',
  'swagger-ui-bundle.js.LICENSE.txt',
  'swagger-ui-standalone-preset.js',
  'swagger-ui-standalone-preset.js.LICENSE.txt',
  'swagger-ui.css',
];

/** Serves Swagger UI from the folder beside the bundle. */
const ownSwaggerUi = {
  name: 'own Swagger UI',
  setup({ onLoad }) {
    onLoad({ filter: /swagger\/dist\/swagger-ui\/swagger-ui\.js$/ }, ({ path: file }) => ({
      contents: replaced(
        fs.readFileSync(file, 'utf8'),
        "require('swagger-ui-dist/absolute-path.js')()",
        'import.meta.dirname + "/swagger-ui"',
      ),
    }));
  },
};

/**
 * Bundles the API.
 * @param {string} entry the built main file
 * @param {string} outfile in the same folder, because the program uses paths relative to its file
 */
export async function bundleApi(entry, outfile) {
  if (path.dirname(entry) !== path.dirname(outfile)) {
    throw new RangeError(`expected ${outfile} to lie beside ${entry}`);
  }
  const packages = await bundle({
    entryPoints: [inProject(entry)],
    outfile: inProject(outfile),
    // Nest's errors contain the names of classes.
    keepNames: true,
    external: LEFT_OUT,
    plugins: [oneValidator, noPhoneNumbers, ownSwaggerUi],
  });
  const folder = inProject(path.dirname(outfile), 'swagger-ui');
  fs.mkdirSync(folder, { recursive: true });
  for (const name of SWAGGER_UI_FILES) {
    fs.copyFileSync(inProject(SWAGGER_UI, name), path.join(folder, name));
  }
  return [...packages, SWAGGER_UI];
}

/**
 * Bundles the programs that the command line runs beside the server. What they have in common is in chunks beside them.
 * @param {Readonly<Record<string, string>>} parts the built main file of each program; all programs are in one folder,
 *   that of the server, whose other programs they start
 */
export async function bundlePrograms(parts) {
  const [program] = Object.keys(parts);
  return bundle({
    entryPoints: Object.fromEntries(
      Object.entries(parts).map(([out, part]) => [path.basename(out, '.mjs'), inProject(part)]),
    ),
    outdir: inProject(path.dirname(program)),
    outExtension: { '.js': '.mjs' },
    splitting: true,
    keepNames: true,
    external: LEFT_OUT,
    plugins: [oneValidator, noPhoneNumbers],
  });
}

/**
 * Bundles a program that the server runs beside itself, or a part that it loads only where it is needed.
 * @param {string} entry the built main file
 * @param {string} outfile
 */
export async function bundlePart(entry, outfile) {
  return bundle({
    entryPoints: [inProject(entry)],
    outfile: inProject(outfile),
    keepNames: true,
  });
}

/**
 * Bundles the command line.
 * @param {string} entry its main source file
 * @param {string} outfile
 * @param {Readonly<Record<string, unknown>>} constants values that replace names in the source
 */
export async function bundleCommandLine(entry, outfile, constants) {
  const define = Object.entries(constants).map(([name, value]) => [name, JSON.stringify(value)]);
  return bundle({
    entryPoints: [inProject(entry)],
    outfile: inProject(outfile),
    define: Object.fromEntries(define),
  });
}

/**
 * Bundles the progress element into one file for a script tag.
 * @param {string} entry its main source file
 * @param {string} outfile
 */
export async function bundleElement(entry, outfile) {
  const { metafile } = await build({
    absWorkingDir: inProject(),
    metafile: true,
    entryPoints: [inProject(entry)],
    outfile: inProject(outfile),
    bundle: true,
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    minify: true,
    // Browsers read modules as UTF-8.
    charset: 'utf8',
    logLevel: 'error',
  });
  return packagesIn(metafile);
}

/**
 * Bundles the files of a library with its packages, other than those that are installed beside it.
 * @param {Readonly<Record<string, string>>} entries the built files by the names that they get
 * @param {string} folder
 * @param {readonly string[]} beside the packages that are installed beside it
 */
export async function bundleLibrary(entries, folder, beside) {
  return bundle({
    entryPoints: mapValues(entries, (entry) => inProject(entry)),
    outdir: inProject(folder),
    splitting: true,
    keepNames: true,
    external: [...LEFT_OUT, ...beside],
    plugins: [oneValidator, noPhoneNumbers],
  });
}

/**
 * Writes one file of types for each entry of a library. Types of packages are imported.
 * @param {Readonly<Record<string, string>>} entries the built declarations by the names that they get
 * @param {string} folder
 */
export async function rollUpTypes(entries, folder) {
  // Imported here, because only packages need them.
  const [{ build: rollUp }, { dts }] = await Promise.all([
    import('rolldown'),
    import('rolldown-plugin-dts'),
  ]);
  await rollUp({
    input: mapValues(entries, (entry) => inProject(entry)),
    external: /^[^./]/,
    plugins: [dts({ dtsInput: true, emitDtsOnly: true, sourcemap: false, tsconfig: false })],
    output: { dir: inProject(folder), format: 'esm' },
    logLevel: 'warn',
    checks: { bundlerTimings: false },
  });
}

function mapValues(record, map) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}

async function bundle(options) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: inProject(),
    metafile: true,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Not minified, so that stack traces have names. A source map would have to be read at each start.
    minify: false,
    banner: { js: COMMONJS },
    logLevel: 'error',
    write: false,
    ...options,
  });
  for (const { path: file, text } of outputFiles) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, inAscii(text));
  }
  return packagesIn(metafile);
}

/**
 * Escapes every character beyond ASCII: with one, V8 stores the whole text with two bytes a character, and the process
 * needs 14 MB more. esbuild has escaped the strings; the others are in comments and regular expressions, where an escape
 * means the same.
 */
function inAscii(text) {
  return text.replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
