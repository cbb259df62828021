import { beforeEach, describe, expect, it } from 'vitest';
import { HttpTestingController, type TestRequest } from '@angular/common/http/testing';
import { signal, type WritableSignal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router, withComponentInputBinding } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { TranslocoService } from '@jsverse/transloco';
import type { Progress } from '@daysync/progress';
import type { Delivery, WebhookEndpoint } from '../api/wire';
import { provideTestApp } from '../i18n/test-words';
import { provideFollowed } from '../live/live.fixture';
import { Session } from '../session/session';
import { progressOf } from '../design/progress.fixture';
import { WebhooksPage } from './webhooks-page';
import { pageIn, refuse, requestTo, settle, succeed, textsIn } from '../design/page.fixture';

const OPS: WebhookEndpoint = {
  name: 'ops',
  url: 'https://hooks.example/${HOOK}',
  on: ['failed_days', 'failed'],
  datasets: null,
  gone: false,
};

function deliveryOf(changes: Partial<Delivery> = {}): Delivery {
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

const REFUSED = { code: 'WEBHOOK_REFUSED', text: 'expected a status of 2xx, got 500' } as const;

describe('WebhooksPage', () => {
  let followed: WritableSignal<Progress | undefined>;
  let isViewer: WritableSignal<boolean>;
  let harness: RouterTestingHarness;

  beforeEach(async () => {
    followed = signal<Progress | undefined>(undefined);
    isViewer = signal(false);
    TestBed.configureTestingModule({
      providers: [
        provideTestApp(),
        provideRouter([{ path: 'webhooks', component: WebhooksPage }], withComponentInputBinding()),
        provideFollowed(followed),
        { provide: Session, useValue: { isViewer } },
      ],
    });
    harness = await RouterTestingHarness.create();
  });

  async function open(url = '/webhooks'): Promise<void> {
    await harness.navigateByUrl(url, WebhooksPage);
    TestBed.tick();
  }
  const asked = (): TestRequest => requestTo('/webhooks');
  async function answer(items: readonly Delivery[], endpoints = [OPS], total = items.length) {
    const data = { items, endpoints, page: 1, page_size: 20, total };
    asked().flush({ status: 'success', data });
    await settle();
  }
  const element = (): HTMLElement => pageIn(harness);
  const texts = (selector: string): string[] => textsIn(element(), selector);
  const press = async (selector: string): Promise<void> => {
    element().querySelector<HTMLElement>(selector)?.click();
    await settle();
  };

  it('shows each delivery with its event, endpoint, state and error', async () => {
    await open();
    expect(texts('[role=status]')).toContain('正在加载投递记录…');
    const soon = new Date(Date.now() + 110_000).toISOString();
    await answer([
      deliveryOf(),
      deliveryOf({ id: 'b', state: 'pending', attempts: 0, last_status: null }),
      deliveryOf({
        ...{ id: 'c', state: 'pending', attempts: 2, next_attempt_at: soon },
        ...{ error: REFUSED, last_status: 500 },
      }),
      deliveryOf({ id: 'd', event: 'paused_by_itself', state: 'failed', error: REFUSED }),
    ]);
    const rows = texts('tbody tr');
    expect(rows[0]).toMatch(/^有日期失败 ?weather ?batch_1.*ops已送达 1 — 重新投递 消息内容$/);
    expect(rows[1]).toMatch(/待投递 0 即将投递 立即投递 消息内容$/);
    expect(rows[2]).toMatch(
      /等待重试 2 1 分 \d+ 秒后 接收端拒绝了投递。 WEBHOOK_REFUSED ?HTTP 500/,
    );
    expect(rows[3]).toMatch(/^批次已自动暂停.*投递失败/);
    expect(element().querySelector('tbody a')?.getAttribute('href')).toBe('/batches/batch_1');
    expect(texts('ds-webhook-endpoints li')).toEqual([
      'opshttps://hooks.example/${HOOK}有日期失败、批次运行失败 发送测试',
    ]);
  });

  it('keeps filters and page in the address', async () => {
    await open('/webhooks?state=failed&task_id=batch_1&page=2');
    const { params } = asked().request;
    expect(params.toString()).toBe('state=failed&task_id=batch_1&page=2&page_size=20');
    const [, states] = element().querySelectorAll('select');
    if (states === undefined) throw new Error('expected a choice of states');
    expect(states.value).toBe('failed');
    states.value = 'pending';
    states.dispatchEvent(new Event('change'));
    await settle();
    expect(TestBed.inject(Router).url).toBe('/webhooks?state=pending&task_id=batch_1');
  });

  it('explains how to configure webhooks; an empty list differs from filters that match nothing', async () => {
    await open();
    await answer([], []);
    expect(texts('.ds-empty p')[0]).toBe('尚未配置 Webhook');
    expect(texts('pre')[0]).toContain('secret: ${WEBHOOK_SECRET}');
    await open('/webhooks?state=pending');
    await answer([]);
    expect(texts('.ds-empty p')[0]).toBe('没有符合筛选条件的投递');
    await press('form button');
    await answer([]);
    expect(texts('.ds-empty p')[0]).toBe('暂无投递记录');
  });

  it('redelivers one, and confirms it', async () => {
    await open();
    await answer([deliveryOf({ state: 'failed', error: REFUSED })]);
    await press('tbody button');
    const sent = requestTo('/webhooks/msg_1/redeliver');
    expect(sent.request.method).toBe('POST');
    await press('tbody button');
    sent.flush({ status: 'success', data: deliveryOf({ state: 'pending', attempts: 0 }) });
    await settle();
    expect(texts('header [role=status]')).toEqual(['正在向 ops 投递。']);
    await answer([deliveryOf()]);
    expect(texts('ds-delivery-badge')).toEqual(['已送达']);
  });

  it.each(['zh', 'en'] as const)(
    'names each button by its text first, then by its delivery, in %s',
    async (language) => {
      TestBed.inject(TranslocoService).setActiveLang(language);
      await open();
      await answer([deliveryOf(), deliveryOf({ id: 'b', state: 'pending', attempts: 0 })]);
      const buttons = [...element().querySelectorAll('tbody button')];
      const names = buttons.map((button) => button.getAttribute('aria-label') ?? '');
      expect(names).toHaveLength(4);
      for (const [index, text] of texts('tbody button').entries()) {
        expect(names[index]?.startsWith(text)).toBe(true);
        expect(names[index]).toMatch(/ops.*batch_1/);
      }
    },
  );

  it('shows why a delivery could not be requested again', async () => {
    await open();
    await answer([deliveryOf()]);
    await press('tbody button');
    refuse(requestTo('/redeliver'), 404, { code: 'DELIVERY_NOT_FOUND' });
    await settle();
    expect(texts('header [role=alert]')).toEqual([
      '重新投递失败：投递不存在，可能已从历史记录中清除。',
    ]);
  });

  it('shows the list to a viewer, without redelivery', async () => {
    isViewer.set(true);
    await open();
    await answer([deliveryOf()]);
    await press('tbody button');
    TestBed.inject(HttpTestingController).expectNone(({ url }) => url.endsWith('/redeliver'));
    expect(element().querySelector('ds-webhook-endpoints button')).toBeNull();
    expect(element().textContent).toContain('你的角色是查看者，不能发送测试或重新投递。');
  });

  it('sends a test to an endpoint, and says what came of it', async () => {
    await open();
    await answer([]);
    const result = {
      ...{ id: 'msg_t', endpoint: 'ops', payload: '{}', duration_ms: 82 },
      ...{ delivered: true, status: 204, error: null },
    };
    const outcome = (): string[] => texts('ds-webhook-endpoints [role=status]');
    await press('ds-webhook-endpoints button');
    expect(outcome()).toEqual(['正在向 ops 发送测试消息…']);
    succeed('/webhooks/endpoints/ops/test', result);
    await settle();
    expect(outcome()).toEqual(['测试消息已送达（HTTP 204，82 毫秒）。']);
    await press('ds-webhook-endpoints button');
    const refused = { ...result, delivered: false, status: 500, error: REFUSED };
    succeed('/webhooks/endpoints/ops/test', refused);
    await settle();
    expect(outcome()).toEqual(['测试消息未送达：接收端拒绝了投递。（HTTP 500）']);
    await press('ds-webhook-endpoints button');
    refuse(requestTo('/webhooks/endpoints/ops/test'), 500, { code: 'INTERNAL' });
    await settle();
    expect(outcome()).toEqual(['无法发送测试消息：服务器内部错误。']);
  });

  it('shows the body of a delivery, and hides it again', async () => {
    await open();
    await answer([deliveryOf()]);
    await press('tbody button[aria-expanded=false]');
    succeed('/webhooks/msg_1', { ...deliveryOf(), payload: '{"type":"batch.failed"}' });
    await settle();
    expect(element().querySelector('pre')?.textContent).toBe('{\n  "type": "batch.failed"\n}');
    expect(texts('ds-delivery-payload p')[0]).toContain('共 23 字节');
    await press('tbody button[aria-expanded=true]');
    expect(element().querySelector('ds-delivery-payload')).toBeNull();
  });

  it('warns of an endpoint that answered 410', async () => {
    await open();
    await answer([], [{ ...OPS, gone: true, datasets: ['weather', 'tides'] }]);
    const [text] = texts('ds-webhook-endpoints li');
    expect(text).toContain('（仅数据集 weather、tides）');
    expect(text).toContain('接收端返回 410');
  });

  it('offers to read again after an error, and keeps what it had under a note', async () => {
    await open();
    refuse(asked(), 500, { code: 'INTERNAL' });
    await settle();
    expect(texts('.problem p')).toEqual(['投递记录加载失败：服务器内部错误。']);
    await press('.problem button');
    await answer([deliveryOf()]);
    followed.set(progressOf());
    TestBed.tick();
    await settle();
    refuse(asked(), 500, { code: 'INTERNAL' });
    await settle();
    expect(texts('.problem p')[0]).toContain('刷新失败');
    expect(texts('tbody tr')).toHaveLength(1);
  });
});
