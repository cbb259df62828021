// Servers that give one fixed answer: that of Daysync, byte for byte.
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { scratchFolder } from '../scratch.js';
import { startProgram } from './programs.js';

/** Of one connection, or of one answer. */
const NOT_COPIED = new Set(['connection', 'date', 'keep-alive', 'content-length']);

export interface PollPeer {
  readonly address: string;
  /** What it has taken of the processor so far, in milliseconds. */
  readonly cpuMs: () => Promise<number>;
}

/**
 * A server in a process of its own that answers what Daysync has just answered.
 * @param url where Daysync answers
 */
export async function startPollPeer(
  kind: 'raw' | 'fastify' | 'express' | 'nest',
  url: string,
): Promise<PollPeer> {
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
  const cpuMs = async (): Promise<number> => {
    child.stdin.write('\n');
    const [line] = (await once(child.stdout, 'data')) as [string];
    return Number(line);
  };
  return { address, cpuMs };
}
