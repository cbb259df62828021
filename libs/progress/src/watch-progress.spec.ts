import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { serveHttp } from '../../../test/http-server.js';
import { applyChange } from './apply-event.js';
import { calendarDay } from './calendar-day.js';
import type { Progress } from './progress.js';
import { batchOf } from './progress.fixture.js';
import { watchProgress, type WatchProgressOptions, type WatchUpdate } from './watch-progress.js';

const DAY = calendarDay('2025-10-01');
const AT = '2025-10-01T08:00:00.000Z';
const QUEUED = { ...batchOf({ task_id: 'a/b' }), poll_after_ms: 10 };
const RUNNING = applyChange(QUEUED, { at: AT, events: [{ type: 'batch_started' }] });
const COMPLETED = applyChange(RUNNING, {
  at: AT,
  events: [
    { type: 'day_started', day: DAY },
    { type: 'day_finished', day: DAY, outcome: 'success' },
    { type: 'batch_completed' },
  ],
});

type Respond = (response: ServerResponse, request: IncomingMessage) => void;

const answer =
  (progress: Progress): Respond =>
  (response) =>
    response.end(JSON.stringify({ status: 'success', data: progress }));
const refuse =
  (status: number, code: string): Respond =>
  (response) =>
    response.writeHead(status).end(JSON.stringify({ code }));
const eventOf = (progress: Progress, end = '\n'): string =>
  [`event: progress`, `id: ${progress.rev}`, `data: ${JSON.stringify(progress)}`, '', ''].join(end);
/** Sends the parts one after another, and ends or breaks off. */
const stream =
  (parts: readonly string[], end: 'end' | 'destroy' | 'open' = 'end'): Respond =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    for (const part of parts) response.write(part);
    if (end === 'end') response.end();
    if (end === 'destroy') setTimeout(() => response.destroy(), 20);
  };

interface Watched {
  readonly updates: readonly WatchUpdate[];
  /** The requests: `poll` or `stream`. */
  readonly asked: readonly string[];
}

/** Watches a server that responds so, in this order, to the end. */
async function watch(
  responses: readonly Respond[],
  options: WatchProgressOptions = {},
): Promise<Watched> {
  const asked: string[] = [];
  const rest = [...responses];
  const address = await serveHttp((request, response) => {
    asked.push(request.url?.endsWith('/events') === true ? 'stream' : 'poll');
    const respond = rest.shift();
    if (respond === undefined) throw new Error('expected no further request');
    respond(response, request);
  });
  const updates: WatchUpdate[] = [];
  const baseUrl = `${address}/api/v1/sync-status/`;
  const settings = { baseUrl, random: () => 0, leastIntervalMs: 1, ...options };
  for await (const update of watchProgress('a/b', settings)) updates.push(update);
  expect(rest).toEqual([]);
  return { updates, asked };
}

const progressIn = (updates: readonly WatchUpdate[]): readonly Progress[] =>
  updates.flatMap((update) => (update.kind === 'progress' ? [update.progress] : []));

describe('the events of a batch', () => {
  it('are updates until its end, with one request', async () => {
    const events = [QUEUED, RUNNING, COMPLETED].map((progress) => eventOf(progress));
    const { updates, asked } = await watch([stream([': hello\n\n', ...events], 'open')]);
    expect(progressIn(updates)).toEqual([QUEUED, RUNNING, COMPLETED]);
    expect(asked).toEqual(['stream']);
  });

  it('are read in any pieces, and with any line ends', async () => {
    const text = eventOf(RUNNING, '\r\n') + eventOf({ ...COMPLETED, message: '批量同步完成' });
    const bytes = Buffer.from(text);
    const { updates } = await watch([
      (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        for (let at = 0; at < bytes.length; at += 5) response.write(bytes.subarray(at, at + 5));
        response.end();
      },
    ]);
    expect(progressIn(updates).map(({ message }) => message)).toEqual([
      RUNNING.message,
      '批量同步完成',
    ]);
  });

  it('are followed in a new stream when theirs breaks off, never by an older progress', async () => {
    const { updates, asked } = await watch([
      stream([eventOf(RUNNING)], 'destroy'),
      answer(QUEUED),
      stream([eventOf(QUEUED), eventOf(RUNNING), eventOf(COMPLETED)]),
    ]);
    expect(progressIn(updates)).toEqual([RUNNING, RUNNING, RUNNING, COMPLETED]);
    expect(asked).toEqual(['stream', 'poll', 'stream']);
  });

  it('end with the batch, also when a restored server counts from less', async () => {
    const ended = { ...COMPLETED, rev: QUEUED.rev };
    const inStream = await watch([stream([eventOf(RUNNING), eventOf(ended)], 'open')]);
    expect(progressIn(inStream.updates)).toEqual([RUNNING, ended]);
    const polled = await watch([answer(RUNNING), answer(ended)], { stream: false });
    expect(progressIn(polled.updates)).toEqual([RUNNING, ended]);
  });
});

describe('without events', () => {
  it.each([
    ['a server without streams', refuse(404, 'NOT_FOUND')],
    ['too many streams', refuse(503, 'STREAMS_EXHAUSTED')],
    ['the page of a proxy', (response: ServerResponse) => void response.end('<html></html>')],
  ])('it polls: %s', async (_name, first) => {
    const { updates, asked } = await watch([first, answer(RUNNING), answer(COMPLETED)]);
    expect(progressIn(updates)).toEqual([RUNNING, COMPLETED]);
    expect(asked).toEqual(['stream', 'poll', 'poll']);
  });

  it('it polls: a proxy that holds events back', async () => {
    const { asked } = await watch([stream([], 'open'), answer(COMPLETED)], { timeoutMs: 50 });
    expect(asked).toEqual(['stream', 'poll']);
  });
});

describe('a server that is down or busy', () => {
  it('is asked again, and streams again', async () => {
    const { updates, asked } = await watch([
      stream([eventOf(RUNNING)], 'destroy'),
      (response) => response.destroy(),
      refuse(502, 'UNKNOWN'),
      refuse(503, 'BUSY'),
      answer(RUNNING),
      stream([eventOf(COMPLETED)]),
    ]);
    expect(asked).toEqual(['stream', 'poll', 'poll', 'poll', 'poll', 'stream']);
    expect(updates.map((update) => update.kind)).toEqual([
      'progress',
      'unreachable',
      'unreachable',
      'busy',
      'progress',
      'progress',
    ]);
    expect(updates.slice(1, 4)).toMatchObject([
      { failures: 1, retryInMs: 1_000 },
      { failures: 2, retryInMs: 1_500 },
      { failures: 1, retryInMs: 1_000 },
    ]);
  });

  it('that refuses ends the watch', async () => {
    const respond = refuse(404, 'BATCH_NOT_FOUND');
    const { updates } = await watch([respond, respond]);
    expect(updates).toEqual([{ kind: 'refused', code: 'BATCH_NOT_FOUND' }]);
  });
});

describe('a signal', () => {
  it.each(['stream', 'poll', 'pause'])(
    'ends the watch during a %s, without an error',
    async (at) => {
      const stop = new AbortController();
      const soon = (): void => void setTimeout(() => stop.abort(), 20);
      const closed = Promise.withResolvers<void>();
      const open: Respond = (response) => {
        response.once('close', () => closed.resolve());
        stream([eventOf(RUNNING)], 'open')(response, response.req);
        soon();
      };
      const silent: Respond = (response) => {
        response.once('close', () => closed.resolve());
        soon();
      };
      const later: Respond = (response) => {
        answer({ ...RUNNING, poll_after_ms: 60_000 })(response, response.req);
        closed.resolve();
        soon();
      };
      const respond = { stream: open, poll: silent, pause: later }[at] ?? silent;
      await watch([respond], { signal: stop.signal, stream: at === 'stream' });
      await closed.promise;
    },
  );

  it('that has aborted sends no request', async () => {
    expect((await watch([], { signal: AbortSignal.abort() })).asked).toEqual([]);
  });
});

it('leaving the loop closes the stream', async () => {
  const closed = Promise.withResolvers<void>();
  const baseUrl = await serveHttp((_request, response) => {
    response.once('close', () => closed.resolve());
    stream([eventOf(RUNNING)], 'open')(response, response.req);
  });
  for await (const update of watchProgress('a/b', { baseUrl })) {
    if (update.kind === 'progress') break;
  }
  await closed.promise;
});
