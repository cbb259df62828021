// The runbook names errors, alerts and metrics that there are.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { TOP } from '../scratch.js';

const read = (name: string): string => readFileSync(path.join(TOP, 'docs', name), 'utf8');
const runbook = read('runbook.md');
const situations = runbook.split(/^## /m).slice(1);

it('has twelve situations, each with what one sees, why, and what to do', () => {
  expect(situations.map((text) => Number.parseInt(text, 10))).toEqual(
    Array.from({ length: 12 }, (_, index) => index + 1),
  );
  for (const text of situations) {
    const points = [...text.matchAll(/^- \*\*([^*]*)\*\*/gm)].map(([, point]) => point);
    expect({ text, points }).toEqual({ text, points: ['You see', 'Why:', 'Do:'] });
  }
});

it('names errors, settings, alerts and metrics of the other pages', () => {
  const others = ['errors.md', 'configuration.md', 'metrics.md', 'api.md'].map(read).join('\n');
  const named = [...runbook.matchAll(/`([A-Z]+_[A-Z_]+|Daysync[A-Z]\w+|daysync_\w+)`/g)].map(
    ([, name = '']) => name,
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((name) => !new RegExp(String.raw`\b${name}\b`).test(others))).toEqual([]);
});
