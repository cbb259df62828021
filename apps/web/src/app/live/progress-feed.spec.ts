import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEnvironmentInjector, EnvironmentInjector } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import type { Progress } from '@daysync/progress';
import type { Subscription } from 'rxjs';
import { completed, progressOf } from '../sync/progress.fixture';
import { FakeBrowser, FakeTab } from './live.fixture';
import { batchToStream, ProgressFeed } from './progress-feed';

const at = (rev: number, changes: Partial<Progress> = {}): Progress =>
  progressOf({ rev, ...changes });
const { task_id: ID } = at(0);

/** A tab with a feed, and what one follower in it sees. */
class Follower {
  readonly tab: FakeTab;
  readonly seen: (number | string)[] = [];
  readonly injector: EnvironmentInjector;
  readonly feed: ProgressFeed;
  private following: Subscription | undefined;

  constructor(browser: FakeBrowser) {
    this.tab = new FakeTab(browser);
    const providers = [...this.tab.providers(), ProgressFeed];
    this.injector = createEnvironmentInjector(providers, TestBed.inject(EnvironmentInjector));
    this.feed = this.injector.get(ProgressFeed);
  }

  follow(taskId = ID): this {
    this.following = this.feed.follow(taskId).subscribe({
      next: (update) =>
        this.seen.push(update.kind === 'progress' ? update.progress.rev : update.kind),
      complete: () => this.seen.push('over'),
    });
    return this;
  }

  leave(): void {
    this.following?.unsubscribe();
  }

  answer(progress: Progress): void {
    vi.advanceTimersByTime(0);
    this.tab.polls.next({ kind: 'progress', progress });
  }
}

describe('ProgressFeed', () => {
  let browser: FakeBrowser;
  let one: Follower;
  beforeEach(() => {
    vi.useFakeTimers();
    browser = new FakeBrowser();
    one = new Follower(browser);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Another tab, which follows the same batch. */
  function another(): Follower {
    const other = new Follower(browser).follow();
    vi.advanceTimersByTime(0);
    return other;
  }

  it('asks with a poll first, then holds the stream and polls no more', () => {
    one.follow();
    vi.advanceTimersByTime(0);
    expect([browser.opened, one.tab.isPolling]).toEqual([0, true]);
    one.answer(at(1));
    expect(browser.opened).toBe(1);
    browser.stream(ID, at(2));
    expect(one.tab.isPolling).toBe(false);
    expect(one.seen).toEqual([1, 2]);
  });

  it('streams nothing of a batch that has ended', () => {
    one.follow().answer({ ...completed(), rev: 9 });
    expect(one.seen).toEqual([9, 'over']);
    expect(browser.opened).toBe(0);
  });

  it('never goes back', () => {
    one.follow().answer(at(5));
    browser.stream(ID, at(7));
    browser.streams.get(ID)?.next({ kind: 'lost' });
    one.answer(at(6));
    one.answer(at(7));
    expect(one.seen).toEqual([5, 7, 7]);
  });

  it('is one for all who follow in a tab, and each begins with what is newest', () => {
    one.follow().answer(at(1));
    const later: (number | string)[] = [];
    const second = one.feed.follow(ID).subscribe((update) => {
      later.push(update.kind === 'progress' ? update.progress.rev : update.kind);
    });
    expect(later[0]).toBe(1);
    one.leave();
    browser.stream(ID, at(2));
    expect(later.at(-1)).toBe(2);
    expect(one.tab.polled).toEqual([ID]);
    second.unsubscribe();
    expect(browser.streams.size).toBe(0);
  });

  it('has one stream for all tabs, which tells each of them', () => {
    one.follow().answer(at(1));
    browser.stream(ID, at(2));
    const others = [another(), another()];
    // What is newest comes at once, before any poll has an answer.
    expect(others.map(({ seen }) => seen.at(-1))).toEqual([2, 2]);
    browser.stream(ID, at(3));
    expect(others.map(({ seen, tab }) => [seen.at(-1), tab.isPolling])).toEqual([
      [3, false],
      [3, false],
    ]);
    expect(browser.opened).toBe(1);
  });

  it('hands the stream over when the tab that holds it goes', () => {
    one.follow().answer(at(1));
    browser.stream(ID, at(2));
    const other = another();
    one.injector.destroy();
    expect([browser.opened, browser.streams.size]).toEqual([2, 1]);
    browser.stream(ID, at(3));
    expect(other.seen.at(-1)).toBe(3);
    expect(other.tab.isPolling).toBe(false);
  });

  it('lets every tab poll at once when the stream is lost', () => {
    one.follow().answer(at(1));
    browser.stream(ID, at(2));
    const other = another();
    browser.streams.get(ID)?.next({ kind: 'lost' });
    vi.advanceTimersByTime(0);
    expect([one.tab.isPolling, other.tab.isPolling]).toEqual([true, true]);
  });

  it('does not answer for a server that it can’t reach', () => {
    one.follow().answer(at(1));
    browser.stream(ID, at(2));
    const other = another();
    vi.advanceTimersByTime(30_001);
    one.tab.polls.next({ kind: 'unreachable', failures: 1, retryInMs: 1_000 });
    vi.advanceTimersByTime(13_000);
    expect(other.tab.isPolling).toBe(true);
  });

  it('ends for all tabs with the batch, and closes the stream', () => {
    one.follow().answer(at(1));
    browser.stream(ID, at(2));
    const other = another();
    browser.stream(ID, { ...completed(), rev: 9 });
    expect([one.seen.slice(-2), other.seen.slice(-2)]).toEqual([
      [9, 'over'],
      [9, 'over'],
    ]);
    vi.advanceTimersByTime(0);
    expect([browser.streams.size, one.tab.isPolling, other.tab.isPolling]).toEqual([
      0,
      false,
      false,
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives a stream up that is refused, so that another tab may try, and polls', () => {
    one.follow().answer(at(1));
    browser.streams.get(ID)?.complete();
    vi.advanceTimersByTime(0);
    expect([browser.streams.size, one.tab.isPolling]).toEqual([0, true]);
    vi.advanceTimersByTime(5_000);
    expect(browser.opened).toBe(2);
  });

  it('polls at once when a stream breaks off that has told something', () => {
    one.follow().answer(at(1));
    browser.stream(ID, at(2));
    const other = another();
    browser.streams.get(ID)?.complete();
    vi.advanceTimersByTime(0);
    expect([one.tab.isPolling, other.tab.isPolling]).toEqual([true, true]);
  });

  it('opens another stream where a poll brings what the one that is open has not told', () => {
    one.follow().answer(at(1));
    browser.stream(ID, at(2));
    vi.advanceTimersByTime(30_001);
    expect(one.tab.isPolling).toBe(true);
    one.answer(at(3));
    expect([browser.opened, browser.streams.size, one.tab.isPolling]).toEqual([2, 1, true]);
    browser.stream(ID, at(4));
    expect([one.seen, one.tab.isPolling]).toEqual([[1, 2, 3, 4], false]);
  });

  it('leaves a stream alone that had nothing to tell', () => {
    one.follow().answer(at(1));
    browser.stream(ID, at(2));
    vi.advanceTimersByTime(30_001);
    expect(one.tab.isPolling).toBe(true);
    one.answer(at(2));
    expect([browser.opened, one.tab.isPolling]).toEqual([1, false]);
  });

  it('closes all when the page is left, and begins anew when it is brought back', () => {
    one.follow().answer(at(1));
    browser.stream(ID, at(2));
    one.tab.isThere.next(false);
    expect([browser.streams.size, vi.getTimerCount()]).toEqual([0, 0]);
    const { length } = browser.messages;
    const other = another();
    other.answer(at(3));
    expect(browser.messages.slice(length)).not.toContainEqual(
      expect.objectContaining({ kind: 'newest' }),
    );
    one.tab.isThere.next(true);
    vi.advanceTimersByTime(0);
    expect(one.tab.isPolling).toBe(true);
    one.answer(at(4));
    expect(one.seen).toEqual([1, 2, 4]);
  });

  it('begins with a progress that is at hand, and gives the first poll time', () => {
    const seen: number[] = [];
    one.feed.follow(ID, at(3)).subscribe((update) => {
      if (update.kind === 'progress') seen.push(update.progress.rev);
    });
    vi.advanceTimersByTime(1_999);
    expect([seen, one.tab.polled, browser.opened]).toEqual([[3], [], 1]);
    vi.advanceTimersByTime(1);
    expect(one.tab.polled).toEqual([ID]);
  });

  it('gives no poll time once the page is brought back', () => {
    const following = one.feed.follow(ID, at(3)).subscribe();
    vi.advanceTimersByTime(2_000);
    one.tab.isThere.next(false);
    one.tab.isThere.next(true);
    vi.advanceTimersByTime(0);
    expect(one.tab.isPolling).toBe(true);
    following.unsubscribe();
  });

  it('follows nothing that has ended when it begins', () => {
    const seen: string[] = [];
    one.feed.follow(ID, completed()).subscribe({
      next: ({ kind }) => seen.push(kind),
      complete: () => seen.push('over'),
    });
    vi.advanceTimersByTime(0);
    expect(seen).toEqual(['progress', 'over']);
    // Nobody has left a feed behind that the next to follow would join.
    one.follow();
    vi.advanceTimersByTime(0);
    expect(one.seen).toEqual([]);
    expect(one.tab.polled).toEqual([ID]);
  });

  it('shows those who follow what another answer has brought', () => {
    one.follow().answer(at(1));
    one.feed.tell(at(4, { status: 'paused' }));
    one.feed.tell(at(3));
    expect(one.seen).toEqual([1, 4]);
  });

  it('says why it stopped, and polls on when it is told to or the tab is shown', () => {
    one.follow();
    vi.advanceTimersByTime(0);
    vi.advanceTimersByTime(30 * 60_000);
    expect([one.seen, one.tab.isPolling]).toEqual([['expired'], false]);
    one.tab.isShown.next(false);
    one.tab.isShown.next(true);
    vi.advanceTimersByTime(0);
    expect(one.tab.isPolling).toBe(true);
    one.feed.again(ID);
    one.answer(at(1));
    expect(one.seen).toEqual(['expired', 1]);
    one.tab.polls.next({ kind: 'refused', code: 'BATCH_NOT_FOUND' });
    expect(one.seen).toEqual(['expired', 1, 'refused', 'over']);
  });
});

describe('batchToStream', () => {
  const feed = (taskId: string, newest: Progress | undefined, isExpired = false) => ({
    taskId,
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

  it('is one that runs sooner than one that waits', () => {
    const paused = at(1, { status: 'paused' });
    expect(batchToStream([feed('a', paused), feed('b', at(1))])).toBe('b');
  });
});
