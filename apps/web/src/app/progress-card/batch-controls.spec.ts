import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpTestingController } from '@angular/common/http/testing';
import { signal } from '@angular/core';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { By } from '@angular/platform-browser';
import { ACTIVE_STATUSES, TERMINAL_STATUSES, type Progress } from '@daysync/progress';
import { buttonIn, succeed } from '../design/page.fixture';
import { progressOf } from '../design/progress.fixture';
import { provideTestApp } from '../i18n/test-words';
import { Session } from '../session/session';
import { BatchControls, VERBS } from './batch-controls';
import { ExtendForm } from './extend-form';

describe('BatchControls', () => {
  let fixture: ComponentFixture<BatchControls>;
  let http: HttpTestingController;
  const isViewer = signal(false);

  beforeEach(() => {
    isViewer.set(false);
    TestBed.configureTestingModule({
      providers: [provideTestApp(), { provide: Session, useValue: { isViewer } }],
    });
    http = TestBed.inject(HttpTestingController);
    fixture = TestBed.createComponent(BatchControls);
    document.body.append(page());
  });

  const page = (): HTMLElement => fixture.nativeElement as HTMLElement;
  const focused = (): string | undefined => document.activeElement?.textContent.trim();
  const button = (text: string): HTMLButtonElement | undefined =>
    [...page().querySelectorAll('button')].find((one) => one.textContent.trim() === text);

  async function show(changes: Partial<Progress>): Promise<void> {
    fixture.componentRef.setInput('progress', progressOf(changes));
    await fixture.whenStable();
  }

  async function press(text: string): Promise<void> {
    buttonIn(page(), text).focus();
    buttonIn(page(), text).click();
    await fixture.whenStable();
  }

  describe('and a reader at the keyboard', () => {
    beforeEach(() => show({}));
    afterEach(() => http.verify());

    it('keeps the focus on what is pressed, and gives it to what takes its place', async () => {
      await press('暂停');
      await press('暂停');
      expect(focused()).toBe('暂停');
      succeed('/pause', progressOf({ status: 'paused' }));
      await show({ status: 'paused' });
      expect(focused()).toBe('继续');
    });

    it('gives it to the safe answer of its question, and back', async () => {
      await press('取消');
      expect(focused()).toBe('暂不取消');
      await press('暂不取消');
      expect(focused()).toBe('暂停');
    });

    it('keeps it here when nothing is left to press', async () => {
      await press('取消');
      await press('确定取消');
      succeed('/cancel', progressOf({ status: 'cancelling' }));
      await show({ status: 'cancelling' });
      expect(document.activeElement).toBe(page());
    });

    it('does not move the focus from elsewhere', async () => {
      await show({ status: 'paused' });
      expect(document.activeElement).toBe(document.body);
    });
  });

  describe('and more days', () => {
    it.each(ACTIVE_STATUSES)('offers them where the server takes them: %s', async (status) => {
      await show({ status });
      expect(button('追加日期…') !== undefined).toBe(status !== 'cancelling');
    });

    it('offers none for chosen days, such as those of a retry', async () => {
      await show({ chosen_days: true });
      expect(button('追加日期…')).toBeUndefined();
    });

    it('opens the form, says how many were added, and gives the focus back', async () => {
      await show({});
      await press('追加日期…');
      expect(button('追加日期…')?.getAttribute('aria-expanded')).toBe('true');
      const form = fixture.debugElement.query(By.directive(ExtendForm));
      const changed: Progress[] = [];
      fixture.componentInstance.changed.subscribe((progress) => changed.push(progress));
      const extended = progressOf({ total: 17 });
      // The event stream is faster than the answer.
      await show({ total: 17 });
      (form.componentInstance as ExtendForm).extended.emit({ progress: extended, count: 7 });
      await show({ total: 17 });
      expect(changed).toEqual([extended]);
      expect(page().querySelector('[role=status]')?.textContent.trim()).toBe('已追加 7 天。');
      expect(page().querySelector('ds-extend-form')).toBeNull();
      expect(document.activeElement).toBe(button('追加日期…'));
    });

    it('closes the form of a batch that is being cancelled', async () => {
      await show({});
      await press('追加日期…');
      await show({ status: 'cancelling' });
      expect(page().querySelector('ds-extend-form')).toBeNull();
    });
  });

  it('has its buttons for a viewer, which do nothing, and says why', async () => {
    isViewer.set(true);
    await show({});
    const buttons = [...page().querySelectorAll('button')];
    expect(buttons).toHaveLength(3);
    for (const one of buttons) {
      expect(one.getAttribute('aria-disabled')).toBe('true');
      one.click();
    }
    await fixture.whenStable();
    expect([...page().querySelectorAll('button')]).toEqual(buttons);
    expect(page().querySelector('ds-extend-form')).toBeNull();
    expect(page().textContent).toContain('你的角色是查看者');
    http.verify();
  });

  describe('and another batch', () => {
    it('closes the form and takes back the question', async () => {
      await show({ task_id: 'a' });
      await press('追加日期…');
      expect(page().querySelector('ds-extend-form')).not.toBeNull();
      await show({ task_id: 'b' });
      expect(page().querySelector('ds-extend-form')).toBeNull();
      await press('取消');
      expect(page().textContent).toContain('确定取消');
      await show({ task_id: 'c' });
      expect(page().textContent).not.toContain('确定取消');
    });

    it('says nothing about a failure of the one before, and waits for no answer to it', async () => {
      await show({ task_id: 'a' });
      await press('暂停');
      const [first] = http.match(({ url }) => url.endsWith('/a/pause'));
      await show({ task_id: 'b' });
      await press('暂停');
      const [second] = http.match(({ url }) => url.endsWith('/b/pause'));
      first?.flush({ code: 'BUSY' }, { status: 503, statusText: 'Busy' });
      await fixture.whenStable();
      expect(page().querySelector('[role=alert]')).toBeNull();
      second?.flush({ code: 'BUSY' }, { status: 503, statusText: 'Busy' });
      await fixture.whenStable();
      expect(page().querySelector('[role=alert]')).not.toBeNull();
      await show({ task_id: 'c' });
      expect(page().querySelector('[role=alert]')).toBeNull();
    });
  });
});

it('the verbs of a batch are what the server takes in each state, and none at its end', () => {
  expect(ACTIVE_STATUSES.map((status) => VERBS[status])).toEqual([
    ['pause', 'cancel'],
    ['pause', 'cancel'],
    ['resume', 'cancel'],
    [],
  ]);
  expect(TERMINAL_STATUSES.flatMap((status) => VERBS[status])).toEqual([]);
});
