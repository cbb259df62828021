// The blocks of code of a page, by what they are.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { blocksIn, type Block } from '../docs/pages.js';

/** What a page tells to type and to write, in its order. */
export class PageBlocks {
  private constructor(private readonly blocks: readonly Block[]) {}

  static async of(page: string): Promise<PageBlocks> {
    return new PageBlocks(blocksIn(await readFile(page, 'utf8')));
  }

  /**
   * The lines of the shell block that has these words.
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

  /** Writes the files that begin with their name (`// app/src/main.ts`) below `folder`; gives back the names. */
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
