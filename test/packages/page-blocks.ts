import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { blocksIn, type Block } from '../docs/pages.js';

/** The commands and files in the code blocks of a page, in order. */
export class PageBlocks {
  private constructor(private readonly blocks: readonly Block[]) {}

  static async of(page: string): Promise<PageBlocks> {
    return new PageBlocks(blocksIn(await readFile(page, 'utf8')));
  }

  /**
   * The shell block that contains a text.
   * @throws {Error} unless there is exactly one.
   */
  shell(words: string): string {
    const found = this.blocks.filter(
      ({ language, text }) => language === 'sh' && text.includes(words),
    );
    const [block] = found;
    if (block === undefined || found.length > 1) {
      throw new Error(`expected one block of sh with ${words}, got ${found.length}`);
    }
    return block.text;
  }

  /** Writes the blocks that begin with a file name (`// app/src/main.ts`) below `folder`; returns the names. */
  async writeFiles(folder: string, isWanted: (name: string) => boolean): Promise<string[]> {
    const names: string[] = [];
    for (const { text } of this.blocks) {
      const [, name] = /^\/\/ (\S+\/\S+)\n/.exec(text) ?? [];
      if (name === undefined || !isWanted(name)) continue;
      const file = path.join(folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
      names.push(name);
    }
    return names;
  }
}
