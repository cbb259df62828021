import { beforeEach, describe, expect, it } from 'vitest';
import { signal } from '@angular/core';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import type { Progress } from '@daysync/progress';
import { DatasetTitles } from '../api/dataset-titles';
import { completed, progressOf } from '../design/progress.fixture';
import { provideTestApp } from '../i18n/test-words';
import { ActiveBatch } from '../live/active-batch';
import { ActivePanel } from './active-panel';
import { buttonIn, hrefsIn, settle, succeed } from '../design/page.fixture';

const RUNNING = progressOf({ task_id: 'r', dataset: 'orders', finished: 3, success: 3 });
const QUEUED = progressOf({ task_id: 'q', dataset: 'returns', status: 'queued' });
const PAUSED = progressOf({ task_id: 'p', dataset: 'orders', status: 'paused' });

describe('ActivePanel', () => {
  const progress = signal<Progress | undefined>(undefined);
  const batches = signal<readonly Progress[] | undefined>(undefined);
  const applied: Progress[] = [];
  let fixture: ComponentFixture<ActivePanel>;
  let closed: number;

  beforeEach(async () => {
    progress.set(undefined);
    batches.set(undefined);
    applied.length = 0;
    closed = 0;
    const apply = (one: Progress): number => applied.push(one);
    TestBed.configureTestingModule({
      providers: [
        provideTestApp('en'),
        { provide: ActiveBatch, useValue: { apply, batches, progress } },
      ],
    });
    TestBed.inject(DatasetTitles).learn([
      { name: 'orders', title: { zh: '订单', en: 'Orders' }, time_zone: 'UTC' },
      { name: 'returns', title: { zh: '退货', en: 'Returns' }, time_zone: 'UTC' },
    ]);
    document.body.replaceChildren();
    fixture = TestBed.createComponent(ActivePanel);
    fixture.componentInstance.closed.subscribe(() => (closed += 1));
    document.body.append(page());
    await settle();
  });

  const page = (): HTMLElement => fixture.nativeElement as HTMLElement;
  async function answer(...items: readonly object[]): Promise<void> {
    succeed('/sync/batch', { items, page: 1, page_size: 50, total: items.length });
    await settle();
  }
  const rows = (): readonly string[] =>
    [...page().querySelectorAll('[role=group]')].map((row) => {
      const name = row.getAttribute('aria-label') ?? '';
      const buttons = [...row.querySelectorAll('button')].map((one) => one.textContent.trim());
      return `${name.split(' · ')[0] ?? ''}: ${buttons.join(', ')}`;
    });

  it('lists the active batches with their place in the queue and their controls', async () => {
    await answer(
      { ...RUNNING, queue_place: null },
      { ...QUEUED, queue_place: 2 },
      { ...PAUSED, queue_place: null },
      { ...completed(), task_id: 'c', queue_place: null },
    );
    expect(rows()).toEqual([
      'Orders: Pause, Add days…, Cancel',
      'Returns: Pause, Add days…, Cancel',
      'Orders: Resume, Add days…, Cancel',
    ]);
    expect(page().textContent).toContain('Queued, place 2');
    expect(page().textContent).toContain('3/10 days finished');
    expect(hrefsIn(page(), 'li a')).toEqual(['/batches/r', '/batches/q', '/batches/p']);
  });

  it('shows what is known since, and a batch that runs now has no place any more', async () => {
    await answer({ ...QUEUED, queue_place: 1 });
    expect(page().textContent).toContain('Queued, place 1');
    batches.set([{ ...QUEUED, status: 'running', rev: QUEUED.rev + 1, finished: 4 }]);
    await settle();
    expect(page().textContent).toContain('4/10 days finished');
    expect(page().textContent).not.toContain('Queued');
  });

  it('keeps a batch that ends in its place, so that no button of another moves', async () => {
    await answer({ ...RUNNING, queue_place: null }, { ...QUEUED, queue_place: 1 });
    batches.set([{ ...RUNNING, status: 'cancelled', rev: RUNNING.rev + 1 }]);
    await settle();
    expect(rows()).toEqual(['Orders: ', 'Returns: Pause, Add days…, Cancel']);
    expect(page().querySelector('[data-batch=r]')?.textContent).toContain('Cancelled');
  });

  it('controls a batch, and reads the list again', async () => {
    await answer({ ...RUNNING, queue_place: null });
    buttonIn(page(), 'Pause').click();
    const paused = { ...RUNNING, status: 'paused', rev: RUNNING.rev + 1 };
    succeed('/sync/batch/r/pause', paused);
    await settle();
    expect(applied).toEqual([paused]);
    await answer({ ...paused, queue_place: null });
    expect(rows()[0]).toContain('Resume');
  });

  it('says when nothing is active, takes the focus, and is closed by Escape', async () => {
    await answer();
    expect(page().textContent).toContain('No batch is active.');
    expect(document.activeElement).toBe(page().querySelector('h2'));
    const escape = new KeyboardEvent('keydown', { key: 'Escape', bubbles: true });
    document.activeElement?.dispatchEvent(escape);
    expect(closed).toBe(1);
  });
});
