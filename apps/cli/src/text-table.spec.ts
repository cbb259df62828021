import { describe, expect, it } from 'vitest';
import { textTable } from './text-table.js';

describe('textTable', () => {
  it('sets its columns by what they take on a terminal', () => {
    expect(
      textTable(
        ['状态', 'N'],
        [
          ['同步失败', '1'],
          ['ok', ''],
        ],
      ),
    ).toEqual(['状态      N', '同步失败  1', 'ok']);
  });
});
