import { expect, it } from 'vitest';
import { TestBed } from '@angular/core/testing';
import { PageAnnouncer } from './page-announcer';
import { TabTitle } from './tab-title';
import { provideTestWords } from './test-words';

it('says the name of each page but the first, which the browser says', async () => {
  TestBed.configureTestingModule({ providers: [provideTestWords()] });
  const { page } = TestBed.inject(TabTitle);
  page.set('title.sync');
  const fixture = TestBed.createComponent(PageAnnouncer);
  const region = (fixture.nativeElement as HTMLElement).querySelector('[aria-live=polite]');
  await fixture.whenStable();
  expect(region?.textContent).toBe('');
  page.set('title.records');
  await fixture.whenStable();
  expect(region?.textContent).toBe('同步记录');
});
