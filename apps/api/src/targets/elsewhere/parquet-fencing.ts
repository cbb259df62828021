import { DAY_FILE, hasRowsOfDay, type DayFiles } from './parquet-day-files.js';

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
  constructor(
    private readonly files: Pick<DayFiles, 'key' | 'list' | 'make' | 'remove' | 'replace'>,
  ) {}

  /** The temporary file of a write. */
  temporary(token: number): string {
    return `.day.${this.files.key}.${token}.tmp`;
  }

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
    const isStale = (its: Marked): boolean => its.key !== files.key || its.token < highest;
    for (const kind of ['day', 'fence'] as const) {
      for (const name of names) {
        const marked = parseMarked(name);
        if (marked?.kind === kind && isStale(marked)) await files.remove(name);
      }
    }
    return highest;
  }

  /** The token of a write that is later than this one; null if there is none. */
  async overtaking(token: number): Promise<number | null> {
    const highest = this.highest(await this.files.list());
    return highest !== null && highest > token ? highest : null;
  }

  /**
   * Puts the temporary file of a write in the place of the day file, after {@link overtaking} has found no later write.
   * @returns false if the temporary file is gone: a later write or fence has removed it
   */
  async land(token: number): Promise<boolean> {
    return this.files.replace(this.temporary(token), DAY_FILE);
  }

  /** Removes files with rows of the day that are not Daysync's. */
  async removeForeign(): Promise<void> {
    for (const name of await this.files.list()) {
      if (hasRowsOfDay(name) && name !== DAY_FILE) await this.files.remove(name);
    }
  }

  private fence(token: number): string {
    return `.fence.${this.files.key}.${token}`;
  }

  private highest(names: readonly string[]): number | null {
    const tokens = names
      .map(parseMarked)
      .filter((its) => its?.kind === 'fence' && its.key === this.files.key)
      .map((its) => its?.token ?? 0);
    return tokens.length === 0 ? null : Math.max(...tokens);
  }
}

/** A name with a token. */
interface Marked {
  readonly kind: 'day' | 'fence';
  readonly key: string;
  readonly token: number;
}

const MARKED = /^\.(?:(day)\.([0-9a-f]+)\.(\d+)\.tmp|(fence)\.([0-9a-f]+)\.(\d+))$/;

function parseMarked(name: string): Marked | null {
  const match = MARKED.exec(name);
  if (match === null) return null;
  const [, day, dayKey, dayToken, , fenceKey, fenceToken] = match;
  return day === undefined
    ? { kind: 'fence', key: fenceKey ?? '', token: Number(fenceToken) }
    : { kind: 'day', key: dayKey ?? '', token: Number(dayToken) };
}
