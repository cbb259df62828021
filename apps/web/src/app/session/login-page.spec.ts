import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router, withComponentInputBinding } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { provideTestApp } from '../i18n/test-words';
import { LoginPage } from './login-page';
import { Session } from './session';

describe('LoginPage', () => {
  let http: HttpTestingController;
  let harness: RouterTestingHarness;
  let page: HTMLElement;
  beforeEach(async () => {
    TestBed.configureTestingModule({
      providers: [
        provideTestApp(),
        provideRouter(
          [
            { path: 'login', component: LoginPage },
            { path: '**', children: [] },
          ],
          withComponentInputBinding(),
        ),
      ],
    });
    http = TestBed.inject(HttpTestingController);
    harness = await RouterTestingHarness.create();
    await harness.navigateByUrl('/login?back=%2Frecords%3Fpage%3D2', LoginPage);
    page = harness.routeNativeElement ?? document.createElement('div');
  });
  afterEach(() => http.verify());

  async function submit(token: string): Promise<void> {
    const field = page.querySelector('input');
    if (field === null) throw new Error('expected a field');
    field.value = token;
    field.dispatchEvent(new Event('input'));
    page.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
    await harness.fixture.whenStable();
  }

  async function refuse(status: number, code: string): Promise<void> {
    http.expectOne({ method: 'POST' }).flush({ code }, { status, statusText: 'Refused' });
    await harness.fixture.whenStable();
  }

  it('begins a session and goes back to where the reader was', async () => {
    await submit('  a token ');
    const request = http.expectOne({ method: 'POST' });
    expect(request.request.body).toEqual({ token: 'a token' });
    request.flush({
      status: 'success',
      data: { login_needed: true, name: 'ana', role: 'operator' },
    });
    await harness.fixture.whenStable();
    expect(TestBed.inject(Router).url).toBe('/records?page=2');
    expect(TestBed.inject(Session).name()).toBe('ana');
  });

  it('says at the field that its token is wrong, until it is changed', async () => {
    await submit('a token');
    await refuse(401, 'UNAUTHENTICATED');
    const field = page.querySelector('input');
    const error = page.querySelector(`#${field?.getAttribute('aria-describedby') ?? 'none'}`);
    expect(error?.textContent).toContain('访问令牌无效');
    expect(field?.getAttribute('aria-invalid')).toBe('true');
    expect(document.activeElement).toBe(field);
    await submit('another');
    expect(page.textContent).not.toContain('访问令牌无效');
    http.expectOne({ method: 'POST' });
  });

  it('says why a login is refused, and the reader can try again', async () => {
    await submit('a token');
    await refuse(429, 'RATE_LIMITED');
    expect(page.querySelector('[role=alert]')?.textContent).toContain('请求过于频繁');
    await submit('another');
    expect(page.querySelector('[role=alert]')?.textContent.trim()).toBe('');
    http.expectOne({ method: 'POST' });
  });

  it.each(['', '  '])('asks for a token where there is none: %j', async (token) => {
    await submit(token);
    http.expectNone({ method: 'POST' });
    expect(page.textContent).toContain('请输入访问令牌');
  });

  it('hides what is typed', () => {
    expect(page.querySelector('input')?.type).toBe('password');
  });
});
