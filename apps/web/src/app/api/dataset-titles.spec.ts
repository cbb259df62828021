import { beforeEach, describe, expect, it, vi } from 'vitest';
import { HttpTestingController } from '@angular/common/http/testing';
import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideTestApp } from '../i18n/test-words';
import { DatasetTitles } from './dataset-titles';

const ORDERS = { name: 'orders', title: { zh: '订单', en: 'Orders' }, time_zone: 'Asia/Shanghai' };
const DATASETS = '/api/v1/sync-status/datasets';

describe('the titles of the datasets', () => {
  let titles: DatasetTitles;
  let http: HttpTestingController;
  beforeEach(() => {
    TestBed.configureTestingModule({ providers: [provideTestApp()] });
    titles = TestBed.inject(DatasetTitles);
    http = TestBed.inject(HttpTestingController);
  });

  it('are loaded once a title is wanted, and only then', () => {
    TestBed.tick();
    http.expectNone(DATASETS);
    titles.want('orders');
    TestBed.tick();
    http.expectOne(DATASETS).flush({ status: 'success', data: { items: [ORDERS] } });
    expect(titles.of('orders')).toEqual(ORDERS.title);
    expect(titles.zoneOf('orders')).toBe('Asia/Shanghai');
    titles.want('orders');
    TestBed.tick();
    http.expectNone(DATASETS);
  });

  it('are asked for again after a failure', () => {
    vi.useFakeTimers();
    titles.want('orders');
    TestBed.tick();
    http.expectOne(DATASETS).flush({ code: 'BUSY' }, { status: 503, statusText: 'Busy' });
    vi.advanceTimersByTime(14_999);
    http.expectNone(DATASETS);
    vi.advanceTimersByTime(1);
    http.expectOne(DATASETS).flush({ status: 'success', data: { items: [ORDERS] } });
    expect(titles.of('orders')).toEqual(ORDERS.title);
    vi.useRealTimers();
  });

  it('are asked for again after a refusal once they are wanted again', () => {
    titles.want('orders');
    TestBed.tick();
    http.expectOne(DATASETS).flush(null, { status: 401, statusText: 'Unauthorized' });
    TestBed.tick();
    http.expectNone(DATASETS);
    titles.want('orders');
    TestBed.tick();
    http.expectOne(DATASETS).flush({ status: 'success', data: { items: [ORDERS] } });
    expect(titles.of('orders')).toEqual(ORDERS.title);
  });

  it('come from the page that reads the datasets itself', () => {
    const isLoading = signal(true);
    const end = titles.follow({ isLoading });
    titles.want('orders');
    TestBed.tick();
    http.expectNone(DATASETS);
    titles.learn([ORDERS]);
    isLoading.set(false);
    end();
    TestBed.tick();
    http.expectNone(DATASETS);
    expect(titles.of('orders')).toEqual(ORDERS.title);
  });

  it('are loaded where that page could not read them, and not again for a dataset that is gone', () => {
    const isLoading = signal(true);
    titles.follow({ isLoading });
    titles.want('gone');
    isLoading.set(false);
    TestBed.tick();
    http.expectOne(DATASETS).flush({ status: 'success', data: { items: [ORDERS] } });
    TestBed.tick();
    http.expectNone(DATASETS);
    expect(titles.of('gone')).toBeUndefined();
  });
});
