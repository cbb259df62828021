import { beforeEach, describe, expect, it } from 'vitest';
import { HttpClient, provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { Connection, observeConnection } from './connection';

describe('the connection', () => {
  let connection: Connection;
  beforeEach(() => {
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(withInterceptors([observeConnection])),
        provideHttpClientTesting(),
      ],
    });
    connection = TestBed.inject(Connection);
  });

  /** @param status 0 for none */
  function answer(status: number): void {
    TestBed.inject(HttpClient)
      .get('/x')
      .subscribe({ error: () => undefined });
    const request = TestBed.inject(HttpTestingController).expectOne('/x');
    if (status === 0) request.error(new ProgressEvent('error'));
    else request.flush(null, { status, statusText: 'x' });
  }

  it('comes back once for each time that the server was away', () => {
    for (const status of [200, 0, 0, 502, 200, 200]) answer(status);
    expect(connection.returns()).toBe(1);
    for (const status of [503, 404]) answer(status);
    expect(connection.returns()).toBe(2);
  });

  it('is there as long as the server answers anything', () => {
    for (const status of [200, 404, 500, 429, 200]) answer(status);
    expect(connection.returns()).toBe(0);
  });
});
