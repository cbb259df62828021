import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Component, signal } from '@angular/core';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import type { Language, Progress } from '@daysync/progress';
import { provideTestApp } from '../i18n/test-words';
import { completed, progressOf, THIRD_OF_TEN } from '../design/progress.fixture';
import { MONOTONIC } from '../time/clock';
import { ActiveBatch } from './active-batch';
import { Announcer } from './announcer';
import { ProgressBanner } from './progress-banner';
import type { Trouble } from './watch-state';

@Component({
  imports: [Announcer, ProgressBanner],
  template: `<ds-progress-banner [isListed]="isListed()" (listed)="isListed.set(true)" />
    <ds-announcer />`,
})
class FootHost {
  protected readonly isListed = signal(false);
}

describe('the banner and what is announced', () => {
  const progress = signal<Progress | undefined>(undefined);
  const trouble = signal<Trouble | undefined>(undefined);
  const others = signal(0);
  let now: number;
  let fixture: ComponentFixture<FootHost>;

  function open(language: Language = 'zh'): void {
    const active = {
      progress,
      trouble,
      others,
      dismiss: () => progress.set(undefined),
      resume: () => trouble.set(undefined),
    };
    TestBed.configureTestingModule({
      providers: [
        provideTestApp(language),
        { provide: ActiveBatch, useValue: active },
        { provide: MONOTONIC, useValue: { now: () => now } },
      ],
    });
    fixture = TestBed.createComponent(FootHost);
    document.body.append(page());
    pass(0);
  }
  beforeEach(() => {
    vi.useFakeTimers();
    now = 0;
    progress.set(undefined);
    trouble.set(undefined);
    others.set(0);
  });
  afterEach(() => {
    page().remove();
    vi.useRealTimers();
  });

  const page = (): HTMLElement => fixture.nativeElement as HTMLElement;
  const banner = (): HTMLElement | null => page().querySelector('section');
  const spoken = (): string | undefined =>
    page().querySelector('[aria-live=polite]')?.textContent.trim();

  function pass(ms: number): void {
    TestBed.tick();
    now += ms;
    vi.advanceTimersByTime(ms);
    TestBed.tick();
  }
  function show(newest: Progress): void {
    progress.set(newest);
    pass(0);
  }
  function openOn(batch: Progress): void {
    open();
    show(batch);
  }
  const words = (): string => banner()?.textContent.replaceAll(/\s+/g, ' ').trim() ?? '';

  it('shows nothing while there is no batch', () => {
    open();
    expect([banner(), spoken()]).toEqual([null, '']);
  });

  it('shows the batch in a line that leads to it, and says what comes at once in one sentence', () => {
    openOn(THIRD_OF_TEN);
    expect(words()).toContain('🔄 正在同步 2025-10-03...');
    expect(words()).toContain('3/10 天（30%）');
    expect(spoken()).toBe('weather · 2025年10月1日至10日，开始同步，共 10 天，已完成 30%');
    expect(words()).toContain('成功: 2, 失败: 0, 跳过: 1');
    expect(banner()?.querySelector('a')?.getAttribute('href')).toBe(
      `/batches/${THIRD_OF_TEN.task_id}`,
    );
    const bar = banner()?.querySelector('[role=progressbar]');
    expect(bar?.getAttribute('aria-valuetext')).toBe('已完成 3/10 天，30%');
    expect(document.activeElement).toBe(document.body);
  });

  it.each<[Trouble, string]>([
    [{ kind: 'unreachable', retryAt: 0 }, '连接已断开'],
    [{ kind: 'busy', retryAt: 0 }, '服务器繁忙'],
    [{ kind: 'expired' }, '已停止刷新'],
  ])('has a short word for trouble: %j', (what, word) => {
    openOn(THIRD_OF_TEN);
    expect(words()).not.toContain(word);
    trouble.set(what);
    pass(0);
    expect(words()).toContain(word);
  });

  it('says how many batches are active, and opens the list of them', () => {
    open();
    others.set(2);
    show(THIRD_OF_TEN);
    expect(words()).toContain('全部进行中（3）');
    const list = banner()?.querySelector<HTMLElement>('.list');
    expect(list?.getAttribute('aria-expanded')).toBe('false');
    list?.click();
    pass(0);
    expect(list?.getAttribute('aria-expanded')).toBe('true');
  });

  it('shows the end until it is closed', () => {
    openOn(THIRD_OF_TEN);
    expect(banner()?.querySelector('.close')).toBeNull();
    show(completed());
    expect(words()).toContain('✅ 批量同步完成: 成功9, 失败0, 跳过1');
    banner()?.querySelector('button')?.click();
    pass(0);
    expect(banner()).toBeNull();
  });

  it('gives the focus to the page when it is closed', () => {
    open();
    const main = document.createElement('main');
    Object.assign(main, { id: 'main', tabIndex: -1 });
    document.body.append(main);
    show(completed());
    const close = banner()?.querySelector('button');
    close?.focus();
    close?.click();
    pass(0);
    expect(document.activeElement).toBe(main);
    main.remove();
  });

  it('goes on after half an hour when the reader asks for it, and keeps the focus', () => {
    openOn(THIRD_OF_TEN);
    trouble.set({ kind: 'expired' });
    pass(0);
    const button = banner()?.querySelector('button');
    expect(button?.textContent).toBe('继续查看');
    button?.focus();
    button?.click();
    pass(0);
    expect(banner()?.querySelector('button:not(.list)')).toBeNull();
    expect(document.activeElement).toBe(banner()?.querySelector('a'));
  });

  it('removes the end after 15 s, but not while it has the focus', () => {
    openOn(completed());
    banner()?.querySelector('a')?.focus();
    pass(40_000);
    expect(banner()).not.toBeNull();
    banner()?.querySelector('a')?.blur();
    pass(15_000);
    expect(banner()).toBeNull();
  });

  it('speaks the language of the page', () => {
    open('en');
    show(THIRD_OF_TEN);
    expect(words()).toContain('🔄 Syncing 2025-10-03...');
    expect(spoken()).toMatch(/^weather · .*2025, sync of 10 days started, 30% done$/);
  });

  it('speaks at the start, and of the end in its time, by a clock that never goes back', () => {
    openOn(progressOf());
    // The system's time leaps, as it does when it is set.
    vi.setSystemTime(Date.now() + 3_600_000);
    show(completed());
    expect(spoken()).toBe('weather · 2025年10月1日至10日，开始同步，共 10 天');
    vi.setSystemTime(0);
    pass(5_000);
    expect(spoken()).toBe('weather · 2025年10月1日至10日，批量同步完成: 成功9, 失败0, 跳过1');
  });
});
