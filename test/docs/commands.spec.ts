// The commands of `daysync` that the pages name are there, with their options.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../apps/cli/src/parser/run.js';
import { portsWith } from '../../apps/cli/src/terminal/ports.fixture.js';
import { TOP } from '../scratch.js';
import { readPages } from './pages.js';

const program = createProgram(portsWith().ports, 'en', () => undefined);
/** `daysync` as a command: not in the middle of a path or a name, and with an argument. */
const COMMAND = /(?:^|[`(|&;] *|npx )daysync ([a-z][^`|&;,)#\n]*)/gm;

const commands = readPages().flatMap(({ name }) => {
  const text = readFileSync(path.join(TOP, name), 'utf8').replaceAll('\\\n', ' ');
  return [...text.matchAll(COMMAND)].map(([, line = '']) => ({ page: name, text: line.trim() }));
});

/** What of a command line the program does not know. */
function unknownIn(text: string): readonly string[] {
  const words = text.split(/\s+/);
  let command: Command = program;
  for (;;) {
    const next = command.commands.find((one) => one.name() === words[0]);
    if (next === undefined) break;
    command = next;
    words.shift();
  }
  if (command === program) return [text];
  const known = command.options.flatMap(({ long, short }) => [long, short]);
  const given = words
    .map((word) => word.replace(/=.*/, ''))
    .filter((word) => /^--?[a-z]/.test(word));
  return given.filter((word) => !known.includes(word)).map((word) => `${command.name()} ${word}`);
}

describe('commands of the pages', () => {
  it('are known, with each of their options', () => {
    expect(commands.length).toBeGreaterThan(60);
    const unknown = commands.filter(({ text }) => unknownIn(text).length > 0);
    expect(unknown.map(({ page, text }) => `${page}: ${text}`)).toEqual([]);
  });
});
