// Polls the progress of a batch on a thread of its own, so that nothing that a test does delays the measured polls.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Daysync } from './daysync.js';

const PAUSE_MS = 5;

const POLLER = `
const http = require('node:http');
const { parentPort, workerData: { url, headers } } = require('node:worker_threads');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const durations = [];
let failure = null;
let polling = true;
const poll = () => new Promise((resolve, reject) => {
  const begun = performance.now();
  http.get(url, { agent, headers }, (response) => {
    response.resume().once('end', () => {
      if (response.statusCode !== 200) reject(new Error('expected 200, got ' + response.statusCode));
      durations.push(performance.now() - begun);
      resolve();
    });
  }).once('error', reject);
});
parentPort.on('message', () => (polling = false));
(async () => {
  while (polling) {
    await poll();
    await new Promise((resolve) => setTimeout(resolve, ${PAUSE_MS}));
  }
})().catch((error) => (failure = error.message)).then(() => {
  parentPort.postMessage({ durations, failure });
  parentPort.close();
});`;

export interface Polled {
  readonly count: number;
  /** In milliseconds. */
  readonly p99: number;
  readonly most: number;
}

/** Polls a batch, one poll after another, while `work` runs. */
export async function pollWhile(
  { url }: Pick<Daysync, 'url'>,
  taskId: string,
  work: () => Promise<unknown>,
  token?: string,
): Promise<Polled> {
  const worker = new Worker(POLLER, {
    eval: true,
    workerData: {
      url: `${url}/api/v1/sync-status/sync/batch/progress/${taskId}`,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    },
  });
  await once(worker, 'online');
  await work();
  worker.postMessage('end');
  const [{ durations, failure }] = (await once(worker, 'message')) as [
    { readonly durations: readonly number[]; readonly failure: string | null },
  ];
  await worker.terminate();
  if (failure !== null) throw new Error(failure);
  const sorted = durations.toSorted((a, b) => a - b);
  return {
    count: sorted.length,
    p99: sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0,
    most: sorted.at(-1) ?? 0,
  };
}
