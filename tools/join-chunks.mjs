// Joins the small scripts of the console that most pages load. Each costs half a kilobyte of headers and, where a script
// imports the next one, a round trip; and many small texts compress worse than one. Angular has no option for it.
import fs from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { firstScripts, MAIN, withImports } from './first-load.mjs';

/** A larger script stays as it is: the pages without it should not load it. */
const MAX_BYTES = 20_000;
/** So many pages and late parts load a script that is joined with others. */
const MIN_USES = 2;

/**
 * Joins scripts in the folder of a built console.
 * @param {string} folder before it is compressed @param stats the bundler's list of files
 * @returns the list of the new files
 */
export async function joinChunks(folder, stats) {
  const { outputs } = stats;
  const main = Object.keys(outputs).find((file) => outputs[file].entryPoint === MAIN);
  const frame = withImports(outputs, [main]);
  const uses = countUses(outputs);
  const shared = firstScripts(stats).filter(
    (file) =>
      !frame.includes(file) && uses.get(file) >= MIN_USES && outputs[file].bytes <= MAX_BYTES,
  );
  const bundle = await rolldown({
    input: { main: path.join(folder, main) },
    preserveEntrySignatures: 'allow-extension',
  });
  const { output } = await bundle.generate({
    entryFileNames: '[name]-[hash].js',
    chunkFileNames: 'chunk-[hash].js',
    // The scripts are minified.
    minify: { mangle: false, compress: false },
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [frame.filter((file) => file !== main), shared].map((files) => {
        const paths = new Set(files.map((file) => path.join(folder, file)));
        return { name: 'chunk', test: (id) => paths.has(path.normalize(id)) };
      }),
    },
  });
  await bundle.close();
  const joined = listOf(output, outputs);
  refuseCircles(joined);
  for (const file of Object.keys(outputs)) {
    if (file.endsWith('.js')) fs.rmSync(path.join(folder, file));
  }
  for (const { fileName, code } of output) fs.writeFileSync(path.join(folder, fileName), code);
  const start = output.find(({ isEntry }) => isEntry).fileName;
  putIntoPage(path.join(folder, 'index.html'), start, withImports(joined, [start]).slice(1));
  return { ...stats, outputs: { ...withoutScripts(outputs), ...joined } };
}

/** How many pages and late parts load each script. */
function countUses(outputs) {
  const uses = new Map();
  for (const [entry, { entryPoint }] of Object.entries(outputs)) {
    if (entryPoint === undefined) continue;
    for (const file of withImports(outputs, [entry])) uses.set(file, (uses.get(file) ?? 0) + 1);
  }
  return uses;
}

/** The new scripts in the form of the bundler's list. */
function listOf(output, outputs) {
  return Object.fromEntries(
    output.map(({ fileName, imports, facadeModuleId }) => [
      fileName,
      {
        imports: imports.map((file) => ({ path: file, kind: 'import-statement' })),
        entryPoint: facadeModuleId && outputs[path.basename(facadeModuleId)]?.entryPoint,
      },
    ]),
  );
}

/** In a circle of imports, a script may run before what it needs. */
function refuseCircles(outputs) {
  for (const [file, { imports }] of Object.entries(outputs)) {
    const back = imports.find((one) => withImports(outputs, [one.path]).includes(file));
    if (back !== undefined) {
      throw new Error(`expected no circle of imports, got one of ${file} and ${back.path}`);
    }
  }
}

function withoutScripts(outputs) {
  return Object.fromEntries(Object.entries(outputs).filter(([file]) => !file.endsWith('.js')));
}

/** Names the new scripts in the page: the browser loads those that the first one imports at once. */
function putIntoPage(file, start, imported) {
  const page = fs.readFileSync(file, 'utf8');
  const links = imported.map((name) => `<link rel="modulepreload" href="${name}">`).join('');
  const script = `${links}<script src="${start}" type="module"></script>`;
  const before = /(?:<link rel="modulepreload"[^>]*>)*<script src="main-[^"]*"[^>]*><\/script>/;
  if (!before.test(page)) throw new Error(`expected the script of the console in ${file}`);
  fs.writeFileSync(file, page.replace(before, script));
}
