import { beforeEach, describe, expect, it, vi } from 'vitest';
import { HttpErrorResponse } from '@angular/common/http';
import { Component, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideTestWords } from '../i18n/test-words';
import { ReadState } from './read-state';

@Component({
  imports: [ReadState],
  template: `
    <ds-read-state id="rows" [read]="read" failed="records.failed" loading="records.loading" />
    <ds-read-state id="own" [read]="read" failed="records.failed" loading="records.loading">
      <i></i>
    </ds-read-state>
    <ds-read-state id="stale" stale [read]="read" failed="records.stale" />
  `,
})
class ReadStateHost {
  readonly error = signal<Error | undefined>(undefined);
  readonly reload = vi.fn();
  readonly read = { error: this.error, reload: this.reload };
}

describe('ReadState', () => {
  let page: ReadStateHost;
  let element: HTMLElement;
  const count = (selector: string): number => element.querySelectorAll(selector).length;

  beforeEach(() => {
    TestBed.configureTestingModule({ providers: [provideTestWords()] });
    const fixture = TestBed.createComponent(ReadStateHost);
    page = fixture.componentInstance;
    element = fixture.nativeElement as HTMLElement;
    TestBed.tick();
  });

  it('keeps the place of what is read by rows, or by its content, and says so', () => {
    expect([count('#rows .ds-skeleton'), count('#own .ds-skeleton'), count('#own i')]).toEqual([
      8, 0, 1,
    ]);
    expect(element.querySelector('#rows [role=status]')?.textContent).toBe('正在加载同步记录…');
    expect(element.querySelector('#stale')?.textContent.trim()).toBe('');
  });

  it('says why it failed, louder where nothing is shown, and reads again', () => {
    page.error.set(new HttpErrorResponse({ status: 500, error: { code: 'INTERNAL' } }));
    TestBed.tick();
    expect(element.querySelector('#rows [role=alert] p')?.textContent).toBe(
      '同步记录加载失败：服务器内部错误。',
    );
    expect([count('.ds-skeleton'), count('#own i')]).toEqual([0, 0]);
    expect(count('#stale [role=status].warning')).toBe(1);
    element.querySelector<HTMLElement>('#stale button')?.click();
    expect(page.reload).toHaveBeenCalledOnce();
  });
});
