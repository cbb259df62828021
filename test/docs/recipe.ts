// The recipes of docs/recipes.md: data, a dataset, and the rows that it has afterwards.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { TOP, type DatasetYaml } from '../scratch.js';

/** A file or an address, as the page shows it. */
export interface RecipeData {
  /** A path, or an address with `https://`. */
  readonly name: string;
  /** What the page says about it after its name: `in gb18030`. */
  readonly remark: string;
  readonly text: string;
}

export interface Recipe {
  readonly title: string;
  readonly data: readonly RecipeData[];
  readonly dataset: DatasetYaml;
  readonly columns: readonly string[];
  /** Cells as the page shows them. */
  readonly rows: readonly (readonly string[])[];
}

const DATA = /^`([^`]+)`(?:, ([^:\n]*))?:\n\n```(?:text|sql)\n([\s\S]*?)^```$/gm;
const YAML = /^```yaml\n([\s\S]*?)^```$/m;
const TABLE_ROW = /^\|(.*)\|$/gm;

export function readRecipes(): readonly Recipe[] {
  const page = readFileSync(path.join(TOP, 'docs/recipes.md'), 'utf8');
  return page
    .split(/^## (?=\d+[.] )/m)
    .slice(1)
    .map(readRecipe);
}

function readRecipe(section: string): Recipe {
  const [title = ''] = section.split('\n', 1);
  const [, yaml = ''] = YAML.exec(section) ?? [];
  const { datasets } = parse(yaml) as { readonly datasets: readonly DatasetYaml[] };
  const [dataset, ...others] = datasets;
  if (dataset === undefined || others.length > 0) {
    throw new Error(`expected one dataset in the recipe ${title}`);
  }
  const data = [...section.matchAll(DATA)].map(
    ([, name = '', remark = '', text = '']): RecipeData => ({ name, remark, text }),
  );
  const table = [...section.slice(section.indexOf(yaml)).matchAll(TABLE_ROW)].map(([, line = '']) =>
    line.split('|').map((cell) => cell.trim()),
  );
  const [columns = [], , ...rows] = table;
  return { title, data, dataset, columns, rows };
}

/** A text in an encoding of the WHATWG, which Node can only decode. */
export function encode(text: string, encoding: string): Buffer {
  if (encoding === 'utf-16le') return Buffer.from(`\uFEFF${text}`, 'utf16le');
  const bytesOf = new Map<string, readonly number[]>();
  const decoder = new TextDecoder(encoding);
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      const decoded = decoder.decode(Uint8Array.of(lead, trail));
      if (!bytesOf.has(decoded)) bytesOf.set(decoded, [lead, trail]);
    }
  }
  const bytes = [...text].flatMap((character) => {
    const code = character.charCodeAt(0);
    return code < 0x80 ? [code] : (bytesOf.get(character) ?? []);
  });
  return Buffer.from(bytes);
}
