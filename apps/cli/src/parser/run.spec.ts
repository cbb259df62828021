import type { IncomingMessage, ServerResponse } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../../test/free-port.js';
import { serveHttp } from '../../../../test/http-server.js';
import { portsWith } from '../terminal/ports.fixture.js';
import { progressWith } from '../watch/progress.fixture.js';
import { run } from './run.js';

const PROGRESS = progressWith();
const TASK = PROGRESS.task_id;
const RANGE = ['weather', '2012-01-01', '2012-01-02'];
/** Runs a command in this process. */
async function runHere(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { ports, stdout, stderr } = portsWith({ env });
  const code = await run(args, ports);
  return { code, stdout: stdout.text, stderr: stderr.text };
}

type Respond = (request: IncomingMessage, response: ServerResponse) => void;

/** Sends part of a response, then closes the connection. */
function breakOff(status: number): Respond {
  return (request, response) => {
    response.writeHead(status, { 'content-length': 100 });
    response.write('{"status":', () => request.socket.destroy());
  };
}

describe('without a server', () => {
  /** The address of a server that has stopped. */
  let away: string;
  beforeAll(async () => {
    away = `http://127.0.0.1:${await freePort()}`;
  });

  it.each([
    [['sync', ...RANGE]],
    [['sync', ...RANGE, '--watch', '--json']],
    [['status']],
    [['watch', TASK]],
    [['records', '--csv']],
    [['datasets', 'reload']],
    [['verify', '--all', '2012-03']],
  ])('%j ends with 3 and prints the address', async (args) => {
    expect(await runHere([...args, '--url', away])).toEqual({
      code: 3,
      stdout: '',
      stderr: expect.stringMatching(
        new RegExp(
          `^Daysync can’t be reached at ${away}/: .*ECONNREFUSED.*\\nStart a server .*--url\\.\\n$`,
        ),
      ) as unknown,
    });
  });

  it('reports it in Chinese in a Chinese locale', async () => {
    const { code, stderr } = await runHere(['status', '--url', away], { LANG: 'zh_CN.UTF-8' });
    expect(code).toBe(3);
    expect(stderr).toContain(`无法连接 Daysync（${away}/）`);
    expect(stderr).toContain('npx daysync serve 启动服务');
  });
});

describe('a server that fails', () => {
  it.each<[string, Respond, string?]>([
    ['another program’s page', (_, response) => response.end('<html>It works!</html>')],
    ['another program’s JSON', (_, response) => response.end('{"hello":"there"}')],
    ['a proxy whose server is away', (_, response) => response.writeHead(502).end()],
    ['a connection that breaks', (request) => request.socket.destroy()],
    ['an answer that breaks off', breakOff(200), ': other side closed'],
    ['a refusal that breaks off', breakOff(409)],
  ])('is not reached: %s', async (_, respond, reason = '') => {
    const url = await serveHttp(respond);
    expect(await runHere(['status', '--url', url])).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining(`can’t be reached at ${url}/${reason}`) as unknown,
    });
  });

  it('is busy where it answers 503', async () => {
    const problem = { code: 'DATABASE_UNAVAILABLE', detail: 'the disk is full' };
    const url = await serveHttp((_, response) =>
      response.writeHead(503).end(JSON.stringify(problem)),
    );
    expect(await runHere(['sync', ...RANGE, '--url', url])).toEqual({
      code: 3,
      stdout: '',
      stderr: 'The server can’t do this now: DATABASE_UNAVAILABLE: the disk is full\n',
    });
    const { stderr } = await runHere(['sync', ...RANGE, '--json', '--url', url]);
    expect(JSON.parse(stderr)).toEqual({ ...problem, status: 503 });
  });

  it('refuses with a page instead of a problem', async () => {
    const url = await serveHttp((_, response) => response.writeHead(403).end('<html>No</html>'));
    expect(await runHere(['status', '--url', url])).toMatchObject({
      code: 4,
      stderr: 'Refused, UNKNOWN: HTTP 403\n',
    });
  });

  it('does not know a dataset, which may be new in its file', async () => {
    const problem = { code: 'DATASET_NOT_FOUND', detail: 'expected one of a, got "b"' };
    const url = await serveHttp((_, response) =>
      response.writeHead(404).end(JSON.stringify(problem)),
    );
    const { code, stderr } = await runHere(['sync', ...RANGE, '--url', url]);
    expect(code).toBe(4);
    expect(stderr).toMatch(
      /^Refused, DATASET_NOT_FOUND: expected one of a, got "b"\nIf the dataset is new in the datasets file, let the server read it: .* datasets reload.*\n$/,
    );
  });

  it('receives a start again under the same key where its response was lost', async () => {
    const keys: unknown[] = [];
    const url = await serveHttp((request, response) => {
      keys.push(request.headers['idempotency-key']);
      if (keys.length === 1) request.socket.destroy();
      else if (keys.length === 2) breakOff(202)(request, response);
      else response.writeHead(202).end(JSON.stringify({ status: 'success', data: PROGRESS }));
    });
    expect(await runHere(['sync', ...RANGE, '--url', url])).toMatchObject({ code: 0, stderr: '' });
    expect(keys).toEqual(['key 1', 'key 1', 'key 1']);
  });

  it('may have a path; it receives the token and the language', async () => {
    let received: IncomingMessage | undefined;
    const url = await serveHttp((request, response) => {
      received = request;
      response.end('{"data":{"items":[],"total":0}}');
    });
    const args = ['status', '--url', `${url}/sync`, '--dataset', 'a&b'];
    expect((await runHere(args, { DAYSYNC_TOKEN: ' secret\n' })).code).toBe(0);
    expect(received?.url).toBe('/sync/api/v1/sync-status/sync/batch?dataset=a%26b&page_size=20');
    expect(received?.headers).toMatchObject({
      authorization: 'Bearer secret',
      'accept-language': 'en',
    });
  });
});

describe('a signal during a request', () => {
  it.each([
    ['before the response', () => undefined],
    ['during the response', (response: ServerResponse) => response.write('{"status":')],
  ])('%s: prints that a batch may have started, and how to check', async (_, begin) => {
    const stopping = new AbortController();
    const url = await serveHttp((_request, response) => {
      begin(response);
      setTimeout(() => stopping.abort('SIGINT'), 50);
    });
    const { ports, stdout, stderr } = portsWith({ stopping: stopping.signal });
    expect(await run(['sync', ...RANGE, '--url', url], ports)).toBe(130);
    expect({ stdout: stdout.text, stderr: stderr.text }).toEqual({
      stdout: '',
      stderr: `The batch may have started: the server had not answered. Check: npx daysync status --url ${url}\n`,
    });
  });

  it('prints nothing where no batch could start', async () => {
    const stopping = new AbortController();
    const url = await serveHttp(() => stopping.abort('SIGTERM'));
    const { ports, stderr } = portsWith({ stopping: stopping.signal });
    expect(await run(['sync', ...RANGE, '--preview', '--url', url], ports)).toBe(143);
    expect(stderr.text).toBe('');
  });
});

describe('sync', () => {
  it('refuses a range that ends before it begins once it knows the day', async () => {
    const url = await serveHttp((_, response) => {
      response.end('{"status":"success","data":{"items":[]}}');
    });
    const { code, stderr } = await runHere(['sync', 'weather', 'today', '-7d', '--url', url]);
    expect(code).toBe(2);
    expect(stderr).toContain('expected a range that does not end before it begins, got ');
  });
});

describe('the options of a subcommand', () => {
  it('are its own where its parent has options of the same name', async () => {
    let body = '';
    const url = await serveHttp((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        response.writeHead(202).end(JSON.stringify({ status: 'success', data: PROGRESS }));
      });
    });
    const days = ['--from', '2012-01-01', '--to', '2012-01-02'];
    const retry = ['quarantine', 'retry', 'weather', ...days, '--json', '--url', url];
    const { code, stdout } = await runHere(retry);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ task_id: TASK });
    expect(JSON.parse(body)).toEqual({
      dataset: 'weather',
      start_date: '2012-01-01',
      end_date: '2012-01-02',
    });
  });
});

describe('wrong usage', () => {
  it.each<[string[], string]>([
    [[], 'Usage: daysync'],
    [['snyc'], "unknown command 'snyc'\n(Did you mean sync?)"],
    [['status', '--jsn'], "unknown option '--jsn'\n(Did you mean --json?)"],
    [['sync', 'weather'], "missing required argument 'from'"],
    [
      ['sync', 'weather', '2012-02-30', '2012-03-01'],
      'expected days such as 2026-11-28, today, yesterday, -7d, 2026-11, 2026-W48 or last-month, got "2012-02-30"',
    ],
    [['sync', 'weather', '-7', 'today'], 'got "-7"'],
    [
      ['sync', 'weather', '2012-03-02', '2012-03-01'],
      'expected a range that does not end before it begins, got 2012-03-02 to 2012-03-01',
    ],
    [
      ['sync', ...RANGE, '--mode', 'some'],
      'Allowed choices are missing, missing_and_failed, incomplete, all',
    ],
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
    [['records', '--from', '2012-03', '--to', '2012-02'], 'got 2012-03-01 to 2012-02-29'],
    [
      ['records', '--days', '2012-02', '--from', '2012-02-01'],
      "option '--days <days>' cannot be used with option '--from <day>'",
    ],
    [['records', '--local', '--url', 'http://127.0.0.1:8000'], 'expected one of --local and --url'],
    [
      ['datasets', 'try', 'weather', 'tomorrow'],
      'yesterday, -7d, 2026-11, 2026-W48 or last-month, got "tomorrow"',
    ],
    [['datasets', 'chek'], "unknown command 'chek'\n(Did you mean check?)"],
    [['datasets', 'reload', 'more'], "too many arguments for 'reload'"],
    [
      ['datasets', '--url', 'http://127.0.0.1:8000', 'reload'],
      'expected the options of reload after its name, got --url before it',
    ],
    [['datasets', '--csv'], "unknown option '--csv'"],
    [['quarantine', 'rety'], "unknown command 'rety'\n(Did you mean retry?)"],
    [['quarantine', '--json', 'retry', 'weather'], 'got --json before it'],
    [
      ['settle', ...RANGE],
      'expected --reason with why the source will never have these days, or --undo, got neither',
    ],
    [
      ['settle', ...RANGE, '--undo', '--reason', 'a strike'],
      "option '--undo' cannot be used with option '--reason <text>'",
    ],
    [['settle', 'weather', '2012-03', '2012-02', '--undo'], 'got 2012-03-01 to 2012-02-29'],
    [['verify'], 'expected <dataset> or --all, got neither'],
    [
      ['verify', 'weather', '--all'],
      'expected --all alone or with days, such as --all 2026-11, got --all and weather',
    ],
    [['verify', '--all', '2012-01', '2012-02', '2012-03'], 'got --all and 2012-01 2012-02 2012-03'],
    [['verify', '--all', '2012-03', '2012-02'], 'got 2012-03-01 to 2012-02-29'],
    [['accept', 'weather', '2012-03'], 'expected one day, got 2012-03-01 to 2012-03-31'],
  ])('%j ends with 2 and prints what was expected', async (args, text) => {
    const { code, stdout, stderr } = await runHere(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(text);
  });

  it('help and version end with 0', async () => {
    const help = await runHere(['help', 'sync'], { LANG: 'zh_CN.UTF-8' });
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('用法: daysync sync [options] <dataset> <from> [to]');
    expect(await runHere(['--version'])).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' });
  });
});
