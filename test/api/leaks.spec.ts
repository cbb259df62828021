import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { change } from '../database-queries.js';
import { startDaysync } from '../daysync-process.js';
import { startHttpServer, urlOf } from '../http-server.js';
import { TOP, weather, type DatasetYaml } from '../scratch.js';
import type { WireProblem } from '../wire.js';

/** With characters that URLs and JSON escape. */
const CANARY = 'canary/zebra-quokka "2c71"';
const FORMS = [
  CANARY,
  JSON.stringify(CANARY).slice(1, -1),
  encodeURIComponent(CANARY),
  Buffer.from(CANARY).toString('base64'),
  // In any other encoding.
  'quokka',
];

const LEAKING = {
  name: 'leaking',
  source: {
    kind: 'provider',
    module: path.join(TOP, 'test/sources/leaking-source.ts'),
    options: { token: '${CANARY_TOKEN}' },
  },
  target: { table: 'leaking', columns: { value: 'text' } },
  attempts: 1,
};

/** A server that answers with the secret of the request, as a value that does not fit. */
async function echoing(): Promise<DatasetYaml> {
  const server = await startHttpServer();
  server.on('request', ({ headers }, response) =>
    response.end(JSON.stringify([{ value: headers.authorization }])),
  );
  const url = `${urlOf(server)}/{day}`;
  return {
    name: 'echoing',
    source: { kind: 'http', url, headers: { authorization: 'Bearer ${CANARY_TOKEN}' } },
    target: { table: 'echoing', columns: { value: 'integer' } },
    attempts: 1,
  };
}

describe('secrets', () => {
  it('a canary token appears in no log, page, response or metric', async () => {
    const daysync = await startDaysync({
      datasets: [LEAKING, await echoing()],
      env: { CANARY_TOKEN: CANARY, LOG_LEVEL: 'trace' },
    });
    const range = { start_date: '2025-01-01', end_date: '2025-01-05' };
    const { failed, task_id } = await daysync.sync({ dataset: 'leaking', ...range });
    expect(failed).toBe(4);
    const echoed = await daysync.sync({ dataset: 'echoing', ...range });
    expect(echoed.failed).toBe(5);
    const shown = new Map<string, string>();
    const base = '/api/v1/sync-status';
    for (const target of [
      '/',
      '/metrics',
      '/openapi.json',
      `${base}/datasets`,
      `${base}/records`,
      `${base}/sync/batch`,
      `${base}/sync/batch/${task_id}/days`,
      `${base}/sync/batch/${echoed.task_id}/days`,
      `${base}/sync/batch/progress/${task_id}`,
      `${base}/sync/batch/progress/${task_id}/events`,
    ]) {
      shown.set(target, JSON.stringify(await daysync.call(target)));
    }
    expect(await daysync.stop()).toBe(0);
    shown.set('log', await readFile(daysync.logFile, 'utf8'));
    shown.set('terminal', daysync.output.stdout + daysync.output.stderr);
    expect(shown.get(`${base}/sync/batch/${task_id}/days`)).toContain('the token ${CANARY_TOKEN}');
    expect(shown.get(`${base}/sync/batch/${echoed.task_id}/days`)).toContain(
      'Bearer ${CANARY_TOKEN}',
    );
    expect(shown.get('log')).toContain('the token ${CANARY_TOKEN}');
    const leaks = [...shown].filter(([, text]) => FORMS.some((form) => text.includes(form)));
    expect(leaks.map(([where]) => where)).toEqual([]);
  });
});

describe('stack traces', () => {
  it('never leave the process: the caller gets the request id, and the log has the rest', async () => {
    const daysync = await startDaysync({ datasets: [weather()] });
    await change(daysync.database, 'drop table sync_record');
    const answer = await daysync.api('records');
    expect(answer).toMatchObject({ status: 500, body: { code: 'INTERNAL' } });
    expect(JSON.stringify(answer.body)).not.toMatch(/sync_record|\.m?[jt]s|\bat \w|sqlite/i);
    await daysync.stop();
    const { request_id } = answer.body as WireProblem;
    const line = (await daysync.logLines()).find(
      (one) => one['request_id'] === request_id && one['msg'] === 'an unexpected error',
    );
    expect(line).toMatchObject({
      err: { stack: expect.stringMatching(/sync_record[^]*\n +at /) as unknown },
    });
  });
});
