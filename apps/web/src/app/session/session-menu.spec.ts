import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { provideRouter, Router } from '@angular/router';
import { provideTestApp } from '../i18n/test-words';
import { SessionMenu } from './session-menu';

describe('SessionMenu', () => {
  let http: HttpTestingController;
  let fixture: ComponentFixture<SessionMenu>;
  beforeEach(() => {
    TestBed.configureTestingModule({
      providers: [provideTestApp(), provideRouter([{ path: '**', children: [] }])],
    });
    http = TestBed.inject(HttpTestingController);
    fixture = TestBed.createComponent(SessionMenu);
  });
  afterEach(() => http.verify());

  const page = (): HTMLElement => fixture.nativeElement as HTMLElement;

  async function show(name: string | null): Promise<void> {
    const data = { login_needed: name !== null, name, role: 'operator' };
    http.expectOne({ method: 'GET' }).flush({ status: 'success', data });
    await fixture.whenStable();
  }

  it('shows nothing where no login is needed', async () => {
    await show(null);
    expect(page().querySelector('button')).toBeNull();
    expect(page().textContent.trim()).toBe('');
  });

  it('says who is signed in, and signs out to the login', async () => {
    await show('ana');
    expect(page().textContent).toContain('当前用户：ana');
    page().querySelector('button')?.click();
    http.expectOne({ method: 'DELETE' }).flush(null, { status: 204, statusText: 'No Content' });
    await fixture.whenStable();
    expect(page().querySelector('button')).toBeNull();
    expect(TestBed.inject(Router).url).toBe('/login');
  });

  it('stays signed in where signing out fails, and says so', async () => {
    await show('ana');
    page().querySelector('button')?.click();
    const refusal = { status: 503, statusText: 'Unavailable' };
    http.expectOne({ method: 'DELETE' }).flush({ code: 'DATABASE_UNAVAILABLE' }, refusal);
    await fixture.whenStable();
    expect(page().querySelector('[role=alert]')?.textContent).toContain('退出失败');
    expect(page().querySelector('button')).not.toBeNull();
  });
});
