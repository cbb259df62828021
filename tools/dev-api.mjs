// The API of `npm run dev`: bundled from its TypeScript sources, in a second, and again after each change. A build of Nest takes
// ten times as long; what it does in addition is the text of the API's pages that comes from comments.
import fs from 'node:fs';
import path from 'node:path';
import { inProject } from './project.mjs';

/** The program expects the console at `../../../../web` of its folder, as in a build. */
const FOLDER = 'dist/dev/apps/api/src';
/** The server, the programs that it runs beside itself, and the part that it loads where traces are exported. */
const PROGRAMS = {
  daysync: 'apps/api/src/main.ts',
  'sql-sqlite-reader': 'apps/api/src/sources/sql/sql-sqlite-reader.ts',
  'provider-thread': 'apps/api/src/sources/provider/provider-thread.ts',
  'otlp-tracing': 'apps/api/src/tracing/otlp-tracing.ts',
};
export const DEV_SERVER = `${FOLDER}/daysync.mjs`;
export const DEV_CONSOLE = 'dist/dev/web';

/**
 * Bundles the API, and again after each change of its sources.
 * @param {(error: Error | undefined) => void} built called after each time
 * @returns what stops it
 */
export async function watchApi(built) {
  // Imported here, because the bundler exists only after the packages are installed.
  const { watch } = await import('rolldown');
  const watcher = watch(Object.entries(PROGRAMS).map(([name, input]) => bundleOf(name, input)));
  let failure;
  watcher.on('event', (event) => {
    if (event.code === 'START') failure = undefined;
    else if (event.code === 'ERROR') failure = event.error;
    else if (event.code === 'END') built(failure);
    // Each result holds the whole bundle until it is closed.
    if ('result' in event) void event.result?.close();
  });
  return () => watcher.close();
}

function bundleOf(name, input) {
  return {
    input: { [name]: inProject(input) },
    platform: 'node',
    // Packages stay where they are: only the project's own files change.
    external: (id) => !isOwn(id),
    resolve: {
      alias: {
        '@daysync/progress/nest': inProject('libs/progress/src/nest/index.ts'),
        '@daysync/progress': inProject('libs/progress/src/index.ts'),
      },
    },
    tsconfig: inProject('apps/api/tsconfig.json'),
    transform: { decorator: { legacy: true, emitDecoratorMetadata: true } },
    output: {
      dir: inProject(FOLDER),
      entryFileNames: '[name].mjs',
      format: 'esm',
      codeSplitting: false,
      keepNames: true,
      sourcemap: true,
    },
    logLevel: 'silent',
  };
}

function isOwn(id) {
  if (id.startsWith('.') || path.isAbsolute(id)) return true;
  // The second one has the bundler's own helpers.
  return ['@daysync/progress', '@oxc-project/runtime'].some((one) => id.startsWith(one));
}

/** Leaves a page that leads to the console, which another server has. */
export function leadToConsole(url) {
  fs.mkdirSync(inProject(DEV_CONSOLE), { recursive: true });
  const page = `<!doctype html><meta charset="utf-8" /><title>Daysync</title><meta http-equiv="refresh" content="0; url=${url}" />`;
  fs.writeFileSync(inProject(DEV_CONSOLE, 'index.html'), page);
}
