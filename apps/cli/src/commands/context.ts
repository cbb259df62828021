import type { Language } from '@daysync/progress';
import { ApiClient } from '../api/api-client.js';
import type { Ports } from '../ports.js';
import { WORDS, type CliWords } from '../words.js';

/** Where a server is if nobody says anything else. */
export const DEFAULT_URL = 'http://127.0.0.1:8000';

/** Which server, and how what it says is written. */
export interface ServerOptions {
  readonly url: URL;
  /** For programs: JSON on standard output. */
  readonly json?: boolean;
}

/** What a command works with. */
export interface Context {
  readonly ports: Ports;
  readonly language: Language;
  readonly words: CliWords;
  readonly client: ApiClient;
  readonly isJson: boolean;
  /** How a command is written that asks the same server, or the usual one where this one ends with us: `watch 2012-…` as `npx daysync watch 2012-…`. */
  readonly written: (command: string) => string;
}

/** @param ownToken that of a server of our own */
export function createContext(
  ports: Ports,
  language: Language,
  { url, json }: ServerOptions,
  ownToken?: string,
): Context {
  const { stopping, now } = ports;
  const token = ownToken ?? ports.env['DAYSYNC_TOKEN'];
  const isUsual = ownToken !== undefined || url.href === new URL(DEFAULT_URL).href;
  const at = isUsual ? '' : ` --url ${url.href.replace(/\/$/, '')}`;
  return {
    ports,
    language,
    words: WORDS[language],
    client: new ApiClient({ url, token: token?.trim() || undefined, language, stopping, now }),
    isJson: json === true,
    written: (command) => `npx daysync ${command}${at}`,
  };
}
