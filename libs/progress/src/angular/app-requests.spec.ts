// How `injectProgress` fits into an app: its `HttpClient`, an injector of its own, and rendering on a server.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  HttpClient,
  provideHttpClient,
  withInterceptors,
  type HttpInterceptorFn,
} from '@angular/common/http';
import {
  HttpTestingController,
  provideHttpClientTesting,
  type TestRequest,
} from '@angular/common/http/testing';
import {
  ApplicationRef,
  Component,
  createEnvironmentInjector,
  EnvironmentInjector,
  makeStateKey,
  PLATFORM_ID,
  signal,
  TransferState,
} from '@angular/core';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { EMPTY } from 'rxjs';
import type { BatchStatus } from '../progress.js';
import { batchOf } from '../progress.fixture.js';
import { httpClientFetch } from './http-client-fetch.js';
import {
  injectProgress,
  provideProgress,
  type ProgressSettings,
  type WatchedProgress,
} from './inject-progress.js';

const ADDRESS = '/api/v1/sync-status/sync/batch/progress/t1';

function bodyOf(status: BatchStatus, rev = 0): object {
  return { status: 'success', data: { ...batchOf(), status, rev, poll_after_ms: 250 } };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

let settings: ProgressSettings;

@Component({ template: '{{ watched.progress()?.status }} {{ watched.isPolling() }}' })
class RequestingHost {
  readonly watched: WatchedProgress = injectProgress(() => 't1', settings);
}

const withSession: HttpInterceptorFn = (request, next) =>
  next(request.clone({ setHeaders: { 'x-session': 'mine' } }));

function configure(
  platform: 'browser' | 'server' = 'browser',
  interceptor: HttpInterceptorFn = withSession,
): void {
  TestBed.configureTestingModule({
    providers: [
      provideHttpClient(withInterceptors([interceptor])),
      provideHttpClientTesting(),
      { provide: PLATFORM_ID, useValue: platform },
    ],
  });
}

/** The next request, once there is one. */
async function nextRequest(): Promise<TestRequest> {
  const http = TestBed.inject(HttpTestingController);
  let [found] = http.match(ADDRESS);
  while (found === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    [found] = http.match(ADDRESS);
  }
  return found;
}

beforeEach(() => {
  // The next timer fires at once.
  vi.useFakeTimers().setTimerTickMode('nextTimerAsync');
  settings = { intervalMs: 10 };
});
afterEach(() => {
  TestBed.resetTestingModule();
  vi.useRealTimers();
});

describe('the requests of injectProgress', () => {
  beforeEach(() => configure());

  function watch(): WatchedProgress {
    const fixture = TestBed.createComponent(RequestingHost);
    fixture.autoDetectChanges();
    return fixture.componentInstance.watched;
  }

  it('go through the HttpClient of the app, with its interceptors and the own headers', async () => {
    settings = { ...settings, headers: () => ({ authorization: 'Bearer t' }) };
    const watched = watch();
    const asked = await nextRequest();
    const { method, headers } = asked.request;
    expect([method, headers.get('x-session')]).toEqual(['GET', 'mine']);
    expect(headers.get('authorization')).toBe('Bearer t');
    expect(headers.get('accept')).toBe('application/json');
    asked.flush(bodyOf('completed'));
    await until(() => !watched.isPolling());
    expect(watched.progress()?.status).toBe('completed');
  });

  it('are busy, unreachable and refused by the same answers as with fetch', async () => {
    const watched = watch();
    const fail = async (status: number, body: unknown, headers = {}): Promise<void> => {
      const request = await nextRequest();
      request.flush(body as string, { status, statusText: 'so', headers });
    };
    const failures = (): number => {
      const error = watched.error();
      return error !== undefined && 'failures' in error ? error.failures : 0;
    };
    await fail(503, 'down for repairs', { 'Retry-After': '0' });
    await until(() => watched.error()?.kind === 'busy');
    await fail(502, '');
    await until(() => watched.error()?.kind === 'unreachable');
    (await nextRequest()).error(new ProgressEvent('error'));
    await until(() => failures() === 2);
    expect(watched.error()?.kind).toBe('unreachable');
    (await nextRequest()).flush(bodyOf('running'));
    await until(() => watched.error() === undefined);
    expect([watched.progress()?.status, watched.isPolling()]).toEqual(['running', true]);
    await fail(404, { code: 'BATCH_NOT_FOUND' });
    await until(() => !watched.isPolling());
    expect(watched.error()).toEqual({ kind: 'refused', code: 'BATCH_NOT_FOUND' });
    expect(watched.update()).toEqual(watched.error());
    expect(watched.progress()?.status).toBe('running');
  });

  it('are cancelled with their component', async () => {
    const fixture = TestBed.createComponent(RequestingHost);
    fixture.autoDetectChanges();
    const request = await nextRequest();
    fixture.destroy();
    expect(request.cancelled).toBe(true);
  });
});

describe('httpClientFetch', () => {
  const request = { headers: {}, signal: new AbortController().signal };

  it('sends nothing for a signal that has aborted', async () => {
    configure();
    const reason = new Error('the page has gone');
    const fetch = httpClientFetch(TestBed.inject(HttpClient));
    const answer = fetch(ADDRESS, { ...request, signal: AbortSignal.abort(reason) });
    TestBed.inject(HttpTestingController).expectNone(ADDRESS);
    await expect(answer).rejects.toBe(reason);
  });

  it('says that there was no answer where an interceptor gives none', async () => {
    configure('browser', () => EMPTY);
    const fetch = httpClientFetch(TestBed.inject(HttpClient));
    await expect(fetch(ADDRESS, request)).rejects.toMatchObject({
      message: `expected an answer to GET ${ADDRESS}, got none`,
    });
  });
});

describe('the option injector', () => {
  beforeEach(() => configure());

  it('replaces the injection context, with its providers and its end', async () => {
    const parent = TestBed.inject(EnvironmentInjector);
    const own = createEnvironmentInjector([provideProgress({ baseUrl: '/own' })], parent);
    const watched = injectProgress(signal('t1'), { injector: own });
    TestBed.tick();
    const [request] = TestBed.inject(HttpTestingController).match('/own/sync/batch/progress/t1');
    expect(request?.cancelled).toBe(false);
    expect(watched.isPolling()).toBe(true);
    own.destroy();
    expect(request?.cancelled).toBe(true);
  });
});

describe('on a server', () => {
  beforeEach(() => configure('server'));

  async function render(answer: (request: TestRequest) => void): Promise<string> {
    const fixture = TestBed.createComponent(RequestingHost);
    fixture.autoDetectChanges();
    let isStable = false;
    const stable = TestBed.inject(ApplicationRef)
      .whenStable()
      .then(() => (isStable = true));
    const request = await nextRequest();
    await new Promise((resolve) => setTimeout(resolve, 50));
    // The page waits for the answer.
    expect(isStable).toBe(false);
    answer(request);
    await stable;
    const text = (fixture.nativeElement as HTMLElement).textContent;
    // More than the interval of polls.
    await new Promise((resolve) => setTimeout(resolve, 350));
    TestBed.inject(HttpTestingController).verify();
    return text;
  }

  it.each([
    ['running', 'running true'],
    ['completed', 'completed false'],
  ] as const)('the page has a %s batch, and nothing goes on', async (status, shown) => {
    expect(await render((request) => request.flush(bodyOf(status)))).toBe(shown);
  });

  /** Continues in a browser, with what the page of the server has. */
  async function hydrate(status: BatchStatus): Promise<ComponentFixture<RequestingHost>> {
    await render((request) => request.flush(bodyOf(status)));
    const page = JSON.parse(TestBed.inject(TransferState).toJson()) as Record<string, unknown>;
    TestBed.resetTestingModule();
    configure();
    const transferred = TestBed.inject(TransferState);
    for (const [key, value] of Object.entries(page)) transferred.set(makeStateKey(key), value);
    return TestBed.createComponent(RequestingHost);
  }

  it('the browser begins with its progress, and polls on', async () => {
    const fixture = await hydrate('running');
    const { watched } = fixture.componentInstance;
    expect(watched.progress()?.status).toBe('running');
    expect([watched.update()?.kind, watched.isPolling()]).toEqual(['progress', true]);
    fixture.autoDetectChanges();
    // Another process may answer, which knows less.
    (await nextRequest()).flush(bodyOf('queued', -1));
    await TestBed.inject(ApplicationRef).whenStable();
    expect(watched.progress()?.status).toBe('running');
    (await nextRequest()).flush(bodyOf('completed'));
    await until(() => !watched.isPolling());
    expect(watched.progress()?.status).toBe('completed');
    // Who shows the batch later does not begin with what the page had.
    const later = TestBed.createComponent(RequestingHost).componentInstance.watched;
    expect([later.progress(), later.isPolling()]).toEqual([undefined, true]);
  });

  it('an ended batch is not polled by the browser either', async () => {
    const fixture = await hydrate('completed');
    const { watched } = fixture.componentInstance;
    expect([watched.progress()?.status, watched.isPolling()]).toEqual(['completed', false]);
    fixture.autoDetectChanges();
    await fixture.whenStable();
    TestBed.inject(HttpTestingController).expectNone(ADDRESS);
  });

  it.each([401, 404, 503])('an answer of status %i is left to the browser', async (status) => {
    const text = await render((request) => request.flush('', { status, statusText: 'so' }));
    expect(text).toBe(' true');
  });

  it('so is a server that does not answer', async () => {
    expect(await render((request) => request.error(new ProgressEvent('error')))).toBe(' true');
  });

  it('the page does not wait longer than a request may take', async () => {
    settings = { timeoutMs: 20 };
    const fixture = TestBed.createComponent(RequestingHost);
    fixture.autoDetectChanges();
    const request = await nextRequest();
    await TestBed.inject(ApplicationRef).whenStable();
    expect(request.cancelled).toBe(true);
  });

  it('waits for a fetch of the app, too', async () => {
    let answer: (() => void) | undefined;
    settings = {
      fetch: () =>
        new Promise((resolve) => {
          answer = () =>
            resolve({ status: 200, headers: new Headers(), json: async () => bodyOf('running') });
        }),
    };
    const fixture = TestBed.createComponent(RequestingHost);
    fixture.autoDetectChanges();
    await until(() => answer !== undefined);
    const stable = TestBed.inject(ApplicationRef).whenStable();
    answer?.();
    await stable;
    expect((fixture.nativeElement as HTMLElement).textContent).toBe('running true');
  });
});
