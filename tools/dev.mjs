// `npm run dev`: the API and the console on a demo, both rebuilt when their sources change.
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './child.mjs';
import { DEV_CONSOLE, DEV_SERVER, leadToConsole, watchApi } from './dev-api.mjs';
import { DEMO_ENVIRONMENT, seedDemo, writeDemo } from './dev-demo.mjs';
import { inProject, say, since, UserFacingError } from './project.mjs';

const HOST = '127.0.0.1';
const PROXY = `${DEV_CONSOLE}/proxy.json`;
const POLL_MS = 50;

/**
 * Runs both until one of them ends. `PORT` and `CONSOLE_PORT` set their ports.
 * @param {string} node @param {readonly string[]} args `--fresh` makes the demo anew
 */
export async function dev(node, args = []) {
  const unknown = args.filter((one) => one !== '--fresh');
  if (unknown.length > 0) {
    throw new UserFacingError(`expected --fresh or nothing, got ${unknown.join(' ')}`);
  }
  const start = performance.now();
  const now = new Date();
  const { PORT: port = '8000', CONSOLE_PORT: consolePort = '4200' } = process.env;
  const [api, web] = [port, consolePort].map((its) => `http://${HOST}:${its}`);
  writeDemo(now, args.includes('--fresh'));
  leadToConsole(web);
  fs.writeFileSync(inProject(PROXY), JSON.stringify({ '/api': { target: api } }));
  say('Building the API and the console…');
  const stopped = new AbortController();
  try {
    const ends = Promise.race([
      serveConsole(node, consolePort),
      buildApi(stopped.signal).then(() => runApi(node, port)),
    ]);
    const ready = Promise.all([
      answers(`${api}/health/ready`, stopped.signal),
      answers(web, stopped.signal),
    ]);
    const ended = await Promise.race([ends, ready.then(() => undefined)]);
    if (ended !== undefined) return ended;
    say(`Ready in ${since(start)}: ${web} is the console, ${api}/docs the API (Ctrl-C stops both)`);
    const seeding = seedDemo(api, now).then(
      (ranAny) => ranAny && say('The demo is complete; npm run dev -- --fresh makes it anew'),
      (error) => say(`The demo is not complete: ${error.message}`),
    );
    await Promise.race([ends, seeding]);
    return await ends;
  } finally {
    stopped.abort();
  }
}

/** Builds the console in memory, serves it, and reloads the page after a change. */
function serveConsole(node, port) {
  const ng = inProject('node_modules/@angular/cli/bin/ng.js');
  const args = ['serve', '--host', HOST, '--port', port, '--proxy-config', PROXY];
  return run(node, [ng, ...args], {
    // The editor and `npm test` check the types: here they would take as long as all else. A `PORT` would win over --port.
    env: { NG_BUILD_TYPE_CHECK: '0', PORT: port },
  });
}

function runApi(node, port) {
  // Node restarts it when a loaded module changes.
  const flags = ['--watch', '--watch-preserve-output', '--enable-source-maps'];
  return run(node, [...flags, '--disable-warning=ExperimentalWarning', inProject(DEV_SERVER)], {
    env: { ...DEMO_ENVIRONMENT, PORT: port, HOST },
  });
}

/** Builds the API, and again after each change until `signal`. @returns once it is built */
async function buildApi(signal) {
  let isBuilt;
  const first = new Promise((resolve) => (isBuilt = resolve));
  const stop = await watchApi((error) => {
    if (error === undefined) isBuilt();
    else say(`The API did not build, and stays as it was:\n${error.message}`);
  });
  signal.addEventListener('abort', () => void stop());
  await first;
}

/** Waits until a server answers. */
async function answers(url, signal) {
  while (!signal.aborted) {
    const response = await fetch(url, { signal }).catch(() => undefined);
    if (response?.ok) return;
    await sleep(POLL_MS);
  }
}
