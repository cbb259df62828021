// The Grafana dashboard of the docs asks for metrics that there are, by labels that they have.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { TOP } from '../scratch.js';

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly description?: string;
  readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string }[] };
}

const { panels, templating } = JSON.parse(
  readFileSync(path.join(TOP, 'docs/grafana-dashboard.json'), 'utf8'),
) as Dashboard;
const queries = panels.flatMap(({ targets = [] }) => targets);

/** The labels of each metric of the page, whose table a spec compares with the program. */
const labels = new Map(
  [
    ...readFileSync(path.join(TOP, 'docs/metrics.md'), 'utf8').matchAll(
      /^\| `(daysync_\w+)` +\| \w+ +\| ([^|]*)\|/gm,
    ),
  ].map(
    ([, name = '', listed = '']) =>
      [name, [...listed.matchAll(/`(\w+)`/g)].map(([, label = '']) => label)] as const,
  ),
);

/** A metric as Prometheus stores it: those of a histogram have endings. */
const metricOf = (name: string): string => name.replace(/_(?:bucket|sum|count)$/, '');

it('shows every metric of the page, and no other', () => {
  expect(labels.size).toBeGreaterThan(15);
  const asked = queries.flatMap(({ expr }) =>
    [...expr.matchAll(/daysync_\w+/g)].map(([name]) => metricOf(name)),
  );
  expect([...new Set(asked)].sort()).toEqual([...labels.keys()].sort());
});

it('groups and filters by labels that the metrics have', () => {
  for (const { expr, legendFormat } of queries) {
    const [name = ''] = /daysync_\w+/.exec(expr) ?? [];
    if (name === '') continue;
    const known = [...(labels.get(metricOf(name)) ?? []), 'le', 'job'];
    const used = [
      ...[...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(', ')),
      ...[...expr.matchAll(/[{,](\w+)=/g)].map(([, label = '']) => label),
      ...[...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label),
    ];
    expect(
      used.filter((label) => !known.includes(label)),
      expr,
    ).toEqual([]);
  }
});

it('asks for the job that is chosen, in every query', () => {
  for (const { expr } of queries) {
    const selected = [...expr.matchAll(/(?:daysync|process|nodejs)_\w+(\{job="\$job")?/g)];
    expect(selected.length).toBeGreaterThan(0);
    expect(selected.filter(([, job]) => job === undefined).length, expr).toBe(0);
  }
});

it('has panels beside each other, each with what it shows', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const taken = new Set<string>();
  for (const { description, gridPos, title, type } of panels) {
    expect(type === 'row' || (description ?? '') !== '', title).toBe(true);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        expect(x >= 24 || taken.has(`${x} ${y}`), `${title} at ${x} ${y}`).toBe(false);
        taken.add(`${x} ${y}`);
      }
    }
  }
  const variables = new Set(templating.list.map(({ name }) => `$${name}`));
  const used = queries.flatMap(({ expr }) => expr.match(/\$(?!__)\w+/g) ?? []);
  expect(used.filter((name) => !variables.has(name))).toEqual([]);
});
