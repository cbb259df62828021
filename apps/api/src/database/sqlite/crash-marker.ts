import { existsSync, rmSync, writeFileSync } from 'node:fs';

/**
 * A file beside the database that is there while the program runs and was not asked to stop. It is no row of the
 * database, since a stop has to be told even where the disk is full: taking a file away needs no room.
 */
export class CrashMarker {
  /** Whether the last process ended without having been asked to. */
  readonly crashed: boolean;

  /** @param file where it is */
  constructor(private readonly file: string) {
    this.crashed = existsSync(file);
  }

  /** From now on an end of the process is a crash. */
  set(): void {
    writeFileSync(this.file, '');
  }

  /** The program was asked to stop: whatever ends it now is no crash. A stop goes on where that can't be told. */
  clear(): void {
    try {
      rmSync(this.file, { force: true });
    } catch {
      // The next start takes the end for a crash: days in flight run alone once more.
    }
  }
}
