import { beforeEach, describe, expect, it } from 'vitest';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import {
  REPEATED_ERROR,
  WAITING_KINDS,
  type Language,
  type Progress,
  type WaitingKind,
} from '@daysync/progress';
import { provideTestApp } from '../i18n/test-words';
import { clockTime } from '../time/instant';
import { progressOf } from '../design/progress.fixture';
import { WaitingNote } from './waiting-note';
import { give, succeed } from '../design/page.fixture';

const NOW = Date.parse('2025-10-17T16:00:05Z');
const DOWN = { code: 'SOURCE_UNREADABLE', text: 'expected an answer, got ECONNREFUSED' };

describe('WaitingNote', () => {
  let fixture: ComponentFixture<WaitingNote>;

  function open(language: Language): void {
    TestBed.configureTestingModule({ providers: [provideTestApp(language)] });
    fixture = TestBed.createComponent(WaitingNote);
  }
  beforeEach(() => open('zh'));

  async function show(changes: Partial<Progress>, now = NOW): Promise<string> {
    fixture.componentRef.setInput('progress', progressOf({ waiting_for: null, ...changes }));
    fixture.componentRef.setInput('now', now);
    await fixture.whenStable();
    return (fixture.nativeElement as HTMLElement).textContent.trim().replaceAll(/\s+/g, ' ');
  }

  const waiting = (
    kind: WaitingKind,
    until: string | null = null,
    detail: string | null = null,
  ): Partial<Progress> => ({ waiting_for: { kind, until, detail } });

  it.each<[WaitingKind, string]>([
    ['retry', '部分日期暂时失败，稍后自动重试'],
    ['throttle', '已达限速，等待同步下一天'],
    ['rate_limit', '来源要求降低请求频率，稍后自动继续'],
    ['queue', '排队中，等待前一个批次结束'],
    ['paused', '已暂停，点击“继续”恢复同步'],
    ['source', '来源出错，稍后重试'],
    [
      'failures',
      '多个日期因同一错误连续失败，批次已自动暂停；点击“继续”将从下一天开始，失败的日期可在批次结束后重试',
    ],
    ['disk', '磁盘空间不足，释放空间后自动继续'],
    ['database', '数据库暂时无法写入，恢复后自动继续'],
  ])('has a sentence for %s', async (kind, sentence) => {
    expect(await show(waiting(kind))).toBe(sentence);
  });

  it('has another sentence for each kind in English too', async () => {
    TestBed.resetTestingModule();
    open('en');
    const sentences: string[] = [];
    for (const kind of WAITING_KINDS) sentences.push(await show(waiting(kind)));
    expect(new Set(sentences).size).toBe(WAITING_KINDS.length);
    expect(sentences.join()).toMatch(/^[\w\s:;,.’-]+$/);
  });

  it('names the place in the queue and the batch before it, with a link', async () => {
    const queued = progressOf({ task_id: 'q', status: 'queued', ...waiting('queue') });
    const ahead = progressOf({ task_id: 'r', dataset: 'orders' });
    give(fixture, { progress: queued, now: NOW });
    const items = [
      { ...ahead, queue_place: null },
      { ...queued, queue_place: 1 },
    ];
    succeed('/sync/batch', { items, page: 1, page_size: 50, total: 2 });
    await fixture.whenStable();
    const note = fixture.nativeElement as HTMLElement;
    expect(note.textContent.trim().replaceAll(/\s+/g, ' ')).toBe(
      '排在队列第 1 位，前一个批次： orders · 2025年10月1日至10日',
    );
    expect(note.querySelector('a')?.getAttribute('href')).toBe('/batches/r');
  });

  it('says nothing where nothing is waited for', async () => {
    expect(await show({})).toBe('');
  });

  it('says when it goes on, by the clock and by what is left', async () => {
    const until = '2025-10-17T16:01:17Z';
    const text = await show(waiting('rate_limit', until, '429 Too Many Requests'));
    expect(text).toContain(
      `（预计 ${clockTime(until, { locale: 'zh-CN' })} 继续，还有 1 分 12 秒）`,
    );
    expect(text).toContain('429 Too Many Requests');
    expect(await show(waiting('retry', until), Date.parse(until) + 2_000)).toContain(
      '（即将继续）',
    );
  });

  it('says why a batch paused itself, in the language of the page, and what a resume does', async () => {
    const text = 'GET http://a.b/x: expected 200 for its credentials, got 401';
    const error = { code: 'SOURCE_UNAUTHORIZED', text };
    expect(await show({ status: 'paused', ...waiting('source', null, text), error })).toBe(
      '来源出错，批次已自动暂停；点击“继续”会重试这些日期来源拒绝了访问凭据。GET http://a.b/x：来源拒绝了访问凭据（401）',
    );
  });

  it('says which error has failed day after day, once', async () => {
    const error = { code: REPEATED_ERROR, text: '20 days in a row failed with VALUE_INVALID' };
    const paused = { status: 'paused', error, ...waiting('failures', null, error.text) } as const;
    const text = await show(paused);
    expect(text).toContain('批次已自动暂停；点击“继续”将从下一天开始');
    expect(text.match(/20 days|连续 20 天/g)).toHaveLength(1);
  });

  it('says what of a dataset has changed', async () => {
    const error = { code: 'DATASET_CHANGED', text: 'not configured as before: source.url' };
    const text = await show({ status: 'failed', error, waiting_for: null });
    expect(text).toBe(`批次开始后，数据集的配置发生了变化。${error.text}`);
  });

  it('says a reason once, known or not', async () => {
    const error = { code: 'NOT_YET_KNOWN', text: 'gone' };
    const paused = { status: 'paused', ...waiting('source', null, 'gone'), error } as const;
    expect((await show(paused)).match(/gone/g)).toHaveLength(1);
    const failed = { status: 'failed', error, waiting_for: null } as const;
    expect(await show(failed)).toBe('gone');
    const stopped = {
      status: 'paused',
      ...waiting('paused', null, DOWN.text),
      error: DOWN,
    } as const;
    expect(await show(stopped)).toBe('来源无法读取。已暂停，点击“继续”恢复同步');
  });

  it('reports a server that answers without progress', async () => {
    const updated_at = '2025-10-17T16:00:00Z';
    const after = (ms: number): number => Date.parse(updated_at) + ms;
    expect(await show({ updated_at }, after(59_999))).toBe('');
    expect(await show({ updated_at }, after(61_000))).toBe(
      '服务器有响应，但已有 1 分 1 秒 没有新进展。',
    );
    expect(await show({ updated_at, ...waiting('disk') }, after(61_000))).not.toContain('新进展');
    expect(await show({ updated_at, status: 'paused' }, after(61_000))).toBe('');
  });
});
