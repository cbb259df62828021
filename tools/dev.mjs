// `npm run dev`: both builds watch their sources, and the server restarts when its own have changed.
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { invalidateBuilds } from './build.mjs';
import { run } from './child.mjs';
import { inProject, say, SERVER_PARTS } from './project.mjs';

const CONSOLE_PAGE = 'dist/web/index.html';

export async function dev(node) {
  // The watchers do not write a production build into dist.
  invalidateBuilds();
  for (const product of [SERVER_PARTS, CONSOLE_PAGE])
    fs.rmSync(inProject(product), { force: true });
  const tools = [
    // With type checks, which a build leaves to `npm test`.
    run(node, [
      inProject('node_modules/@nestjs/cli/bin/nest.js'),
      'build',
      '--watch',
      '--path=apps/api/tsconfig.dev.json',
    ]),
    run(node, [
      inProject('node_modules/@angular/cli/bin/ng.js'),
      'build',
      '--watch',
      '--configuration=development',
    ]),
  ];
  say('Building the API and the console, then watching their sources…');
  const firstBuilds = Promise.all([SERVER_PARTS, CONSOLE_PAGE].map((product) => appears(product)));
  const ended = await Promise.race([firstBuilds.then(() => undefined), ...tools]);
  if (ended !== undefined) return ended;
  // Node restarts it when a loaded module changes.
  const server = run(node, [
    '--watch',
    '--watch-preserve-output',
    '--enable-source-maps',
    inProject(SERVER_PARTS),
  ]);
  return Promise.race([server, ...tools]);
}

async function appears(product) {
  while (!fs.existsSync(inProject(product))) await sleep(100);
}
