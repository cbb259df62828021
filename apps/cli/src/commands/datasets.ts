import type { Context } from '../api/context.js';
import type { Attention, Dataset } from '../api/wire.js';
import { EXIT } from '../terminal/exit-code.js';
import { printList } from './lists.js';

/**
 * Lists the datasets of the server, those that need attention first.
 * @param areNeeding only those that need attention: then one of them makes the exit code 1
 */
export async function datasets(context: Context, areNeeding: boolean): Promise<number> {
  const { client, messages } = context;
  const all = inOrder((await client.get('/api/v1/sync-status/datasets', {})).items);
  const items = areNeeding ? all.filter(({ attention }) => attention.needed) : all;
  const rows = items.map(({ attention, coverage, name }) => [
    name,
    String(coverage.synced),
    coverage.first_synced ?? '–',
    coverage.last_synced ?? '–',
    messages.attention(attention),
  ]);
  printList(
    context,
    { items },
    { head: messages.datasetColumns, rows, none: messages.noneNeedsAttention },
  );
  return areNeeding && items.length > 0 ? EXIT.failed : EXIT.success;
}

/** The most urgent first; those that are alike stay in the order of the datasets file. */
export function inOrder<Listed extends Pick<Dataset, 'attention'>>(
  items: readonly Listed[],
): readonly Listed[] {
  return items.toSorted((one, other) => rankOf(one.attention) - rankOf(other.attention));
}

/** Those that need no attention come last. */
function rankOf({ rank }: Attention): number {
  return rank ?? Number.MAX_SAFE_INTEGER;
}
