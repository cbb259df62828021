import { TemporaryFile } from '../temporary-file.js';

/** What an index by day keeps on disk. The indexes of an answer's pages, built one after another, share it. */
export class IndexFiles {
  private copies: TemporaryFile | undefined;
  private runs: TemporaryFile | undefined;

  get isOpen(): boolean {
    return this.copies !== undefined || this.runs !== undefined;
  }

  /**
   * The file for decoded copies.
   * @throws {DatabaseUnavailableError} if the disk has no room
   */
  async openCopies(): Promise<TemporaryFile> {
    return (this.copies ??= await TemporaryFile.create());
  }

  /** The file for runs, as {@link openCopies} does. */
  async openRuns(): Promise<TemporaryFile> {
    return (this.runs ??= await TemporaryFile.create());
  }

  async close(): Promise<void> {
    await Promise.all([this.copies?.close(), this.runs?.close()]);
  }
}
