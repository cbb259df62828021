import { beforeEach, describe, expect, it } from 'vitest';
import { HttpClient, provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { MONOTONIC } from '../time/clock';
import { Connection, observeConnection } from './connection';

describe('the connection', () => {
  let connection: Connection;
  let now: number;
  beforeEach(() => {
    now = 0;
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(withInterceptors([observeConnection])),
        provideHttpClientTesting(),
        { provide: MONOTONIC, useValue: { now: () => now } },
      ],
    });
    connection = TestBed.inject(Connection);
  });

  /** @param status 0 for none */
  function answer(status: number, code?: string): void {
    TestBed.inject(HttpClient)
      .get('/x')
      .subscribe({ error: () => undefined });
    const request = TestBed.inject(HttpTestingController).expectOne('/x');
    if (status === 0) request.error(new ProgressEvent('error'));
    else request.flush(code === undefined ? null : { code }, { status, statusText: 'x' });
  }

  it('comes back once for each time that the server was away', () => {
    for (const status of [200, 0, 0, 502, 200, 200]) answer(status);
    expect(connection.returns()).toBe(1);
    now += 5_000;
    for (const status of [503, 404]) answer(status);
    expect(connection.returns()).toBe(2);
  });

  it('is there as long as the server answers anything', () => {
    for (const status of [200, 404, 500, 429, 200]) answer(status);
    expect(connection.returns()).toBe(0);
  });

  it.each(['BUSY', 'STREAMS_EXHAUSTED', 'DATASETS_OUTDATED'])(
    'is there where the server itself refuses a request with 503: %s',
    (code) => {
      answer(503, code);
      answer(200);
      expect(connection.returns()).toBe(0);
    },
  );

  it.each(['STOPPING', 'NOT_READY', 'DATABASE_UNAVAILABLE'])(
    'is away where the server says that it can do nothing: %s',
    (code) => {
      answer(503, code);
      answer(200);
      expect(connection.returns()).toBe(1);
    },
  );

  it('comes back at most every 5 s, and no return is lost', () => {
    for (const status of [0, 200, 0, 200, 0, 200]) answer(status);
    expect(connection.returns()).toBe(1);
    now += 4_999;
    answer(200);
    expect(connection.returns()).toBe(1);
    now += 1;
    answer(200);
    expect(connection.returns()).toBe(2);
    answer(200);
    expect(connection.returns()).toBe(2);
  });
});
