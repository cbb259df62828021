import type { Context } from '../api/context.js';
import type { Reloaded } from '../api/wire.js';
import { EXIT } from '../terminal/exit-code.js';
import type { CliMessages } from '../terminal/messages.js';
import { printLines } from '../terminal/ports.js';

/** Lets the server take in its changed datasets file, and prints what has changed. */
export async function reloadDatasets(context: Context): Promise<number> {
  const { client, isJson, messages, ports } = context;
  const path = '/api/v1/sync-status/datasets/reload';
  const reloaded = await client.post(path, { body: undefined });
  printLines(
    ports.stdout,
    ...(isJson ? [JSON.stringify(reloaded)] : reloadLines(reloaded, messages)),
  );
  return EXIT.success;
}

function reloadLines(
  { datasets, effects, is_new, version, warnings, webhooks }: Reloaded,
  messages: CliMessages,
): readonly string[] {
  if (!is_new) return [messages.notReloaded(version), ...warnings];
  return [
    messages.reloaded(version),
    ...changeLines(datasets, messages.dataset, messages),
    ...changeLines(webhooks, messages.webhook, messages),
    ...effects,
    ...warnings,
  ];
}

function changeLines(
  { added, changed, removed }: Reloaded['datasets'],
  what: string,
  messages: CliMessages,
): readonly string[] {
  return [
    ...added.map((name) => messages.entryAdded(what, name)),
    ...removed.map((name) => messages.entryRemoved(what, name)),
    ...changed.map(({ keys, name }) => messages.entryChanged(what, name, keys)),
  ];
}
