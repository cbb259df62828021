import { readdir, readFile, stat, symlink, writeFile, chmod } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { scratchFolder } from '../../../../../test/scratch.js';
import { DatasetsDocument, writeDraft, type DatasetDraft } from './dataset-yaml.js';

const DRAFT: DatasetDraft = {
  name: 'rain',
  source: { kind: 'csv', path: 'rain.csv', day_column: 'date' },
  target: {
    table: 'rain',
    columns: { date: 'date', mm: { from: 'Rain (mm)', type: 'real', nullable: true } },
  },
};
const ITEM = `- name: rain
  source: { kind: csv, path: rain.csv, day_column: date }
  target:
    table: rain
    columns:
      date: date
      mm: { from: Rain (mm), type: real, nullable: true }
`;

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await scratchFolder();
  file = path.join(folder, 'datasets.yaml');
});

async function added(text: string): Promise<string> {
  await writeFile(file, text);
  return (await DatasetsDocument.read(file)).with(DRAFT);
}

const indented = (indent: string): string => ITEM.replace(/^(?=.)/gm, indent);

describe('a dataset as YAML', () => {
  it('has a line for each column, and short mappings in one line', () => {
    expect(writeDraft(DRAFT, '')).toBe(ITEM);
    expect(writeDraft(DRAFT, '  ')).toBe(indented('  '));
  });

  it('quotes what would be something else', () => {
    const source = { kind: 'csv', delimiter: ';', nulls: ['', 'NA', '-', 'null'], decimal: ',' };
    const written = writeDraft({ ...DRAFT, source }, '  ');
    expect(parse(`datasets:\n${written}`)).toEqual({ datasets: [{ ...DRAFT, source }] });
  });

  it('breaks a long source into lines', () => {
    const source = { kind: 'csv', path: `${'long/'.repeat(20)}a.csv`, day_column: { from: 'a' } };
    expect(writeDraft({ ...DRAFT, source }, '')).toContain(
      `\n  source:\n    kind: csv\n    path: ${source.path}\n    day_column: { from: a }\n`,
    );
  });
});

describe('a datasets file', () => {
  it('is created where there is none, or where it is empty', async () => {
    expect((await DatasetsDocument.read(file)).with(DRAFT)).toBe(`datasets:\n${indented('  ')}`);
    expect(await added('# Ours\n')).toBe(`# Ours\ndatasets:\n${indented('  ')}`);
  });

  it('keeps each of its bytes', async () => {
    const before = `# yaml-language-server: $schema=./x.json
datasets:   # all of them
  - name:  one      # odd   blanks
    source:  {kind: csv,path: "one.csv", day_column:   date}
    target:
        table: one
        columns: {  a: text }

  # the second
  - {name: two}
`;
    const after = `
# about webhooks
webhooks:
  - name: "chat"   # quoted
`;
    expect(await added(before + after)).toBe(`${before}\n${indented('  ')}${after}`);
    expect(await added(before)).toBe(`${before}\n${indented('  ')}`);
    expect(await added(before.trimEnd())).toBe(`${before}\n${indented('  ')}`);
  });

  it('keeps its indentation and its line ends', async () => {
    expect(await added('datasets:\n- name: one\n  a: 1\n')).toBe(
      `datasets:\n- name: one\n  a: 1\n\n${ITEM}`,
    );
    expect(await added('datasets:\r\n    - name: one\r\n')).toBe(
      `datasets:\r\n    - name: one\r\n\r\n${indented('    ').replaceAll('\n', '\r\n')}`,
    );
  });

  it.each([
    ['a list in one line', 'datasets: [{ name: one }] # all\n', /# all/],
    ['no list yet', '# Ours\nwebhooks: [] # none\n', /# Ours\n[^]*# none/],
    ['an empty list', '# Ours\ndatasets: []\n', /# Ours/],
  ])('with %s keeps its comments', async (_, text, comments) => {
    const before = parse(text) as { datasets?: readonly unknown[] };
    const after = await added(text);
    expect(parse(after)).toEqual({ ...before, datasets: [...(before.datasets ?? []), DRAFT] });
    expect(after).toMatch(comments);
  });

  it('names the datasets and tables that are taken', async () => {
    await writeFile(file, 'datasets:\n  - { name: one, target: { table: t } }\n  - 7\n');
    const text = await DatasetsDocument.read(file);
    expect(text.taken()).toEqual({ names: new Set(['one']), tables: new Set(['t']) });
  });

  it('is refused if it is not valid YAML', async () => {
    await writeFile(file, 'datasets: [\n');
    await expect(DatasetsDocument.read(file)).rejects.toThrow(/is not valid YAML/);
  });

  it('is replaced at once, with its mode, behind a link', async () => {
    const real = path.join(folder, 'real.yaml');
    await writeFile(real, 'datasets: []\n');
    await chmod(real, 0o640);
    await symlink(real, file);
    const text = await DatasetsDocument.read(file);
    await text.write('datasets: [1]\n');
    expect(await readFile(real, 'utf8')).toBe('datasets: [1]\n');
    expect((await stat(real)).mode & 0o777).toBe(0o640);
    expect(await readdir(folder)).toEqual(['datasets.yaml', 'real.yaml']);
  });

  it('is not written if it has changed meanwhile', async () => {
    await writeFile(file, 'datasets: []\n');
    const text = await DatasetsDocument.read(file);
    await writeFile(file, 'datasets: [1]\n');
    await expect(text.write('datasets: [2]\n')).rejects.toThrow(/has changed meanwhile/);
    expect(await readFile(file, 'utf8')).toBe('datasets: [1]\n');
  });
});
