import { connect } from 'node:net';
import type { DaysyncProcess } from './daysync-process.js';

/** Writes bytes to a connection and reads until the other side ends it. */
export async function sendRaw(daysync: DaysyncProcess, text: string): Promise<string> {
  const { hostname, port } = new URL(daysync.url);
  let answer = '';
  const socket = connect(Number(port), hostname);
  socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
  socket.on('error', () => undefined);
  socket.write(text);
  await new Promise((resolve) => socket.once('close', resolve));
  return answer;
}
