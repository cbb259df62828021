import { describe, expect, it } from 'vitest';
import { ParquetError } from '../../parquet/parquet-file.js';
import { TargetUnavailableError } from '../day-target.js';
import { TargetRefusedError } from '../target-rows.js';
import { codeOf, fileFailure, unlessMissing } from './parquet-target-failure.js';

const diskError = (code: string): Error =>
  Object.assign(new Error(code), { code, syscall: 'open', errno: -1 });

describe('the error of a folder', () => {
  it.each([
    ['ENOSPC', 'TARGET_FULL'],
    ['EDQUOT', 'TARGET_FULL'],
    ['EROFS', 'TARGET_READ_ONLY'],
    ['EACCES', 'TARGET_READ_ONLY'],
    ['EPERM', 'TARGET_READ_ONLY'],
    ['ENOENT', 'TARGET_UNREACHABLE'],
    ['EIO', 'TARGET_UNREACHABLE'],
    ['ESTALE', 'TARGET_UNREACHABLE'],
    ['EMFILE', 'TARGET_UNREACHABLE'],
  ])('%s is %s', (code, wait) => {
    const cause = diskError(code);
    const failure = fileFailure(cause, './orders');
    expect(failure).toBeInstanceOf(TargetUnavailableError);
    expect(failure).toMatchObject({ code: wait, cause });
    expect(String(failure)).toMatch(new RegExp(`expected ./orders to .*, got ${code}$`));
  });

  it('names the path, where it is no folder and where a file is no Parquet file', () => {
    const refused = fileFailure(diskError('ENOTDIR'), './orders');
    expect(refused).toBeInstanceOf(TargetRefusedError);
    expect(String(refused)).toContain('./orders');
    const damaged = fileFailure(new ParquetError('damaged', 'expected a footer, got none'), 'a/b');
    expect(damaged).toBeInstanceOf(TargetRefusedError);
    expect(String(damaged)).toContain('a/b');
    expect(String(damaged)).toContain('expected a footer, got none');
  });

  it('is any other error as it is', () => {
    const mistake = new RangeError('a mistake');
    expect(fileFailure(mistake, 'orders')).toBe(mistake);
    const coded = Object.assign(new Error('x'), { code: 'ENOENT' });
    expect(fileFailure(coded, 'orders')).toBe(coded);
    expect(codeOf('ENOENT')).toBeNull();
  });
});

it('takes what is missing for nothing, and no other error', async () => {
  const fail = (code: string) => () => Promise.reject(diskError(code));
  expect(await unlessMissing(fail('ENOENT'), 'nothing')).toBe('nothing');
  expect(await unlessMissing(() => Promise.resolve('there'), 'nothing')).toBe('there');
  await expect(unlessMissing(fail('EACCES'), 'nothing')).rejects.toThrow('EACCES');
});
