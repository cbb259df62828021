// The project's Markdown pages with their links and code blocks.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { TOP } from '../scratch.js';

const NOT_OURS = /^(?:node_modules|dist|var|logs|coverage|\.[a-z]+)$/;
const FENCE = /^( *)```(\w*)\n([\s\S]*?)^\1```$/gm;
const LINK = /\]\(<?([^)\s>]+)>?\)/g;

export interface Block {
  /** Such as `sh`; empty if the block has none. */
  readonly language: string;
  /** Without the indentation of a list. */
  readonly text: string;
}

export interface MarkdownPage {
  /** Relative to the project's folder. */
  readonly name: string;
  readonly blocks: readonly Block[];
  readonly links: readonly string[];
  readonly anchors: ReadonlySet<string>;
}

/** Every page of the project, except for those of packages. */
export function readPages(): readonly MarkdownPage[] {
  return filesBelow('').map(readPage);
}

function readPage(name: string): MarkdownPage {
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

export function blocksIn(text: string): readonly Block[] {
  return [...text.matchAll(FENCE)].map(([, indent = '', language = '', code = '']) => ({
    language,
    text: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

/** The anchor of a heading, as the usual renderers make it. */
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
