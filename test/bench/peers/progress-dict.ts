// Batches with a dictionary in memory as their progress, as in the note: `node progress-dict.ts` prints its address; a
// POST of `{"total": <days>}` starts a batch and returns its `task_id`, a GET of that its progress. Nothing is durable.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.parse('1900-01-01');

interface TaskProgress {
  status: 'running' | 'completed';
  total: number;
  current: number;
  success: number;
  failed: number;
  skipped: number;
  current_date: string | null;
  message: string;
  /** The duration in milliseconds. */
  took_ms: number | null;
}

const progressOf = new Map<string, TaskProgress>();

/** A source without rows. */
async function* fetchDay(): AsyncGenerator {
  yield* [];
}

async function sync(progress: TaskProgress): Promise<void> {
  const begun = performance.now();
  for (let processed = 1; processed <= progress.total; processed++) {
    const day = new Date(FIRST_DAY + processed * DAY_MS).toISOString().slice(0, 10);
    Object.assign(progress, {
      current: processed,
      current_date: day,
      message: `正在同步 ${day}...`,
    });
    const rows: unknown[] = [];
    for await (const row of fetchDay()) rows.push(row);
    if (rows.length > 0) progress.success += 1;
    else progress.skipped += 1;
    // Lets polls be answered.
    await nextTurn();
  }
  const message = `✅ 批量同步完成: 成功${progress.success}, 失败${progress.failed}, 跳过${progress.skipped}`;
  Object.assign(progress, { status: 'completed', message, took_ms: performance.now() - begun });
}

async function start(request: IncomingMessage): Promise<{ task_id: string }> {
  const { total } = (await json(request)) as { total: number };
  const task_id = `batch_${progressOf.size}`;
  const counts = { total, current: 0, success: 0, failed: 0, skipped: 0 };
  const progress: TaskProgress = {
    status: 'running',
    ...counts,
    current_date: null,
    message: '',
    took_ms: null,
  };
  progressOf.set(task_id, progress);
  void sync(progress);
  return { task_id };
}

const server = createServer((request, response) => {
  const answer = async (): Promise<void> => {
    const data =
      request.method === 'POST'
        ? await start(request)
        : progressOf.get((request.url ?? '').slice(1));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ status: 'success', data }));
  };
  void answer();
});
await once(server.listen(0, '127.0.0.1'), 'listening');
process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
