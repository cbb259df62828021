import { beforeEach, describe, expect, it } from 'vitest';
import { provideHttpClient } from '@angular/common/http';
import {
  HttpTestingController,
  provideHttpClientTesting,
  type TestRequest,
} from '@angular/common/http/testing';
import { computed, signal, type WritableSignal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router, withComponentInputBinding } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { TranslocoService } from '@jsverse/transloco';
import type { Progress } from '@daysync/progress';
import type { Notice, NoticeEndpoint } from '../api/wire';
import { provideTestWords } from '../i18n/test-words';
import { ActiveBatch } from '../live/active-batch';
import { Session } from '../session/session';
import { completed, progressOf } from '../design/progress.fixture';
import { NoticesPage } from './webhooks-page';

const OPS: NoticeEndpoint = {
  name: 'ops',
  url: 'https://hooks.example/${HOOK}',
  on: ['failed_days', 'failed'],
  datasets: null,
  gone: false,
};

function noticeOf(changes: Partial<Notice> = {}): Notice {
  return {
    id: 'msg_1',
    endpoint: 'ops',
    event: 'failed_days',
    task_id: 'batch_1',
    dataset: 'weather',
    created_at: '2025-10-17T16:00:00.000Z',
    state: 'delivered',
    attempts: 1,
    next_attempt_at: null,
    last_attempt_at: '2025-10-17T16:00:00.000Z',
    last_status: 204,
    error: null,
    ...changes,
  };
}

const REFUSED = { code: 'NOTICE_REFUSED', text: 'expected a status of 2xx, got 500' } as const;

describe('NoticesPage', () => {
  let followed: WritableSignal<Progress | undefined>;
  let isViewer: WritableSignal<boolean>;
  let harness: RouterTestingHarness;
  let http: HttpTestingController;

  beforeEach(async () => {
    followed = signal<Progress | undefined>(undefined);
    isViewer = signal(false);
    const batches = computed(() => [followed()].filter((batch) => batch !== undefined));
    TestBed.configureTestingModule({
      providers: [
        provideTestWords(),
        provideHttpClient(),
        provideHttpClientTesting(),
        provideRouter([{ path: 'notices', component: NoticesPage }], withComponentInputBinding()),
        { provide: ActiveBatch, useValue: { progress: followed, batches } },
        { provide: Session, useValue: { isViewer } },
      ],
    });
    http = TestBed.inject(HttpTestingController);
    harness = await RouterTestingHarness.create();
  });

  async function settle(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    TestBed.tick();
  }
  async function open(url = '/notices'): Promise<void> {
    await harness.navigateByUrl(url, NoticesPage);
    TestBed.tick();
  }
  const asked = (): TestRequest => http.expectOne(({ url }) => url.endsWith('/notices'));
  async function answer(items: readonly Notice[], endpoints = [OPS], total = items.length) {
    const data = { items, endpoints, page: 1, page_size: 20, total };
    asked().flush({ status: 'success', data });
    await settle();
  }
  function element(): HTMLElement {
    if (harness.routeNativeElement === null) throw new Error('expected a page');
    return harness.routeNativeElement;
  }
  const texts = (selector: string): string[] =>
    [...element().querySelectorAll(selector)].map((found) =>
      found.textContent.replace(/\s+/g, ' ').trim(),
    );
  const press = async (selector: string): Promise<void> => {
    element().querySelector<HTMLElement>(selector)?.click();
    await settle();
  };

  it('shows what was told to whom, how it stands, and what is wrong with it', async () => {
    await open();
    expect(texts('[role=status]')).toContain('正在读取通知…');
    const soon = new Date(Date.now() + 61_500).toISOString();
    await answer([
      noticeOf(),
      noticeOf({ id: 'b', state: 'waiting', attempts: 0, last_status: null }),
      noticeOf({
        ...{ id: 'c', state: 'waiting', attempts: 2, next_attempt_at: soon },
        ...{ error: REFUSED, last_status: 500 },
      }),
      noticeOf({ id: 'd', event: 'paused_by_itself', state: 'given_up', error: REFUSED }),
    ]);
    const rows = texts('tbody tr');
    expect(rows[0]).toMatch(/^有日期失败 batch_1.*ops已送达 1 — 重新发送$/);
    expect(rows[1]).toMatch(/待发送 0 即将发送 立即发送$/);
    expect(rows[2]).toMatch(/稍后再发 2 1 分 1 秒后 接收方没有接受。 NOTICE_REFUSED ?HTTP 500/);
    expect(rows[3]).toMatch(/^自行暂停.*已放弃/);
    expect(element().querySelector('tbody a')?.getAttribute('href')).toBe('/batches/batch_1');
    expect(texts('ds-notice-endpoints li')).toEqual([
      'opshttps://hooks.example/${HOOK}有日期失败、未能继续',
    ]);
  });

  it('keeps filters and page in the address', async () => {
    await open('/notices?state=given_up&task_id=batch_1&page=2');
    const { params } = asked().request;
    expect(params.toString()).toBe('state=given_up&task_id=batch_1&page=2&page_size=20');
    const [, states] = element().querySelectorAll('select');
    if (states === undefined) throw new Error('expected a choice of states');
    expect(states.value).toBe('given_up');
    states.value = 'waiting';
    states.dispatchEvent(new Event('change'));
    await settle();
    expect(TestBed.inject(Router).url).toBe('/notices?state=waiting&task_id=batch_1');
  });

  it('tells how to configure it where nobody is told, and nothing yet apart from nothing that matches', async () => {
    await open();
    await answer([], []);
    expect(texts('.ds-empty p')[0]).toBe('还没有配置接收方');
    expect(texts('pre')[0]).toContain('secret: ${WEBHOOK_SECRET}');
    await open('/notices?state=waiting');
    await answer([]);
    expect(texts('.ds-empty p')[0]).toBe('没有符合筛选条件的通知');
    await press('form button');
    await answer([]);
    expect(texts('.ds-empty p')[0]).toBe('还没有发送过通知');
  });

  it('sends one again, and says so', async () => {
    await open();
    await answer([noticeOf({ state: 'given_up', error: REFUSED })]);
    await press('tbody button');
    const sent = http.expectOne(({ url }) => url.endsWith('/notices/msg_1/redeliver'));
    expect(sent.request.method).toBe('POST');
    await press('tbody button');
    sent.flush({ status: 'success', data: noticeOf({ state: 'waiting', attempts: 0 }) });
    await settle();
    expect(texts('header [role=status]')).toEqual(['将立即发送给 ops。']);
    await answer([noticeOf()]);
    expect(texts('ds-notice-badge')).toEqual(['已送达']);
  });

  it.each(['zh', 'en'] as const)(
    'names each button by its text first, and by what it sends, in %s',
    async (language) => {
      TestBed.inject(TranslocoService).setActiveLang(language);
      await open();
      await answer([noticeOf(), noticeOf({ id: 'b', state: 'waiting', attempts: 0 })]);
      const buttons = [...element().querySelectorAll('tbody button')];
      const names = buttons.map((button) => button.getAttribute('aria-label') ?? '');
      expect(names).toHaveLength(2);
      for (const [index, text] of texts('tbody button').entries()) {
        expect(names[index]?.startsWith(text)).toBe(true);
        expect(names[index]).toMatch(/ops.*batch_1/);
      }
    },
  );

  it('tells why it could not be sent', async () => {
    await open();
    await answer([noticeOf()]);
    await press('tbody button');
    http
      .expectOne(({ url }) => url.endsWith('/redeliver'))
      .flush({ code: 'NOTICE_NOT_FOUND' }, { status: 404, statusText: 'Not Found' });
    await settle();
    expect(texts('header [role=alert]')).toEqual([
      '未能发送：没有这条通知，可能已不在历史记录中。',
    ]);
  });

  it('lets a viewer look, and says that they may not send', async () => {
    isViewer.set(true);
    await open();
    await answer([noticeOf()]);
    await press('tbody button');
    http.expectNone(({ url }) => url.endsWith('/redeliver'));
    expect(element().textContent).toContain('你的角色是查看者，不能重新发送通知。');
  });

  it('warns of an endpoint that wants to be told nothing', async () => {
    await open();
    await answer([], [{ ...OPS, gone: true, datasets: ['weather', 'tides'] }]);
    const [text] = texts('ds-notice-endpoints li');
    expect(text).toContain('（数据集 weather、tides）');
    expect(text).toContain('接收方以 410 表示不再接收');
  });

  it('offers to read again after an error, and keeps what it had under a note', async () => {
    await open();
    asked().flush({ code: 'INTERNAL' }, { status: 500, statusText: 'Error' });
    await settle();
    expect(texts('.problem p')).toEqual(['读取通知失败：服务器内部错误。']);
    await press('.problem button');
    await answer([noticeOf()]);
    followed.set(progressOf());
    TestBed.tick();
    await settle();
    asked().flush({ code: 'INTERNAL' }, { status: 500, statusText: 'Error' });
    await settle();
    expect(texts('.problem p')[0]).toContain('刷新失败');
    expect(texts('tbody tr')).toHaveLength(1);
  });

  it('reads again when a batch has ended', async () => {
    followed.set(progressOf());
    await open();
    await answer([]);
    followed.set({ ...completed(), rev: 20 });
    TestBed.tick();
    await settle();
    await answer([noticeOf()]);
    expect(texts('tbody tr')).toHaveLength(1);
  });
});
