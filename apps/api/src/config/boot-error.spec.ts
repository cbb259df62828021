import { describe, expect, it } from 'vitest';
import { bootErrorLines } from './boot-error.js';

const column = {
  path: 'datasets[0].target.columns.wind.type',
  line: 7,
  column: 15,
  expected: 'one of text, real',
  received: '"reel" (text)',
};

describe('bootErrorLines', () => {
  it('says nothing when nothing is wrong', () => {
    expect(
      bootErrorLines({ environment: [], datasetsFile: { path: 'd.yaml', errors: [] } }),
    ).toEqual([]);
  });

  it('gives every error a line with its place', () => {
    const lines = bootErrorLines({
      environment: [{ name: 'PORT', expected: 'a whole number', received: '"x" (text)' }],
      datasetsFile: { path: 'datasets.yaml', errors: [column] },
    });
    expect(lines).toEqual([
      "Daysync can't start: 2 settings are wrong.",
      '  environment PORT: expected a whole number, got "x" (text)',
      '  datasets.yaml:7:15 datasets[0].target.columns.wind.type: expected one of text, real, got "reel" (text)',
    ]);
  });

  it('names the file alone where there is no place in it', () => {
    const nowhere = { path: '', line: null, column: null };
    const errors = [{ ...nowhere, expected: 'a file that can be read', received: 'ENOENT' }];
    expect(bootErrorLines({ environment: [], datasetsFile: { path: 'd.yaml', errors } })).toEqual([
      "Daysync can't start: one setting is wrong.",
      '  d.yaml: expected a file that can be read, got ENOENT',
    ]);
  });
});
