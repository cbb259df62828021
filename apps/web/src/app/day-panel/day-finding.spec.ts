import { beforeEach, describe, expect, it } from 'vitest';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { provideTestWords } from '../i18n/test-words';
import { DayFindingText } from './day-finding';

describe('DayFindingText', () => {
  let fixture: ComponentFixture<DayFindingText>;
  beforeEach(() => {
    TestBed.configureTestingModule({ providers: [provideTestWords()] });
    fixture = TestBed.createComponent(DayFindingText);
    const found = {
      code: 'TARGET_CHANGED',
      added: 1,
      removed: 1_200,
      changed: null,
      repaired: false,
    };
    fixture.componentRef.setInput('finding', found);
    fixture.componentRef.setInput('rows', null);
    fixture.componentRef.setInput('dataset', 'weather');
    fixture.componentRef.setInput('day', '2012-03-01');
  });
  const text = (): string => {
    TestBed.tick();
    return (fixture.nativeElement as HTMLElement).textContent.replaceAll(/\s+/g, ' ');
  };

  it('says which side has changed, by how many rows, and whether they were written again', () => {
    expect(text()).toContain('目标表的数据与上次同步时不同。 TARGET_CHANGED');
    expect(text()).toContain('来源多出 1 行，目标表多出 1,200 行。 目标表未作修改。');
    const found = { code: 'SOURCE_CHANGED', added: 0, removed: 1, changed: 3, repaired: true };
    fixture.componentRef.setInput('finding', found);
    expect(text()).toContain('目标表多出 1 行。 内容不同 3 行。 已按来源重新写入。');
  });

  it('shows the rows of both sides', () => {
    fixture.componentRef.setInput('rows', {
      changed: [{ before: { city: 'Bergen', degrees: 1 }, after: { city: 'Bergen', degrees: 2 } }],
      removed: [{ city: 'Oslo', degrees: null }],
      added: [{ city: 'Oslo', degrees: 4 }],
    });
    text();
    const rows = [...(fixture.nativeElement as HTMLElement).querySelectorAll('tr')].map((row) =>
      [...row.querySelectorAll('th, td')].map((cell) => cell.textContent.trim()),
    );
    expect(rows).toEqual([
      ['所在位置', 'city', 'degrees'],
      ['目标表', 'Bergen', '1'],
      ['来源', 'Bergen', '2'],
      ['仅目标表有', 'Oslo', 'NULL'],
      ['仅来源有', 'Oslo', '4'],
    ]);
    const element = fixture.nativeElement as HTMLElement;
    const differing = [...element.querySelectorAll('.differs')];
    expect(differing.map(({ textContent }) => textContent)).toEqual(['1', '2']);
    expect(element.querySelector('a')?.getAttribute('href')).toBe(
      '/api/v1/sync-status/records/weather/2012-03-01/finding/export',
    );
  });
});
