// Many who watch one batch to its end: `node watchers.ts <its progress> <how many> [period, ms]`. Each has a connection
// of its own: to its event stream, or with a period for polls, spread evenly over it, with the tag of what was seen last,
// as a browser polls. Says `ready` once each has seen something, and at the end what came after that. It reads no more of
// HTTP than it needs: the processors are the server's.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const [url = '', count = '', period] = process.argv.slice(2);
const { host, hostname, pathname, port } = new URL(url);
const watchers = Number(count);
/** In which event streams are opened. */
const OPENING_MS = 1_000;

const STATUS = /^HTTP\/1[.]1 (\d{3})/;
const LENGTH = /\ncontent-length: (\d+)/i;
const TAG = /\netag: (\S+)/i;
const REV = /"rev":(\d+)/;
const UPDATED_AT = /"updated_at":"([^"]+)"/;
const HAS_ENDED = '"finished_at":"';
const END_OF_HEAD = '\r\n\r\n';

/** The revs that a watcher has seen, and when: in milliseconds of the epoch. */
type Seen = (readonly [rev: number, at: number])[];

const sockets: Socket[] = [];
/** How long the polls took that the running batch has answered. */
const latencies: number[] = [];
/** When the batch came to each rev that anybody has seen. */
const changedAt: Record<number, number> = {};
let [waiting, watching, bytesBefore, wrong] = [watchers, watchers, 0, 0];

const now = (): number => performance.timeOrigin + performance.now();
const bytesRead = (): number => sockets.reduce((sum, socket) => sum + socket.bytesRead, 0);

/** A connection whose every byte is a character, as lengths count them. */
function open(): Socket {
  const socket = connect(Number(port), hostname).setEncoding('latin1').setNoDelay();
  sockets.push(socket);
  return socket;
}

function ask(socket: Socket, path: string, tag = ''): void {
  socket.write(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\nif-none-match: ${tag}\r\n\r\n`);
}

/** Takes in a progress; gives whether its batch has ended. */
function see(seen: Seen, text: string): boolean {
  const rev = Number(REV.exec(text)?.[1]);
  changedAt[rev] ??= Date.parse(UPDATED_AT.exec(text)?.[1] ?? '');
  seen.push([rev, now()]);
  if (seen.length === 1) begin();
  return text.includes(HAS_ENDED);
}

/** One more has seen something. */
function begin(): void {
  waiting -= 1;
  if (waiting > 0) return;
  bytesBefore = bytesRead();
  latencies.length = 0;
  process.stdout.write('ready\n');
}

/** Takes in what comes; gives whether it was the end of the batch. */
type Read = (text: string) => boolean;

function readEvents(socket: Socket, seen: Seen): Read {
  let rest = '';
  ask(socket, `${pathname}/events`);
  return (text) => {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop() ?? '';
    return blocks.some((block) => block.includes('\ndata: ') && see(seen, block));
  };
}

function readPolls(socket: Socket, seen: Seen, periodMs: number): Read {
  let [due, asked, answer, tag] = [performance.now(), 0, '', ''];
  const poll = (): void => {
    answer = '';
    asked = performance.now();
    ask(socket, pathname, tag);
  };
  poll();
  return (text) => {
    answer += text;
    const head = answer.indexOf(END_OF_HEAD);
    const length = Number(LENGTH.exec(answer)?.[1] ?? 0);
    if (head < 0 || answer.length < head + END_OF_HEAD.length + length) return false;
    const took = performance.now() - asked;
    const status = STATUS.exec(answer)?.[1];
    // That one was answered after the end.
    if (status === '200' && see(seen, answer)) return true;
    latencies.push(took);
    if (status !== '200' && status !== '304') wrong += 1;
    tag = TAG.exec(answer)?.[1] ?? '';
    due += periodMs;
    setTimeout(poll, Math.max(0, due - performance.now()));
    return false;
  };
}

async function watch(index: number, seen: Seen): Promise<void> {
  await sleep((index / watchers) * Number(period ?? OPENING_MS));
  const socket = open();
  const read =
    period === undefined ? readEvents(socket, seen) : readPolls(socket, seen, Number(period));
  socket.on('data', (text: string) => {
    if (!read(text)) return;
    watching -= 1;
    socket.end();
  });
  await once(socket, 'close');
}

const all = Array.from({ length: watchers }, (): Seen => []);
await Promise.all(all.map((seen, index) => watch(index, seen)));
const bytes = bytesRead() - bytesBefore;
wrong += watching;
process.stdout.write(JSON.stringify({ wrong, bytes, latencies, changedAt, seen: all }));
