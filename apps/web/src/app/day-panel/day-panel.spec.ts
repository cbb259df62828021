import { describe, expect, it } from 'vitest';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { provideTestApp } from '../i18n/test-words';
import { giveDialogsTheirMethods } from './day.fixture';
import { DayPanel } from './day-panel';

describe('DayPanel', () => {
  it('loads its sheet, follows the day of the address, and takes it out when it is closed', async () => {
    giveDialogsTheirMethods();
    TestBed.configureTestingModule({
      providers: [provideTestApp(), provideRouter([{ path: '**', component: DayPanel }])],
    });
    const harness = await RouterTestingHarness.create('/records?page=2');
    const panel = harness.fixture.nativeElement as HTMLElement;
    const shownDay = (): string | undefined => panel.querySelector('time')?.textContent;
    expect(shownDay()).toBeUndefined();
    await harness.navigateByUrl('/records?page=2&day=2012-03-01&day_dataset=weather');
    while (shownDay() === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      TestBed.tick();
    }
    expect(shownDay()).toBe('2012-03-01');
    await harness.navigateByUrl('/records?page=2&day=2012-03-02&day_dataset=weather');
    expect(shownDay()).toBe('2012-03-02');
    panel.querySelector('dialog')?.close();
    const router = TestBed.inject(Router);
    while (router.currentNavigation() !== null) await new Promise((resolve) => setTimeout(resolve));
    TestBed.tick();
    expect(router.url).toBe('/records?page=2');
    expect(shownDay()).toBeUndefined();
  });
});
