// The project's pages of Markdown: their links and their blocks of code.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { TOP } from '../scratch.js';

const NOT_OURS = /^(?:node_modules|dist|var|logs|coverage|\.[a-z]+)$/;
const FENCE = /^( *)```(\w*)\n([\s\S]*?)^\1```$/gm;
const LINK = /\]\(<?([^)\s>]+)>?\)/g;

export interface Block {
  /** Such as `sh`; empty where none is told. */
  readonly language: string;
  /** Without what it is indented by in a list. */
  readonly text: string;
}

export interface MarkdownPage {
  /** From the project's top. */
  readonly name: string;
  readonly blocks: readonly Block[];
  /** What its links name. */
  readonly links: readonly string[];
  /** What a link can name in it after `#`. */
  readonly anchors: ReadonlySet<string>;
}

/** Every page of the project, those of packages left out. */
export function readPages(): readonly MarkdownPage[] {
  return filesBelow('').map(readPage);
}

export function readPage(name: string): MarkdownPage {
  const text = readFileSync(path.join(TOP, name), 'utf8');
  const prose = text.replaceAll(FENCE, '').replaceAll(/`[^`\n]*`/g, 'code');
  const headings = [...text.replaceAll(FENCE, '').matchAll(/^#+ (.*)$/gm)];
  return {
    name,
    blocks: blocksIn(text),
    links: [...prose.matchAll(LINK)].map(([, target = '']) => target),
    anchors: new Set(headings.map(([, heading = '']) => anchorOf(heading))),
  };
}

/** The blocks of code of a page, in its order. */
export function blocksIn(text: string): readonly Block[] {
  return [...text.matchAll(FENCE)].map(([, indent = '', language = '', code = '']) => ({
    language,
    text: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

/** As the usual renderers make it of a heading. */
function anchorOf(heading: string): string {
  const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
  return text.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(/\s/g, '-');
}

function filesBelow(folder: string): string[] {
  return readdirSync(path.join(TOP, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.test(entry.name) ? [] : filesBelow(name);
    return name.endsWith('.md') ? [name] : [];
  });
}
