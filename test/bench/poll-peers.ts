// Servers with one fixed answer, which is that of Daysync to the byte.
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { scratchFolder } from '../scratch.js';
import { startProgram } from './programs.js';

/** Headers of one connection or one answer. */
const NOT_COPIED = new Set(['connection', 'date', 'keep-alive', 'content-length']);

/**
 * Starts a server process with the current answer of Daysync.
 * @param url the address of that answer
 */
export async function startPollPeer(kind: 'raw' | 'fastify' | 'express' | 'nest', url: string) {
  const response = await fetch(url);
  const headers = Object.fromEntries(
    [...response.headers].filter(([name]) => !NOT_COPIED.has(name)),
  );
  const body = await response.text();
  headers['content-length'] = String(Buffer.byteLength(body));
  const file = path.join(await scratchFolder(), 'answer.json');
  await writeFile(file, JSON.stringify({ headers, body }));
  const { child, firstLine: port } = await startProgram('peers/poll-peer.ts', kind, file);
  const address = `http://127.0.0.1:${port}${new URL(url).pathname}`;
  const own = await fetch(address);
  expect([own.status, await own.text()]).toEqual([200, body]);
  expect(Object.fromEntries(own.headers)).toMatchObject(headers);
  /** The processor time so far, in milliseconds. */
  const cpuMs = async (): Promise<number> => {
    child.stdin.write('\n');
    const [line] = (await once(child.stdout, 'data')) as [string];
    return Number(line);
  };
  return { address, cpuMs };
}
