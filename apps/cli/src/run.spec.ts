import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newProgress, calendarDay } from '@daysync/progress';
import { portsWith, runHere } from './run.fixture.js';
import { run } from './run.js';

const TASK = '2012-01-01_2012-01-02_1795668737';
const RANGE = ['weather', '2012-01-01', '2012-01-02'];
const PROGRESS = newProgress({
  task_id: TASK,
  dataset: 'weather',
  total: 2,
  start_date: calendarDay('2012-01-01'),
  end_date: calendarDay('2012-01-02'),
  mode: 'all',
  at: '2026-01-01T00:00:00.000Z',
});

type Answering = (request: IncomingMessage, response: ServerResponse) => void;
const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server that is none of ours; its address. */
async function serve(answering: Answering): Promise<string> {
  const server = createServer(answering);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Sends the first half of an answer. */
function breakOff(status: number): Answering {
  return (request, response) => {
    response.writeHead(status, { 'content-length': 100 });
    response.write('{"status":', () => request.socket.destroy());
  };
}

describe('without a server', () => {
  /** Where nobody listens any more. */
  let away: string;
  beforeAll(async () => {
    away = await serve(() => undefined);
    servers.pop()?.close();
  });

  it.each([
    [['sync', ...RANGE]],
    [['sync', ...RANGE, '--preview']],
    [['sync', ...RANGE, '--watch', '--json']],
    [['status']],
    [['watch', TASK]],
    [['pause', TASK]],
    [['resume', TASK]],
    [['cancel', TASK]],
    [['retry', TASK, '--watch']],
    [['records']],
    [['records', '--csv']],
    [['schedules']],
  ])('%j ends with 3 and says where it looked', async (args) => {
    expect(await runHere([...args, '--url', away])).toEqual({
      code: 3,
      stdout: '',
      stderr: expect.stringMatching(
        new RegExp(`^Daysync can’t be reached at ${away}/: .*ECONNREFUSED.*\\n$`),
      ) as unknown,
    });
  });

  it('says so in Chinese where the system does', async () => {
    const { code, stderr } = await runHere(['status', '--url', away], { LANG: 'zh_CN.UTF-8' });
    expect(code).toBe(3);
    expect(stderr).toContain(`无法连接 ${away}/ 的 Daysync`);
  });
});

describe('a server that does not answer as it should', () => {
  it.each<[string, Answering]>([
    ['somebody else’s page', (_, response) => response.end('<html>It works!</html>')],
    ['somebody else’s JSON', (_, response) => response.end('{"hello":"there"}')],
    ['a proxy whose server is away', (_, response) => response.writeHead(502).end()],
    ['a connection that breaks', (request) => request.socket.destroy()],
    ['an answer that breaks off', breakOff(200)],
    ['a refusal that breaks off', breakOff(409)],
  ])('is not reached: %s', async (_, answering) => {
    const url = await serve(answering);
    expect(await runHere(['status', '--url', url])).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining(`can’t be reached at ${url}/`) as unknown,
    });
  });

  it('is not taken for another server where its answer breaks off', async () => {
    const url = await serve(breakOff(200));
    const { stderr } = await runHere(['status', '--url', url]);
    expect(stderr).toBe(`Daysync can’t be reached at ${url}/: other side closed\n`);
  });

  it('can’t for now where it says so', async () => {
    const problem = { code: 'DATABASE_UNAVAILABLE', detail: 'the disk is full' };
    const url = await serve((_, response) => response.writeHead(503).end(JSON.stringify(problem)));
    expect(await runHere(['sync', ...RANGE, '--url', url])).toEqual({
      code: 3,
      stdout: '',
      stderr: 'The server can’t do it for now: DATABASE_UNAVAILABLE: the disk is full\n',
    });
    const { stderr } = await runHere(['sync', ...RANGE, '--json', '--url', url]);
    expect(JSON.parse(stderr)).toEqual({ ...problem, status: 503 });
  });

  it('refuses where it sends a page of its own, too', async () => {
    const url = await serve((_, response) => response.writeHead(403).end('<html>No</html>'));
    expect(await runHere(['status', '--url', url])).toMatchObject({
      code: 4,
      stderr: 'Refused, UNKNOWN: HTTP 403\n',
    });
  });

  it('is sent a start again whose answer was lost, which starts one batch', async () => {
    const keys: unknown[] = [];
    const url = await serve((request, response) => {
      keys.push(request.headers['idempotency-key']);
      if (keys.length === 1) request.socket.destroy();
      else if (keys.length === 2) breakOff(202)(request, response);
      else response.writeHead(202).end(JSON.stringify({ status: 'success', data: PROGRESS }));
    });
    expect(await runHere(['sync', ...RANGE, '--url', url])).toMatchObject({ code: 0, stderr: '' });
    expect(keys).toEqual(['key 1', 'key 1', 'key 1']);
  });

  it('is found below a path, and gets the token and the language', async () => {
    let asked: IncomingMessage | undefined;
    const url = await serve((request, response) => {
      asked = request;
      response.end('{"data":{"items":[],"total":0}}');
    });
    const args = ['status', '--url', `${url}/sync`, '--dataset', 'a&b'];
    expect((await runHere(args, { DAYSYNC_TOKEN: ' secret\n' })).code).toBe(0);
    expect(asked?.url).toBe('/sync/api/v1/sync-status/sync/batch?dataset=a%26b&page_size=20');
    expect(asked?.headers).toMatchObject({
      authorization: 'Bearer secret',
      'accept-language': 'en',
    });
  });
});

describe('a signal before the answer', () => {
  it.each([
    ['while it is waited for', () => undefined],
    ['in the midst of it', (response: ServerResponse) => response.write('{"status":')],
  ])('%s: says that a batch may have started, and how to look', async (_, begin) => {
    const stopping = new AbortController();
    const url = await serve((_request, response) => {
      begin(response);
      setTimeout(() => stopping.abort('SIGINT'), 50);
    });
    const { ports, stdout, stderr } = portsWith({ stopping: stopping.signal });
    expect(await run(['sync', ...RANGE, '--url', url], ports)).toBe(130);
    expect({ stdout: stdout.text, stderr: stderr.text }).toEqual({
      stdout: '',
      stderr: `The batch may have started: its answer was not waited for. See: npx daysync status --url ${url}\n`,
    });
  });

  it('says nothing where nothing could start', async () => {
    const stopping = new AbortController();
    const url = await serve(() => stopping.abort('SIGTERM'));
    const { ports, stderr } = portsWith({ stopping: stopping.signal });
    expect(await run(['sync', ...RANGE, '--preview', '--url', url], ports)).toBe(143);
    expect(stderr.text).toBe('');
  });
});

describe('wrong usage', () => {
  it.each<[string[], string]>([
    [[], 'Usage: daysync'],
    [['snyc'], "unknown command 'snyc'\n(Did you mean sync?)"],
    [['status', '--jsn'], "unknown option '--jsn'\n(Did you mean --json?)"],
    [['sync', 'weather', '2012-01-01'], "missing required argument 'to'"],
    [
      ['sync', 'weather', '2012-02-30', '2012-03-01'],
      'expected a date written YYYY-MM-DD, got "2012-02-30"',
    ],
    [
      ['sync', 'weather', '2012-03-02', '2012-03-01'],
      'expected a range that does not end before it begins, got 2012-03-02 to 2012-03-01',
    ],
    [['sync', ...RANGE, '--mode', 'some'], 'Allowed choices are missing, missing_and_failed, all'],
    [
      ['sync', ...RANGE, '--preview', '--watch'],
      "option '--preview' cannot be used with option '--watch'",
    ],
    [
      ['sync', ...RANGE, '--local', '--url', 'http://127.0.0.1:8000'],
      'expected one of --local and --url, got both',
    ],
    [['status', '--url', 'ftp://127.0.0.1'], 'expected an address such as http://127.0.0.1:8000'],
    [['status', '--url', 'http://ana:secret@127.0.0.1'], 'without a user and a password'],
    [['status', '--limit', '0'], 'expected a whole number from 1 to 500, got "0"'],
    [['records', '--csv', '--page', '2'], "option '--csv' cannot be used with option '--page <n>'"],
    [['records', '--from', '2012-02-02', '--to', '2012-02-01'], 'expected a range'],
    [['watch'], "missing required argument 'task_id'"],
    [['pause', TASK, 'more'], "too many arguments for 'pause'"],
    [['datasets', 'try', 'weather', 'today'], 'expected a date written YYYY-MM-DD, got "today"'],
    [['backup'], "missing required argument 'file'"],
    [['serve', '--port', '80'], "unknown option '--port'"],
  ])('%j ends with 2 and says what was expected', async (args, text) => {
    const { code, stdout, stderr } = await runHere(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(text);
  });

  it('is no wrong usage to ask for help', async () => {
    const help = await runHere(['help', 'sync'], { LANG: 'zh_CN.UTF-8' });
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('用法: daysync sync [options] <dataset> <from> <to>');
    expect(await runHere(['--version'])).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' });
  });
});
