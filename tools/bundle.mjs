// Bundles a program with its packages, so that a start reads one file instead of two thousand.
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { inProject } from './project.mjs';

/** Optional packages of Nest and DuckDB, and packages that load files beside their code. */
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
  'swagger-ui-dist',
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
      contents: withoutLine(
        fs.readFileSync(file, 'utf8'),
        'const require = createRequire(import.meta.url);',
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

function withoutLine(text, line) {
  if (!text.includes(line)) throw new RangeError(`expected the line ${line}, got none`);
  return text.replace(line, '');
}

/**
 * Bundles the API.
 * @param {string} entry the built main file
 * @param {string} outfile in the same folder, because the program uses paths relative to its file
 */
export async function bundleApi(entry, outfile) {
  if (path.dirname(entry) !== path.dirname(outfile)) {
    throw new RangeError(`expected ${outfile} to lie beside ${entry}`);
  }
  await bundle(entry, outfile, {
    // Nest's errors contain the names of classes.
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
  await bundle(entry, outfile, { keepNames: true });
}

/**
 * Bundles the command line.
 * @param {string} entry its main source file
 * @param {string} outfile
 * @param {Readonly<Record<string, unknown>>} constants values that replace names in the source
 */
export async function bundleCommandLine(entry, outfile, constants) {
  const define = Object.entries(constants).map(([name, value]) => [name, JSON.stringify(value)]);
  await bundle(entry, outfile, { define: Object.fromEntries(define) });
}

/**
 * Bundles the progress element into one file for a script tag.
 * @param {string} entry its main source file
 * @param {string} outfile
 */
export async function bundleElement(entry, outfile) {
  await build({
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
}

async function bundle(entry, outfile, options) {
  const { outputFiles } = await build({
    entryPoints: [inProject(entry)],
    outfile: inProject(outfile),
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
  fs.mkdirSync(path.dirname(inProject(outfile)), { recursive: true });
  fs.writeFileSync(inProject(outfile), inAscii(outputFiles[0].text));
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
