import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Command } from 'commander';
import { EXIT } from '../terminal/exit-code.js';
import { portsWith } from '../terminal/ports.fixture.js';
import { HELP_TEXTS } from './help-texts.js';
import { createProgram } from './run.js';

const PAGE = readFileSync(path.resolve(import.meta.dirname, '../../../../docs/cli.md'), 'utf8');

function programOf(language: 'en' | 'zh'): Command {
  return createProgram(portsWith().ports, language, () => undefined);
}

function allOf(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(allOf)];
}

describe('docs/cli.md', () => {
  it.each(allOf(programOf('en')).map((command) => [command.helpInformation(), command.name()]))(
    'has the help of each command as it is printed (npm run cli:docs): %#',
    (help, name) => {
      expect({ name, page: PAGE }).toEqual({
        name,
        page: expect.stringContaining(help.trimEnd()) as unknown,
      });
    },
  );

  it('has no help of a command that does not exist', () => {
    const usages = [...PAGE.matchAll(/^Usage: (.*)$/gm)].map(([, usage]) => usage);
    const nameOf = (command: Command): string =>
      `${command.parent === null ? '' : `${nameOf(command.parent)} `}${command.name()}`;
    const expected = allOf(programOf('en')).map(
      (command) => `${nameOf(command)} ${command.usage()}`,
    );
    expect(usages).toEqual(expected);
  });

  it('explains each exit code', () => {
    for (const code of Object.values(EXIT))
      expect(PAGE).toMatch(new RegExp(`^\\| ${code} +\\|`, 'm'));
  });
});

describe('the help', () => {
  it('is complete in Chinese', () => {
    const { titles: _, ...zh } = HELP_TEXTS.zh;
    for (const text of Object.values(zh)) expect(text).toMatch(/\p{Script=Han}/u);
    for (const command of allOf(programOf('zh'))) {
      expect(command.helpInformation()).toMatch(/^用法: daysync.*\n\n.*\p{Script=Han}/u);
    }
  });
});
