import { describe, expect, it } from 'vitest';
import { provideHttpClient } from '@angular/common/http';
import { provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { calendarDay } from '@daysync/progress';
import { provideTestWords } from '../i18n/test-words';
import { giveDialogsTheirMethods } from './day.fixture';
import { DayPanel } from './day-panel';

describe('DayPanel', () => {
  it('loads its sheet, hands the day on to it, and says when it is closed', async () => {
    giveDialogsTheirMethods();
    TestBed.configureTestingModule({
      providers: [
        provideTestWords(),
        provideRouter([]),
        provideHttpClient(),
        provideHttpClientTesting(),
      ],
    });
    const fixture = TestBed.createComponent(DayPanel);
    let closed = 0;
    fixture.componentInstance.closed.subscribe(() => (closed += 1));
    fixture.componentRef.setInput('dataset', 'weather');
    fixture.componentRef.setInput('day', calendarDay('2012-03-01'));
    const panel = fixture.nativeElement as HTMLElement;
    const shownDay = (): string | undefined => panel.querySelector('time')?.textContent;
    TestBed.tick();
    expect(shownDay()).toBeUndefined();
    while (shownDay() === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      TestBed.tick();
    }
    expect(shownDay()).toBe('2012-03-01');
    fixture.componentRef.setInput('day', calendarDay('2012-03-02'));
    TestBed.tick();
    expect(shownDay()).toBe('2012-03-02');
    panel.querySelector('dialog')?.close();
    expect(closed).toBe(1);
  });
});
