import { beforeEach, describe, expect, it, vi } from 'vitest';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import type { SyncRecord } from '../api/wire';
import { give } from '../design/page.fixture';
import { provideTestApp } from '../i18n/test-words';
import { recordOf } from './day.fixture';
import { DayRecord } from './day-record';

const TIMEOUT = { code: 'TIMEOUT', text: 'it took longer than 60 s', row: null, column: null };

describe('DayRecord', () => {
  let fixture: ComponentFixture<DayRecord>;

  beforeEach(() => {
    TestBed.configureTestingModule({ providers: [provideTestApp()] });
    fixture = TestBed.createComponent(DayRecord);
  });

  async function textOf(record: SyncRecord | null): Promise<string> {
    give(fixture, { record });
    // The words of errors come as a file of their own.
    await vi.dynamicImportSettled();
    await fixture.whenStable();
    return (fixture.nativeElement as HTMLElement).textContent.replaceAll(/\s+/g, ' ');
  }

  it('shows cause and fix of an error', async () => {
    const text = await textOf(recordOf({ status: 'failed', error: TIMEOUT, rows: null }));
    for (const part of ['同步这一天超时。', 'TIMEOUT', 'it took longer', '原因', '处理方法']) {
      expect(text).toContain(part);
    }
  });

  it('says where in the source it is', async () => {
    const error = { code: 'VALUE_INVALID', text: 'not a number', row: 7, column: 'degrees' };
    const text = await textOf(recordOf({ status: 'failed', error }));
    expect(text).toContain('第 7 行');
    expect(text).toContain('“degrees”列');
    // The cause is the sentence itself.
    expect(text.match(/有一个值与目标列的类型不符。/g)).toHaveLength(1);
  });

  it('says it once where the error names it itself', async () => {
    const text = 'row 7, column degrees: expected an integer of 64 bits, got "mild"';
    const error = { code: 'VALUE_INVALID', text, row: 7, column: 'degrees' };
    const shown = await textOf(recordOf({ status: 'failed', error }));
    expect(shown.match(/第 7 行/g)).toHaveLength(1);
  });

  it('distinguishes kept rows from rows that never existed', async () => {
    const failed = { status: 'failed', error: TIMEOUT } as const;
    expect(await textOf(recordOf(failed))).toContain('目标表保留了上次成功的数据');
    const never = await textOf(recordOf({ ...failed, last_success_at: null }));
    expect(never).toContain('从未成功');
    expect(never).not.toContain('保留着');
  });

  it('says where the rows of a day are not in the target, and calls it no success', async () => {
    const text = await textOf(recordOf({ elsewhere: true }));
    expect(text).toContain('不在目标表中');
    expect(text).not.toContain('成功 ');
    const failed = await textOf(recordOf({ status: 'failed', error: TIMEOUT, elsewhere: true }));
    expect(failed).not.toContain('目标表保留了');
  });

  it('says why a day was skipped, and that one was never tried', async () => {
    const skipped = recordOf({ status: 'skipped', reason: 'no_data', rows: 0, duration_ms: null });
    expect(await textOf(skipped)).toContain('来源没有这一天的数据');
    expect(await textOf(null)).toContain('这一天尚未同步。');
  });
});
