import { randomUUID } from 'node:crypto';
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Document, isMap, isPair, isSeq, parseDocument, visit, type YAMLSeq } from 'yaml';
import { isMapping } from '../../config/expectation.js';
import { InitError } from './init-failure.js';

/** A dataset as the datasets file has it: keys and plain values. */
export interface DatasetDraft {
  readonly name: string;
  readonly source: Readonly<Record<string, unknown>>;
  readonly target: {
    readonly table: string;
    readonly columns: Readonly<Record<string, unknown>>;
  };
  readonly time_zone?: string;
  readonly on_bad_row?: { readonly quarantine: number };
}

/** Mappings of more characters are written line by line. */
const MOST_FLOW = 90;
const NO_FOLDING = { lineWidth: 0, flowCollectionPadding: true };

/** The datasets file, which may not exist yet. */
export class DatasetsDocument {
  private constructor(
    private readonly file: string,
    /** Undefined where there is no file. */
    private readonly text: string | undefined,
    private readonly document: Document,
  ) {}

  /** @throws {InitError} for a file that can't be read, or is no YAML */
  static async read(file: string): Promise<DatasetsDocument> {
    let text: string | undefined;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      if (error.code !== 'ENOENT') {
        throw new InitError(`expected a datasets file that can be read, got: ${error.message}`);
      }
    }
    const document = parseDocument(text ?? '');
    const [fault] = document.errors;
    if (fault !== undefined) {
      throw new InitError(`${file} is not valid YAML: ${fault.message}`);
    }
    return new DatasetsDocument(file, text, document);
  }

  get exists(): boolean {
    return this.text !== undefined;
  }

  /** The names and the tables that datasets of the file have. */
  taken(): { readonly names: ReadonlySet<string>; readonly tables: ReadonlySet<string> } {
    const names = new Set<string>();
    const tables = new Set<string>();
    for (const dataset of this.datasets()) {
      if (!isMapping(dataset)) continue;
      if (typeof dataset['name'] === 'string') names.add(dataset['name']);
      const target = dataset['target'];
      if (isMapping(target) && typeof target['table'] === 'string') tables.add(target['table']);
    }
    return { names, tables };
  }

  /** Whether the file has a variable of the environment. */
  uses(variable: string): boolean {
    return this.text?.includes(`\${${variable}}`) ?? false;
  }

  /** The whole file with one more dataset. All of its own text stays as it is. */
  with(draft: DatasetDraft): string {
    const { text } = this;
    if (text === undefined || this.document.contents === null) {
      const own = text === undefined || text.trim() === '' ? '' : `${text.trimEnd()}\n`;
      return `${own}datasets:\n${writeDraft(draft, '  ')}`;
    }
    const spliced = this.splice(text, draft);
    const expected = [...this.datasets(), draft];
    if (spliced !== undefined && hasDatasets(spliced, expected)) return spliced;
    const document = this.document.clone();
    const list: unknown = document.get('datasets');
    if (!isSeq(list)) document.set('datasets', document.createNode([]));
    document.addIn(['datasets'], draftNode(document, draft));
    return document.toString(NO_FOLDING);
  }

  /**
   * Replaces the file at once: no reader sees a part of it.
   * @throws {InitError} if it has changed since it was read
   */
  async write(text: string): Promise<void> {
    const now = await readFile(this.file, 'utf8').catch(() => undefined);
    if (now !== this.text) {
      throw new InitError(`${this.file} has changed meanwhile: run the command again`);
    }
    const target = this.exists ? await realpath(this.file) : this.file;
    const part = path.join(path.dirname(target), `.${path.basename(target)}.${randomUUID()}`);
    try {
      const mode = this.exists ? (await stat(target)).mode : 0o666;
      const handle = await open(part, 'wx', mode);
      try {
        await handle.writeFile(text);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(part, target);
    } catch (error) {
      await rm(part, { force: true });
      const reason = error instanceof Error ? error.message : String(error);
      throw new InitError(`expected to write ${this.file}, got: ${reason}`);
    }
  }

  private datasets(): readonly unknown[] {
    const whole: unknown = this.document.toJS();
    const datasets = isMapping(whole) ? whole['datasets'] : undefined;
    return Array.isArray(datasets) ? datasets : [];
  }

  /** The text with the dataset after the last one; undefined where the list is not written as a block. */
  private splice(text: string, draft: DatasetDraft): string | undefined {
    const list: unknown = this.document.get('datasets', true);
    if (!isSeq(list) || list.flow === true) return undefined;
    const end = endOfLast(list);
    const start = list.items[0];
    if (end === undefined || !isMap(start) || start.range == null) return undefined;
    const lineStart = text.lastIndexOf('\n', start.range[0] - 1) + 1;
    const indent = /^( *)- /.exec(text.slice(lineStart))?.[1];
    if (indent === undefined) return undefined;
    const found = text.indexOf('\n', end);
    const at = found === -1 ? text.length : found + 1;
    const before = text.slice(0, at);
    const gap = before.endsWith('\n') ? '' : '\n';
    const item = `${gap}\n${writeDraft(draft, indent)}`;
    const written = text.includes('\r\n') ? item.replaceAll('\n', '\r\n') : item;
    return before + written + text.slice(at);
  }
}

/** The dataset as an item of the list. */
export function writeDraft(draft: DatasetDraft, indent: string): string {
  const document = new Document([]);
  document.add(draftNode(document, draft));
  return document.toString(NO_FOLDING).replace(/^(?=.)/gm, indent);
}

function draftNode(document: Document, draft: DatasetDraft) {
  const node = document.createNode(draft);
  visit(node, {
    Collection: (_key, collection, ancestors) => {
      const parent = ancestors.at(-1);
      const key = isPair(parent) ? String(parent.key) : '';
      const isInColumns = ancestors.some((one) => isPair(one) && String(one.key) === 'columns');
      const isShort = JSON.stringify(collection.toJSON()).length <= MOST_FLOW;
      const isBlock = ['', 'target', 'columns'].includes(key) || (!isInColumns && !isShort);
      collection.flow = isSeq(collection) || !isBlock;
    },
  });
  return node;
}

/** Where the value of the last item ends. */
function endOfLast(list: YAMLSeq): number | undefined {
  const last = list.items.at(-1);
  return isMap(last) ? last.range?.[1] : undefined;
}

function hasDatasets(text: string, expected: readonly unknown[]): boolean {
  const document = parseDocument(text);
  const whole: unknown = document.errors.length > 0 ? undefined : document.toJS();
  return isMapping(whole) && isDeepStrictEqual(whole['datasets'], expected);
}
