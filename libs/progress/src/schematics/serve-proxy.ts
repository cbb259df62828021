// The proxy of `ng serve`, which forwards the requests to the server, so that the browser needs one origin only.
import path from 'node:path';
import type { Rule, Tree } from '@angular-devkit/schematics';
import { readWorkspace, updateWorkspace } from '@schematics/angular/utility';
import { JSONFile } from '@schematics/angular/utility/json-file';

export const API = '/api/v1/sync-status';

/** The proxy that `ng serve` uses, before anything is changed. */
export interface ServeProxy {
  /** Its file, which is there or may be written. */
  readonly file: string;
  /** Whether angular.json names it. */
  readonly isSet: boolean;
  /** Whether an entry can be added. */
  readonly isChangeable: boolean;
  /** The address to which it forwards the requests already; undefined if there is none. */
  readonly server: string | undefined;
  /** The files of the proxies of other configurations. */
  readonly others: readonly string[];
}

/** @param root the folder of the project */
export async function findProxy(tree: Tree, project: string, root: string): Promise<ServeProxy> {
  const serve = (await readWorkspace(tree)).projects.get(project)?.targets.get('serve');
  const { options, configurations = {}, defaultConfiguration = '' } = serve ?? {};
  const proxyOf = (settings: typeof options): readonly string[] => {
    const file = settings?.['proxyConfig'];
    return typeof file === 'string' ? [file] : [];
  };
  // Of several configurations the last one wins, and all win over the options.
  const used = defaultConfiguration.split(',').reverse();
  const [set] = [...used.map((name) => configurations[name]), options].flatMap(proxyOf);
  const all = [options, ...Object.values(configurations)].flatMap(proxyOf);
  const file = set ?? path.posix.join(root, 'proxy.conf.json');
  const content = tree.exists(file) && file.endsWith('.json') ? mappingIn(tree, file) : undefined;
  const isWritable = file.endsWith('.json') && (content !== undefined || !tree.exists(file));
  return {
    file,
    isSet: set !== undefined,
    isChangeable: serve !== undefined && isWritable,
    server: serverIn(content),
    others: [...new Set(all)].filter((one) => one !== file),
  };
}

/** @param isAsked whether the address replaces one that is there */
export function forward(
  { file, isSet, isChangeable, others }: ServeProxy,
  project: string,
  server: string,
  isAsked: boolean,
): Rule {
  const entry = { target: server, changeOrigin: true };
  const lines = JSON.stringify({ [API]: entry }, undefined, 2);
  return (tree, { logger }) => {
    if (!isChangeable) {
      logger.warn(`Can't change the proxy of ng serve (${file}). Add this to it:\n${lines}`);
      return;
    }
    if (others.length > 0) {
      logger.warn(
        `ng serve uses ${file}, with other configurations ${others.join(', ')}. Add this there:\n${lines}`,
      );
    }
    if (!tree.exists(file)) tree.create(file, '{}\n');
    const proxy = new JSONFile(tree, file);
    const present = proxy.get([API]);
    if (!isMapping(present)) {
      // First, because the first path that fits counts.
      if (present === undefined || isAsked) proxy.modify([API], entry, () => 0);
    } else if (isAsked) proxy.modify([API, 'target'], server);
    if (isSet) return;
    return updateWorkspace(({ projects }) => {
      const target = projects.get(project)?.targets.get('serve');
      if (target !== undefined) target.options = { ...target.options, proxyConfig: file };
    });
  };
}

function serverIn(content: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const entry = content?.[API];
  const server = isMapping(entry) ? entry['target'] : undefined;
  return typeof server === 'string' && isServer(server) ? server : undefined;
}

/** Whether an address is one of http, without what would end the string that the sample page has it in. */
export function isServer(address: string): boolean {
  return /^https?:[^'\\\n]+$/.test(address);
}

function mappingIn(tree: Tree, file: string): Readonly<Record<string, unknown>> | undefined {
  const content: unknown = new JSONFile(tree, file).get([]);
  return isMapping(content) ? content : undefined;
}

function isMapping(content: unknown): content is Readonly<Record<string, unknown>> {
  return typeof content === 'object' && content !== null && !Array.isArray(content);
}
