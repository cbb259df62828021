import { DAY_FILE, type DayFiles } from './parquet-day-files.js';

/** Steps of a write that are not about its token. */
export interface DaySteps {
  /** Writes all rows into a file. */
  readonly writeRows: (name: string) => Promise<void>;
  /** Throws an error unless the target is the one that was prepared. */
  readonly expectKey: () => Promise<void>;
}

export type FencedFiles = Pick<DayFiles, 'key' | 'list' | 'make' | 'remove' | 'replace' | 'token'>;

/**
 * Fencing of one day between processes that share nothing but a file system, without locks. It needs no more than POSIX
 * promises: names are made, removed and replaced in one step, and a listing has all names that are there from its beginning
 * to its end.
 *
 * - A fence is an empty file, `.fence.KEY.TOKEN`; the highest token counts. Of several processes each adds its own, so that
 *   none lowers another's.
 * - A write has its rows in a temporary file, `.day.KEY.TOKEN.tmp`. Then it lists the fences, and then it renames the
 *   temporary file to `day.parquet`.
 * - A fence is made first, then lower temporary files are listed and removed, then lower fences.
 *
 * So a lower write is refused, in whichever order the steps come: if its temporary file was there when the fence listed
 * them, it is removed, and the rename fails, unless the rename was before. If it was not, the write lists the fences after
 * this fence was made, and sees it, or a higher one. A fence that is removed while the write lists them has a higher one in
 * its place, whose process removed lower temporary files before it removed the fence.
 */
export class DayFencing {
  constructor(private readonly files: FencedFiles) {}

  /**
   * Refuses writes with lower tokens from now on.
   * @returns the highest token of a fence, which may be another process's
   */
  async raise(token: number): Promise<number> {
    const { files } = this;
    const before = this.highest(await files.list());
    if (before === null || before < token) await files.make(this.fence(token));
    const names = await files.list();
    const highest = Math.max(token, before ?? token, this.highest(names) ?? token);
    const isStale = (its: TokenName): boolean => its.key !== files.key || its.token < highest;
    for (const kind of ['day', 'fence'] as const) {
      for (const name of names) {
        const marked = parseTokenName(name);
        if (marked?.kind === kind && isStale(marked)) await files.remove(name);
      }
    }
    return highest;
  }

  /**
   * Replaces the day file.
   * @returns the token of a later write or fence, which refuses this one; null once the file is in its place
   */
  async write(token: number, { writeRows, expectKey }: DaySteps): Promise<number | null> {
    const { files } = this;
    const highest = Math.max(await this.raise(token), (await files.token()) ?? token);
    if (highest > token) return highest;
    const temporary = `.day.${files.key}.${token}.tmp`;
    try {
      await writeRows(temporary);
      const later = this.highest(await files.list());
      if (later !== null && later > token) return later;
      await expectKey();
      if (await files.replace(temporary, DAY_FILE)) return null;
      await expectKey();
      // Its fence is there, unless it was removed by hand.
      return Math.max(this.highest(await files.list()) ?? token, token + 1);
    } finally {
      await files.remove(temporary);
    }
  }

  private fence(token: number): string {
    return `.fence.${this.files.key}.${token}`;
  }

  private highest(names: readonly string[]): number | null {
    const tokens = names
      .map(parseTokenName)
      .filter((its) => its?.kind === 'fence' && its.key === this.files.key)
      .map((its) => its?.token ?? 0);
    return tokens.length === 0 ? null : Math.max(...tokens);
  }
}

/** A name with a token. */
interface TokenName {
  readonly kind: 'day' | 'fence';
  readonly key: string;
  readonly token: number;
}

const TOKEN_NAME = /^\.(?:(day)\.([0-9a-f]+)\.(\d+)\.tmp|(fence)\.([0-9a-f]+)\.(\d+))$/;

function parseTokenName(name: string): TokenName | null {
  const match = TOKEN_NAME.exec(name);
  if (match === null) return null;
  const [, day, dayKey, dayToken, , fenceKey, fenceToken] = match;
  return day === undefined
    ? { kind: 'fence', key: fenceKey ?? '', token: Number(fenceToken) }
    : { kind: 'day', key: dayKey ?? '', token: Number(dayToken) };
}
