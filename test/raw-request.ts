import { connect } from 'node:net';
import type { Daysync } from './daysync.js';

export interface RawOptions {
  /** Written once the other side asks for it with `100 Continue`. */
  readonly afterContinue?: string | undefined;
  /** The address to call from; every address of 127.0.0.0/8 is this machine's. */
  readonly from?: string | undefined;
}

/** Writes bytes to a connection and reads until the other side ends it. */
export async function sendRaw(
  { url }: Pick<Daysync, 'url'>,
  text: string | Uint8Array,
  { afterContinue, from }: RawOptions = {},
): Promise<string> {
  const { hostname, port } = new URL(url);
  let answer = '';
  let rest = afterContinue;
  const socket = connect({ port: Number(port), host: hostname, localAddress: from });
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    answer += chunk;
    if (rest === undefined || !answer.startsWith('HTTP/1.1 100 ')) return;
    socket.write(rest);
    rest = undefined;
  });
  socket.on('error', () => undefined);
  socket.write(text);
  await new Promise((resolve) => socket.once('close', resolve));
  return answer;
}
