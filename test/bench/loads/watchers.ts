// Many watchers of one batch until its end: `node watchers.ts <progress URL> <count> [period, ms]`. Each has its own
// connection: an event stream, or with a period polls with the last ETag, like a browser, spread evenly over the period.
// Prints `ready` when each has seen the batch, and the measurements at the end. It parses as little HTTP as possible, to
// leave the processors to the server.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const [url = '', count = '', period] = process.argv.slice(2);
const { host, hostname, pathname, port } = new URL(url);
const watchers = Number(count);
/** The time in which event streams are opened. */
const OPENING_MS = 1_000;

const STATUS = /^HTTP\/1[.]1 (\d{3})/;
const LENGTH = /\ncontent-length: (\d+)/i;
const TAG = /\netag: (\S+)/i;
const REV = /"rev":(\d+)/;
const UPDATED_AT = /"updated_at":"([^"]+)"/;
const HAS_ENDED = '"finished_at":"';
const END_OF_HEAD = '\r\n\r\n';

/** The revs that a watcher has seen, and their times in milliseconds of the epoch. */
type Seen = (readonly [rev: number, at: number])[];

const sockets: Socket[] = [];
const latencies: number[] = [];
/** The time of the change to each rev that a watcher has seen. */
const changedAt: Record<number, number> = {};
let [waiting, watching, bytesBefore, wrong] = [watchers, watchers, 0, 0];

const now = (): number => performance.timeOrigin + performance.now();
const bytesRead = (): number => sockets.reduce((sum, socket) => sum + socket.bytesRead, 0);

/** A connection with latin1 text, so that one character is one byte. */
function open(): Socket {
  const socket = connect(Number(port), hostname).setEncoding('latin1').setNoDelay();
  sockets.push(socket);
  return socket;
}

function ask(socket: Socket, path: string, tag = ''): void {
  socket.write(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\nif-none-match: ${tag}\r\n\r\n`);
}

/** Records a progress. @returns whether its batch has ended */
function see(seen: Seen, text: string): boolean {
  const rev = Number(REV.exec(text)?.[1]);
  changedAt[rev] ??= Date.parse(UPDATED_AT.exec(text)?.[1] ?? '');
  seen.push([rev, now()]);
  if (seen.length === 1) begin();
  return text.includes(HAS_ENDED);
}

/** Another watcher has seen the batch. */
function begin(): void {
  waiting -= 1;
  if (waiting > 0) return;
  bytesBefore = bytesRead();
  latencies.length = 0;
  process.stdout.write('ready\n');
}

/** Reads received text. @returns whether the batch has ended */
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
    // This poll was answered after the end.
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
