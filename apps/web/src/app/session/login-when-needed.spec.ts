import { beforeEach, describe, expect, it } from 'vitest';
import { HttpClient, provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { loginWhenNeeded, wayBack } from './login-when-needed';

describe('loginWhenNeeded', () => {
  let router: Router;
  beforeEach(async () => {
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(withInterceptors([loginWhenNeeded])),
        provideHttpClientTesting(),
        provideRouter([{ path: '**', children: [] }]),
      ],
    });
    router = TestBed.inject(Router);
    const harness = await RouterTestingHarness.create();
    await harness.navigateByUrl('/records?page=2');
  });

  async function answerWith(...statuses: readonly number[]): Promise<void> {
    for (const status of statuses) {
      TestBed.inject(HttpClient)
        .get('/x')
        .subscribe({ error: () => undefined });
      TestBed.inject(HttpTestingController)
        .expectOne('/x')
        .flush(null, { status, statusText: 'Refused' });
    }
    await new Promise((resolve) => setTimeout(resolve));
  }

  it('shows the login at 401, once, and says where to come back to', async () => {
    await answerWith(401, 401);
    expect(router.url).toBe('/login?back=%2Frecords%3Fpage%3D2');
    await answerWith(401);
    expect(router.url).toBe('/login?back=%2Frecords%3Fpage%3D2');
  });

  it.each([403, 404, 500])('leaves the reader where they are at %i', async (status) => {
    await answerWith(status);
    expect(router.url).toBe('/records?page=2');
  });
});

describe('wayBack', () => {
  it.each([
    ['/records?page=2', '/records?page=2'],
    ['/', '/'],
    [undefined, '/'],
    ['', '/'],
    ['https://evil.example/', '/'],
    ['//evil.example/', '/'],
    ['/\\evil.example/', '/'],
    ['/login?back=%2F', '/'],
  ])('of %s is %s', (back, to) => {
    expect(wayBack(back)).toBe(to);
  });
});
