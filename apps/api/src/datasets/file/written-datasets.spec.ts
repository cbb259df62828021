import { describe, expect, it } from 'vitest';
import { versionOf, type DatasetsText } from './dataset-file.js';
import { writtenDataset } from './written-datasets.js';

const fileOf = (text: string): DatasetsText => ({ text, version: versionOf(text), value: null });

describe('the text of a dataset in the datasets file', () => {
  it('is that of the file, at the left edge, with its comments and the names of variables', async () => {
    const file = fileOf(
      [
        '# All of them',
        'datasets:',
        '  - name: orders # of the shop',
        '    source:',
        '      kind: sql',
        '      url: ${ORDERS_URL}',
        '      query: |',
        '        select *',
        '          from orders',
        '',
        '  - { name: weather,',
        '      source: { kind: csv } }',
        'webhooks: []',
        '',
      ].join('\r\n'),
    );
    expect(await writtenDataset(file, 'orders')).toBe(
      [
        '- name: orders # of the shop',
        '  source:',
        '    kind: sql',
        '    url: ${ORDERS_URL}',
        '    query: |',
        '      select *',
        '        from orders',
      ].join('\n'),
    );
    expect(await writtenDataset(file, 'weather')).toBe(
      '- { name: weather,\n    source: { kind: csv } }',
    );
    expect(await writtenDataset(file, 'other')).toBeUndefined();
  });

  it('is the same of a list at the left edge', async () => {
    const text = 'datasets:\n- name: a\n  attempts: 2\n- name: b\n';
    expect(await writtenDataset(fileOf(text), 'a')).toBe('- name: a\n  attempts: 2');
    expect(await writtenDataset(fileOf(text), 'b')).toBe('- name: b');
  });
});
