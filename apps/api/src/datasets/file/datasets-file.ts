import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  readDatasetsFile,
  readDatasetsInTurns,
  unreadable,
  versionOf,
  type DatasetsResult,
} from './dataset-file.js';

/** The token of the datasets file of this process; null for datasets that stand in code. */
export const DATASETS_FILE = Symbol('DATASETS_FILE');

/** The datasets file of this process: where it is, and what it may take from the environment. */
export class DatasetsFile {
  constructor(
    /** Absolute, or relative to the working directory. */
    readonly path: string,
    private readonly env: Readonly<Record<string, string | undefined>>,
    private readonly onSecret: (value: string) => void,
  ) {}

  /** Reads and checks the file; blocks meanwhile, for the start. */
  readAtStart(): DatasetsResult {
    return readDatasetsFile(this.path, this.env, this.onSecret);
  }

  /** Reads and checks the file as it is now, beside polls. */
  async read(): Promise<DatasetsResult> {
    let text: string;
    try {
      text = await readFile(this.path, 'utf8');
    } catch (error) {
      return unreadable(error);
    }
    return this.check(text);
  }

  /** Checks a text in place of the file's: relative paths in it start at the folder of this process's file. */
  check(text: string): Promise<DatasetsResult> {
    const { env, onSecret, path } = this;
    return readDatasetsInTurns(text, { folder: dirname(resolve(path)), env, onSecret });
  }

  /** A variable that the file may have used before: a secret. Undefined if it is not set. */
  variable(name: string): string | undefined {
    const value = Object.hasOwn(this.env, name) ? this.env[name] : undefined;
    if (value !== undefined) this.onSecret(value);
    return value;
  }

  /** The version of the file as it is now; null if it can't be read. */
  async version(): Promise<string | null> {
    try {
      return versionOf(await readFile(this.path, 'utf8'));
    } catch {
      return null;
    }
  }
}
