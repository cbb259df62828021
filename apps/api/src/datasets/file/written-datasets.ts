import { isMap, isScalar, isSeq, LineCounter, type Node } from 'yaml';
import { isTurnDue, takeTurn } from '../../config/slices.js';
import { parseInSteps } from '../../config/yaml-parsing.js';
import type { DatasetsText } from './dataset-file.js';

/** Of each file, the text of each of its datasets by name. */
const known = new WeakMap<DatasetsText, Promise<ReadonlyMap<string, string>>>();

/**
 * The part of the datasets file that made a dataset, as an entry of a list that starts at the left edge. It has the
 * names of variables of the environment, not their values.
 */
export async function writtenDataset(
  file: DatasetsText,
  name: string,
): Promise<string | undefined> {
  let datasets = known.get(file);
  if (datasets === undefined) known.set(file, (datasets = writtenDatasets(file.text)));
  return (await datasets).get(name);
}

/** Parses beside polls: a file of hundreds of datasets takes some hundred milliseconds. */
async function writtenDatasets(text: string): Promise<ReadonlyMap<string, string>> {
  const lines = new LineCounter();
  const parsing = parseInSteps(text, lines, { stringKeys: true, uniqueKeys: false });
  let step = parsing.next();
  while (step.done !== true) {
    if (isTurnDue()) await takeTurn();
    step = parsing.next();
  }
  const list = step.value.get('datasets', true);
  const entries = isSeq(list) ? list.items : [];
  return new Map(
    entries.flatMap((entry) => {
      if (!isMap(entry)) return [];
      const name: unknown = entry.get('name', true);
      return isScalar(name) && typeof name.value === 'string'
        ? [[name.value, asEntry(text, entry, lines)] as const]
        : [];
    }),
  );
}

/** The lines of an entry, moved to the left edge: its first line starts behind `- `. */
function asEntry(text: string, entry: Node, lines: LineCounter): string {
  const [start, end] = entry.range ?? [0, 0];
  const indent = ' '.repeat(lines.linePos(start).col - 1);
  const [first = '', ...others] = text.slice(start, end).trimEnd().split(/\r?\n/);
  const moved = others.map((line) =>
    line.startsWith(indent) ? `  ${line.slice(indent.length)}` : line,
  );
  return [`- ${first}`, ...moved.map((line) => line.trimEnd())].join('\n');
}
