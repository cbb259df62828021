import type { TemporaryFile } from '../temporary-file.js';
import type { DayIndex, IndexedContent } from '../day-index/day-index.js';
import { IndexFiles } from '../day-index/index-files.js';
import type { UnreadableRows } from '../unreadable-rows.js';
import type { HttpValidators } from './http-client.js';

const CHUNK_BYTES = 262_144;

/** A page of an answer, indexed by day. */
export interface StoredPage {
  readonly index: DayIndex;
  /** Its address, with its number where there may be several. */
  readonly name: string;
  readonly unreadable: UnreadableRows;
}

/** The pages of an answer, and where they are on disk. */
export class StoredPages {
  readonly pages: StoredPage[] = [];
  /** What the indexes of all pages have on disk. */
  readonly indexFiles = new IndexFiles();

  constructor(
    /** The pages one after another. */
    readonly store: TemporaryFile,
  ) {}

  async close(): Promise<void> {
    const { indexFiles, pages, store } = this;
    await Promise.all([store.close(), ...pages.map(({ index }) => index.close())]);
    await indexFiles.close();
  }
}

/** An answer with the rows of many days: its pages in one temporary file, each indexed by day. */
export class StoredAnswer {
  private users = 1;

  constructor(
    private readonly stored: StoredPages,
    /** Undefined where the server can't be asked whether it has changed. */
    readonly validators: HttpValidators | undefined,
    readonly unreadable: UnreadableRows,
  ) {}

  get pages(): readonly StoredPage[] {
    return this.stored.pages;
  }

  /** The columns that every row has; undefined where that is not known. */
  get columns(): readonly string[] | undefined {
    return this.pages[0]?.index.columns;
  }

  /** Counts one more user; `false` if it has been dropped. */
  retain(): boolean {
    if (this.users === 0) return false;
    this.users += 1;
    return true;
  }

  /** Counts one user less; the last one removes it from the disk. */
  async release(): Promise<void> {
    this.users -= 1;
    if (this.users > 0) return;
    await this.stored.close();
  }
}

/** A part of a temporary file. */
export function partOf(store: TemporaryFile, start: number, end: number): IndexedContent {
  const readAt = async (buffer: Buffer, position: number): Promise<number> => {
    const length = Math.max(0, Math.min(buffer.length, end - start - position));
    return length === 0 ? 0 : store.readAt(buffer.subarray(0, length), start + position);
  };
  return {
    readAt,
    chunks: async function* () {
      for (let position = 0; position < end - start;) {
        const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - start - position));
        const count = await readAt(buffer, position);
        position += count;
        yield buffer.subarray(0, count);
      }
    },
  };
}
