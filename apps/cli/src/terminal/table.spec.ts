import { describe, expect, it } from 'vitest';
import { textTable } from './table.js';

describe('textTable', () => {
  it('aligns columns by their width on a terminal', () => {
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
