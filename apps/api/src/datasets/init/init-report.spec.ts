import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { addDays, calendarDayAt } from '@daysync/progress';
import { expect, it } from 'vitest';
import { scratchFolder } from '../../../../../test/scratch.js';
import { reportProposal } from './init-report.js';
import { openSource } from './init-source.js';
import { proposeDataset } from './init.js';
import { tryDraft } from './try-draft.js';

it('shows the variable in place of a password, and asks for it before the commands', async () => {
  const folder = await scratchFolder();
  const source = path.join(folder, 't.csv');
  await writeFile(source, 'day,a\n2025-10-01,1\n');
  const { signal } = new AbortController();
  const opened = await openSource(source, folder, signal);
  const taken = { names: new Set<string>(), tables: new Set<string>() };
  const ask = (): Promise<string> => Promise.reject(new Error('expected no question'));
  const proposal = await proposeDataset(opened, {}, taken, ask, signal);
  const trial = await tryDraft(proposal.draft, proposal.day.first, { folder, env: {} }, signal);
  const rest = { file: 'datasets.yaml', proposal, trial, maxRangeDays: 366 };
  expect(reportProposal({ ...rest, source, opened })[0]).toMatch(`${source}: 1 row read`);

  const lines = reportProposal({
    ...{ ...rest, source: 'postgres://u:secret@h/db#t' },
    opened: {
      ...opened,
      keys: { kind: 'sql', url: 'postgres://u:${T_PASSWORD}@h/db' },
      variables: [{ name: 'T_PASSWORD', value: 'secret' }],
    },
  });
  expect(lines.join('\n')).not.toContain('secret');
  expect(lines[0]).toMatch('postgres://u:${T_PASSWORD}@h/db#t: 1 row read');
  expect(lines.slice(-5)).toEqual([
    'Set T_PASSWORD to the password of the address.',
    '',
    'Sync all days:',
    '  npx daysync sync t 2025-10-01 2025-10-01 --local',
    'If a server is running: npx daysync datasets reload, then the same without --local.',
  ]);
});

it('prints commands up to yesterday: today is not over', async () => {
  const folder = await scratchFolder();
  const source = path.join(folder, 't.csv');
  const today = calendarDayAt(Date.now(), 'UTC');
  const { signal } = new AbortController();
  const linesOf = async (...days: readonly string[]): Promise<readonly string[]> => {
    await writeFile(source, `day,a\n${days.map((day) => `${day},1\n`).join('')}`);
    const opened = await openSource(source, folder, signal);
    const taken = { names: new Set<string>(), tables: new Set<string>() };
    const ask = (): Promise<string> => Promise.reject(new Error('expected no question'));
    const proposal = { ...(await proposeDataset(opened, {}, taken, ask, signal)), today };
    const trial = await tryDraft(proposal.draft, proposal.day.first, { folder, env: {} }, signal);
    return reportProposal({
      ...{ file: 'datasets.yaml', proposal, trial, maxRangeDays: 366, source, opened },
    });
  };
  const yesterday = addDays(today, -1);
  const before = addDays(today, -2);
  expect((await linesOf(before, today)).slice(-3, -1)).toEqual([
    'Sync all days up to yesterday (today is not over):',
    `  npx daysync sync t ${before} ${yesterday} --local`,
  ]);
  expect((await linesOf(before, yesterday)).slice(-3, -2)).toEqual(['Sync all days:']);
  expect((await linesOf(today)).at(-1)).toBe(
    'No day is over yet: there is nothing to sync before tomorrow.',
  );
});
