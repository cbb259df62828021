import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newProgress, type Language, type Progress, type ProgressEvent } from '@daysync/progress';
import { ProgressRegistry } from '@daysync/progress/nest';
import { defer, finalize } from 'rxjs';
import { readEnvironment, type AppConfig } from '../config/environment.js';
import { systemClock } from '../config/clock.js';
import { LocalLiveView } from '../runner/local/local-live-view.js';
import { EventStreams, type EventSink } from './event-streams.js';
import { ProgressAnswers } from './progress-answers.js';
import { AT, D1, D3 } from './sync.fixture.js';

const TASK = '2025-10-01_2025-10-03_1';
/** Enough for every turn that is due. */
const SOON = 200;

class Sink implements EventSink {
  text = '';
  ended = false;
  writableNeedDrain = false;
  destroyed = false;
  private readonly listeners = new Map<string, (() => void)[]>();

  write(text: string): void {
    this.text += text;
  }
  end(): void {
    this.ended = true;
  }
  once(event: string, listener: () => void): void {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
  }
  on(event: string, listener: (error: Error) => void): void {
    this.once(event, () => {
      listener(new Error(event));
    });
  }
  emit(event: string): void {
    for (const listener of this.listeners.get(event) ?? []) listener();
    this.listeners.delete(event);
  }

  get revs(): number[] {
    return [...this.text.matchAll(/^id: (\d+)$/gm)].map(([, rev]) => Number(rev));
  }
  get events(): string[] {
    return [...this.text.matchAll(/^event: (\w+)$/gm)].map(([, event]) => event ?? '');
  }
}

function configOf(env: Record<string, string> = {}): AppConfig {
  const read = readEnvironment(env);
  if (!read.ok) throw new Error('expected a good environment');
  return read.config;
}

describe('EventStreams', () => {
  let registry: ProgressRegistry;
  let answers: ProgressAnswers;
  let streams: EventStreams;

  const streamsOf = (env?: Record<string, string>): EventStreams =>
    new EventStreams(new LocalLiveView(registry), systemClock, configOf(env));

  beforeEach(() => {
    vi.useFakeTimers();
    registry = new ProgressRegistry({ ttlSeconds: 60, maxFinished: 10, clock: performance });
    answers = new ProgressAnswers();
    streams = streamsOf();
    registry.register(
      newProgress({
        ...{ task_id: TASK, dataset: 'readings', mode: 'all', total: 1 },
        ...{ start_date: D1, end_date: D3, at: AT },
      }),
    );
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function apply(...events: readonly ProgressEvent[]): Progress {
    return registry.apply(TASK, { at: AT, events });
  }

  const inWords =
    (language: Language) =>
    (progress: Progress): string =>
      answers.of(progress, language).json;

  function watch(
    language: Language = 'zh',
    maySee = (): boolean => true,
    countedAs = 'name ana',
  ): Sink {
    const sink = new Sink();
    const now = registry.get(TASK);
    if (now === undefined) throw new Error('expected the batch');
    streams.open(now, inWords(language), sink, { countedAs, maySee });
    return sink;
  }

  const begin = { type: 'batch_started' } as const;
  const firstDay = { type: 'day_started', day: D1 } as const;
  const end = [
    { type: 'day_finished', day: D1, outcome: 'success' },
    { type: 'batch_completed' },
  ] as const;

  it('shows a snapshot, then each change in order, then the end, and closes', () => {
    const sink = watch();
    vi.advanceTimersByTime(SOON);
    apply(begin);
    vi.advanceTimersByTime(SOON);
    apply(firstDay);
    vi.advanceTimersByTime(SOON);
    expect(sink.ended).toBe(false);
    apply(...end);
    vi.advanceTimersByTime(SOON);
    expect(sink.text.startsWith('retry: 2000\n\nevent: progress\nid: 1\ndata: {"task_id"')).toBe(
      true,
    );
    expect(sink.revs).toEqual([1, 2, 3, 4]);
    expect(sink.events).toEqual(['progress', 'progress', 'progress', 'end']);
    expect(sink.ended).toBe(true);
    expect(streams.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('shows the newest where changes come faster than ten a second', () => {
    const sink = watch();
    vi.advanceTimersByTime(10);
    apply(begin);
    apply(firstDay);
    vi.advanceTimersByTime(SOON);
    expect(sink.revs).toEqual([1, 3]);
  });

  it('waits for a slow reader, and then writes only the latest', () => {
    const sink = watch();
    vi.advanceTimersByTime(SOON);
    sink.writableNeedDrain = true;
    apply(begin);
    vi.advanceTimersByTime(SOON);
    apply(firstDay);
    vi.advanceTimersByTime(60_000);
    expect(sink.revs).toEqual([1]);
    expect(sink.text).not.toContain(':\n\n:');
    sink.writableNeedDrain = false;
    sink.emit('drain');
    vi.advanceTimersByTime(SOON);
    expect(sink.revs).toEqual([1, 3]);
  });

  it('serializes a change once for two thousand watchers, and each sees it', () => {
    const sinks = Array.from({ length: 2_000 }, () => watch());
    vi.advanceTimersByTime(1_500);
    const stringify = vi.spyOn(JSON, 'stringify');
    apply(begin);
    vi.advanceTimersByTime(1_500);
    const calls = stringify.mock.calls.length;
    stringify.mockRestore();
    expect(calls).toBe(1);
    expect(sinks.every(({ revs }) => revs.join() === '1,2')).toBe(true);
  });

  it('writes a comment where nothing was written for 15 s', () => {
    const sink = watch();
    vi.advanceTimersByTime(SOON);
    const before = sink.text;
    vi.advanceTimersByTime(14_000);
    expect(sink.text).toBe(before);
    vi.advanceTimersByTime(2_000);
    expect(sink.text).toBe(`${before}:\n\n`);
    vi.advanceTimersByTime(15_000);
    expect(sink.text).toBe(`${before}:\n\n:\n\n`);
  });

  it('speaks the language of each watcher', () => {
    const [chinese, english] = [watch('zh'), watch('en')];
    vi.advanceTimersByTime(SOON);
    expect(chinese.text).toContain('同步任务已启动');
    expect(english.text).not.toMatch(/\p{Script=Han}/u);
  });

  it('forgets a reader who leaves, timers included', () => {
    let watched = 0;
    const { watch: watchBatch } = ProgressRegistry.prototype;
    vi.spyOn(registry, 'watch').mockImplementation((batchId) =>
      defer(() => {
        watched += 1;
        return watchBatch.call(registry, batchId);
      }).pipe(finalize(() => (watched -= 1))),
    );
    const sinks = [watch(), watch()];
    vi.advanceTimersByTime(SOON);
    expect(watched).toBe(1);
    for (const sink of sinks) sink.emit('close');
    expect(streams.size).toBe(0);
    expect(watched).toBe(0);
    const before = sinks.map(({ text }) => text);
    apply(begin);
    vi.advanceTimersByTime(60_000);
    expect(sinks.map(({ text }) => text)).toEqual(before);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends a stream that another class writes, and leaves no timer behind', () => {
    const reader = { countedAs: 'name ana', maySee: () => true };
    const [sink, adopted] = [watch(), new Sink()];
    const over = streams.adopt(adopted, reader);
    sink.emit('close');
    expect([streams.size, over.aborted]).toEqual([1, false]);
    adopted.emit('close');
    expect([streams.size, over.aborted]).toEqual([0, true]);
    const later = new Sink();
    let session = true;
    const laterOver = streams.adopt(later, { ...reader, maySee: () => session });
    session = false;
    vi.advanceTimersByTime(1_000);
    expect([later.ended, laterOver.aborted, streams.size]).toEqual([true, true, 0]);
    const last = new Sink();
    streams.adopt(last, reader);
    streams.close();
    vi.advanceTimersByTime(SOON);
    expect([last.ended, streams.size, vi.getTimerCount()]).toEqual([true, 0, 0]);
  });

  it('opens none for a reader who has left', () => {
    const sink = new Sink();
    sink.destroyed = true;
    const reader = { countedAs: 'name ana', maySee: () => true };
    streams.open(apply(begin), inWords('zh'), sink, reader);
    expect([streams.size, sink.text, vi.getTimerCount()]).toEqual([0, '', 0]);
  });

  it('ends within a second after the session, and writes nothing until then', () => {
    let session = true;
    const sink = watch('zh', () => session);
    const other = watch();
    vi.advanceTimersByTime(SOON);
    session = false;
    apply(begin);
    vi.advanceTimersByTime(SOON);
    expect([sink.ended, sink.revs, other.ended, other.revs]).toEqual([true, [1], false, [1, 2]]);
    // One that nothing happens to is found as well.
    session = true;
    const quiet = watch('zh', () => session);
    vi.advanceTimersByTime(SOON);
    session = false;
    vi.advanceTimersByTime(1_000);
    expect([quiet.ended, streams.size]).toEqual([true, 1]);
  });

  it('opens no more than may be open, and none once it ends', () => {
    streams = streamsOf({ MAX_EVENT_STREAMS: '1' });
    expect(streams.room('name ana')).toEqual({ kind: 'room' });
    const sink = watch();
    expect(streams.room('name ana')).toEqual({ kind: 'too_many_streams', open: 1, limit: 1 });
    streams.close();
    expect(sink.ended).toBe(true);
    expect(streams.room('name ana')).toEqual({ kind: 'stopping' });
    vi.advanceTimersByTime(60_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('opens no more for a caller than one may have, and does not refuse another', () => {
    streams = streamsOf({ LIMIT_STREAMS: '2' });
    const sinks = [watch(), watch()];
    const refused = { kind: 'too_many_own_streams', limit: 2 };
    expect(streams.room('name ana')).toEqual(refused);
    expect(streams.room('name ben')).toEqual({ kind: 'room' });
    sinks[0]?.emit('close');
    expect(streams.room('name ana')).toEqual({ kind: 'room' });
    watch();
    expect(streams.room('name ana')).toEqual(refused);
    streams = streamsOf({ LIMIT_STREAMS: '0' });
    for (let count = 0; count < 600; count += 1) watch();
    expect(streams.room('name ana')).toEqual({ kind: 'room' });
  });
});
