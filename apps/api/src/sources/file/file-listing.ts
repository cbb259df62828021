import type { Dirent } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { systemClock } from '../../config/clock.js';
import { isTurnDue, takeTurn } from '../../config/slices.js';
import { SourceError } from '../day-source.js';
import { fitsName, parsePattern, type PathPattern } from './path-pattern.js';
import { fileFailure, isMissing, realFolderOf, type FilePlace } from './open-inside.js';
import { identityOf } from './source-file.js';

export interface ListingLimits {
  /** The most files. @default 10,000 */
  readonly files: number;
  /** The most entries of folders that are looked at. @default 1 million */
  readonly entries: number;
  /** The longest time. @default a minute */
  readonly ms: number;
}

const LIMITS: ListingLimits = { files: 10_000, entries: 1_000_000, ms: 60_000 };

/** A file as a listing has found it. */
export interface ListedFile extends Pick<FilePlace, 'path' | 'realFolder'> {
  /** The path below the folder, for users. */
  readonly name: string;
  /** Changes with the file; the same for two names of one file. */
  readonly identity: string;
  /** In bytes. */
  readonly size: number;
}

export interface ListingPlace {
  /** Absolute. A file outside of it, where a link leads to, is listed and can't be opened. */
  readonly folder: string;
  /** Paths in it with `*` and `**`. */
  readonly patterns: readonly string[];
  /** As errors show the path. */
  readonly writtenPath: string;
}

/**
 * The files that fit one of the patterns, by their paths. A file with several names is listed once. Links to folders are
 * followed only where a pattern names them.
 *
 * Node's own glob would take a folder that it may not read for an empty one.
 * @throws {SourceError} source-wide: `SOURCE_FILE_MISSING`, where there is no such folder, `SOURCE_UNREADABLE`,
 * `SOURCE_TOO_MANY_FILES`
 */
export async function listFiles(
  { folder, patterns, writtenPath }: ListingPlace,
  signal: AbortSignal,
  limits: Partial<ListingLimits> = {},
): Promise<readonly ListedFile[]> {
  const listing = new Listing(folder, writtenPath, { ...LIMITS, ...limits }, signal);
  return listing.read(patterns.map(parsePattern));
}

/** A text that differs for any two listings. */
export function listingKey(files: readonly ListedFile[]): string {
  return JSON.stringify(files.map(({ name, identity }) => [name, identity]));
}

class Listing {
  private readonly paths = new Set<string>();
  private entries = 0;
  private readonly since = systemClock.monotonic();

  constructor(
    private readonly folder: string,
    private readonly writtenPath: string,
    private readonly limits: ListingLimits,
    private readonly signal: AbortSignal,
  ) {}

  async read(patterns: readonly PathPattern[]): Promise<readonly ListedFile[]> {
    const realFolder = await realFolderOf(this.folder, this.writtenPath);
    for (const pattern of patterns) await this.walk(this.folder, pattern);
    const names = new Set<string>();
    const files: ListedFile[] = [];
    for (const path of [...this.paths].toSorted()) {
      await this.breathe();
      const file = await this.file(path, realFolder);
      if (file === undefined || names.has(file.identity)) continue;
      names.add(file.identity);
      files.push(file);
    }
    return files;
  }

  /** Undefined for what is no file, or has gone. */
  private async file(path: string, realFolder: string): Promise<ListedFile | undefined> {
    const found = await this.found(() => stat(path, { bigint: true }));
    if (found?.isFile() !== true) return undefined;
    const name = relative(this.folder, path);
    return { path, realFolder, name, identity: identityOf(found), size: Number(found.size) };
  }

  /** Adds the paths below a folder that fit the rest of a pattern. */
  private async walk(folder: string, [segment, ...rest]: PathPattern): Promise<void> {
    if (segment === undefined) return;
    switch (segment.kind) {
      case 'name': {
        const path = join(folder, segment.name);
        if (rest.length > 0) await this.walk(path, rest);
        else this.add(path);
        return;
      }
      case 'names':
        for await (const entry of this.entriesOf(folder)) {
          if (!fitsName(entry.name, segment.pattern)) continue;
          const path = join(folder, entry.name);
          if (rest.length === 0) {
            if (!entry.isDirectory()) this.add(path);
          } else if (entry.isDirectory()) await this.walk(path, rest);
        }
        return;
      case 'folders':
        await this.walk(folder, rest);
        for await (const entry of this.entriesOf(folder)) {
          if (entry.isDirectory() && !entry.name.startsWith('.')) {
            await this.walk(join(folder, entry.name), [segment, ...rest]);
          }
        }
    }
  }

  private add(path: string): void {
    this.paths.add(path);
    if (this.paths.size > this.limits.files) throw this.tooMany(`${this.limits.files} files`);
  }

  private async *entriesOf(folder: string): AsyncGenerator<Dirent> {
    const entries = await this.found(() => opendir(folder));
    if (entries === undefined) return;
    for await (const entry of entries) {
      this.entries += 1;
      if (this.entries > this.limits.entries) {
        throw this.tooMany(`${this.limits.entries} files and folders to look at`);
      }
      await this.breathe();
      yield entry;
    }
  }

  private async breathe(): Promise<void> {
    this.signal.throwIfAborted();
    if (systemClock.monotonic() - this.since > this.limits.ms) {
      throw this.tooMany(`as many files as can be listed in ${this.limits.ms / 1_000} s`);
    }
    if (isTurnDue()) await takeTurn();
  }

  /** What a call finds; undefined where nothing is there. */
  private async found<Found>(find: () => Promise<Found>): Promise<Found | undefined> {
    this.signal.throwIfAborted();
    try {
      return await find();
    } catch (error) {
      const failure = fileFailure(error, this.writtenPath);
      if (isMissing(failure)) return undefined;
      throw failure;
    }
  }

  private tooMany(most: string): SourceError {
    return new SourceError(
      'source_wide',
      'SOURCE_TOO_MANY_FILES',
      `${this.writtenPath}: expected at most ${most}, got more: name the folders more precisely`,
    );
  }
}
