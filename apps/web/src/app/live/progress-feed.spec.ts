import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestBed } from '@angular/core/testing';
import type { Progress } from '@daysync/progress';
import type { Subscription } from 'rxjs';
import { completed, progressOf } from '../design/progress.fixture';
import { FakeTab } from './live.fixture';
import { batchToStream, ProgressFeed } from './progress-feed';

const at = (rev: number, changes: Partial<Progress> = {}): Progress =>
  progressOf({ rev, ...changes });
const { task_id: ID } = at(0);

describe('ProgressFeed', () => {
  let tab: FakeTab;
  let feed: ProgressFeed;
  /** What one follower sees. */
  let seen: (number | string)[];
  beforeEach(() => {
    vi.useFakeTimers();
    tab = new FakeTab();
    TestBed.configureTestingModule({ providers: tab.providers() });
    feed = TestBed.inject(ProgressFeed);
    seen = [];
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function follow(batchId = ID): Subscription {
    return feed.follow(batchId).subscribe({
      next: (update) => seen.push(update.kind === 'progress' ? update.progress.rev : update.kind),
      complete: () => seen.push('over'),
    });
  }
  function answer(progress: Progress): void {
    vi.advanceTimersByTime(0);
    tab.polls.next({ kind: 'progress', progress });
  }

  it('streams nothing of a batch that has ended', () => {
    follow();
    answer({ ...completed(), rev: 9 });
    expect(seen).toEqual([9, 'over']);
    expect(tab.opened).toBe(0);
  });

  it('never goes back', () => {
    follow();
    answer(at(5));
    tab.stream(ID, at(7));
    tab.streams.get(ID)?.next({ kind: 'lost' });
    answer(at(6));
    answer(at(7));
    expect(seen).toEqual([5, 7, 7]);
  });

  it('ends with the batch, also when a restored server counts from less', () => {
    follow();
    answer(at(5));
    answer({ ...completed(), rev: 4 });
    expect(seen).toEqual([5, 4, 'over']);
  });

  it('is one for all who follow in a tab, and each begins with what is newest', () => {
    const first = follow();
    answer(at(1));
    const later: (number | string)[] = [];
    const second = feed.follow(ID).subscribe((update) => {
      later.push(update.kind === 'progress' ? update.progress.rev : update.kind);
    });
    expect(later[0]).toBe(1);
    first.unsubscribe();
    tab.stream(ID, at(2));
    expect(later.at(-1)).toBe(2);
    expect(tab.polled).toEqual([ID]);
    second.unsubscribe();
    expect(tab.streams.size).toBe(0);
  });

  it('closes the stream of a hidden tab, which polls, and opens it when the tab is shown', () => {
    follow();
    answer(at(1));
    tab.stream(ID, at(2));
    tab.isShown.next(false);
    vi.advanceTimersByTime(0);
    expect([tab.streams.size, tab.isPolling]).toEqual([0, true]);
    answer(at(5));
    tab.isShown.next(true);
    // What came meanwhile does not wait for the stream.
    expect([tab.streams.size, tab.isPolling]).toEqual([1, true]);
    answer(at(6));
    tab.stream(ID, at(7));
    expect([seen, tab.isPolling, tab.opened]).toEqual([[1, 2, 5, 6, 7], false, 2]);
  });

  it.each(['queued', 'paused'] as const)(
    'has one stream, of what runs before what is %s',
    (status) => {
      follow('waits');
      answer(at(1, { task_id: 'waits', status }));
      expect([...tab.streams.keys()]).toEqual(['waits']);
      const running = feed.follow(ID, at(1)).subscribe();
      expect([...tab.streams.keys()]).toEqual([ID]);
      vi.advanceTimersByTime(0);
      expect(tab.isPolling).toBe(true);
      running.unsubscribe();
      expect([...tab.streams.keys()]).toEqual(['waits']);
    },
  );

  it('closes all when the page is left, and restarts when it is restored', () => {
    follow();
    answer(at(1));
    tab.stream(ID, at(2));
    tab.isThere.next(false);
    expect([tab.streams.size, vi.getTimerCount()]).toEqual([0, 0]);
    tab.isThere.next(true);
    vi.advanceTimersByTime(0);
    expect(tab.isPolling).toBe(true);
    answer(at(4));
    expect(seen).toEqual([1, 2, 4]);
  });

  it('begins with a progress that is at hand, and gives the first poll time', () => {
    const seen: number[] = [];
    feed.follow(ID, at(3)).subscribe((update) => {
      if (update.kind === 'progress') seen.push(update.progress.rev);
    });
    vi.advanceTimersByTime(1_999);
    expect([seen, tab.polled, tab.opened]).toEqual([[3], [], 1]);
    vi.advanceTimersByTime(1);
    expect(tab.polled).toEqual([ID]);
  });

  it('gives no poll time once the page is brought back', () => {
    const following = feed.follow(ID, at(3)).subscribe();
    vi.advanceTimersByTime(2_000);
    tab.isThere.next(false);
    tab.isThere.next(true);
    vi.advanceTimersByTime(0);
    expect(tab.isPolling).toBe(true);
    following.unsubscribe();
  });

  it('follows nothing that has ended when it begins', () => {
    const ended: string[] = [];
    feed.follow(ID, completed()).subscribe({
      next: ({ kind }) => ended.push(kind),
      complete: () => ended.push('over'),
    });
    vi.advanceTimersByTime(0);
    expect(ended).toEqual(['progress', 'over']);
    // No old feed is left for the next subscriber to join.
    follow();
    vi.advanceTimersByTime(0);
    expect(seen).toEqual([]);
    expect(tab.polled).toEqual([ID]);
  });

  it('shows those who follow what another answer has brought', () => {
    follow();
    answer(at(1));
    feed.apply(at(4, { status: 'paused' }));
    feed.apply(at(3));
    expect(seen).toEqual([1, 4]);
  });

  it.each<[string, () => void]>([
    ['it is resumed', () => feed.resume(ID)],
    [
      'the tab is shown',
      () => {
        tab.isShown.next(false);
        tab.isShown.next(true);
      },
    ],
    ['a control of the batch is answered', () => feed.apply(at(1))],
  ])('says why it stopped, and polls on when %s', (_, come) => {
    follow();
    answer(at(1));
    tab.polls.next({ kind: 'expired' });
    vi.advanceTimersByTime(100_000);
    expect([seen, tab.isPolling, tab.streams.size]).toEqual([[1, 'expired'], false, 0]);
    come();
    answer(at(2));
    expect([seen.at(-1), tab.streams.size]).toEqual([2, 1]);
    tab.polls.next({ kind: 'refused', code: 'BATCH_NOT_FOUND' });
    expect(seen.slice(-2)).toEqual(['refused', 'over']);
  });
});

describe('batchToStream', () => {
  const feed = (batchId: string, newest: Progress | undefined, isExpired = false) => ({
    batchId,
    newest,
    isExpired,
  });

  it('is the first that is known to go on', () => {
    const queued = at(1, { status: 'queued' });
    expect(batchToStream([])).toBeUndefined();
    expect(batchToStream([feed('a', undefined), feed('b', completed())])).toBeUndefined();
    expect(batchToStream([feed('a', completed()), feed('b', queued)])).toBe('b');
    expect(batchToStream([feed('a', queued, true), feed('b', queued)])).toBe('b');
  });
});
