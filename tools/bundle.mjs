// Joins a program and what it needs into one file: a start then reads one file instead of two thousand.
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { inProject } from './project.mjs';

/** What Nest looks for and goes without, and what has files of its own beside its code. */
const LEFT_OUT = [
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

/** CommonJS packages ask for these; in a module they have to be made. */
const COMMONJS = `
import { createRequire as createRequireOfBundle } from 'node:module';
const require = createRequireOfBundle(import.meta.url);
const __filename = import.meta.filename;
const __dirname = import.meta.dirname;`;

/** What Nest requires from where it lies: a second class-validator, which knows nothing of our classes. */
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

/** A fifth of a megabyte of the world's phone numbers, which class-validator reads at each start. */
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
 * The API.
 * @param {string} entry the built main file, which stays as it is
 * @param {string} outfile beside it: paths that it makes from its own place stay right
 */
export async function bundleApi(entry, outfile) {
  if (path.dirname(entry) !== path.dirname(outfile)) {
    throw new RangeError(`expected ${outfile} to lie beside ${entry}`);
  }
  await bundle(entry, outfile, {
    // Nest tells providers apart by their classes' names in its errors.
    keepNames: true,
    external: LEFT_OUT,
    plugins: [oneValidator, noPhoneNumbers],
  });
}

/**
 * The command line.
 * @param {string} entry its main file, as it is written
 * @param {string} outfile
 * @param {Readonly<Record<string, unknown>>} constants what it is told by name when it is made
 */
export async function bundleCommandLine(entry, outfile, constants) {
  const define = Object.entries(constants).map(([name, value]) => [name, JSON.stringify(value)]);
  await bundle(entry, outfile, { define: Object.fromEntries(define) });
}

async function bundle(entry, outfile, options) {
  const { outputFiles } = await build({
    entryPoints: [inProject(entry)],
    outfile: inProject(outfile),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Not minified: a trace names the function, and the file says where each part comes from. A map would have to
    // be read at each start.
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
 * The same program without a character beyond ASCII: with one, V8 holds all of the text with two bytes a character, and
 * the process is 14 MB larger. esbuild has escaped the strings; what is left stands in comments and in regular
 * expressions, where an escape is the same.
 */
function inAscii(text) {
  return text.replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
