// The port of the server, and proxies before and behind it.
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AppConfig } from '../../config/environment.js';
import { isLoopback, isLoopbackHost } from '../../config/network.js';
import type { Dataset } from '../../datasets/file/dataset.js';
import { ok, problem, warning, type Finding } from './finding.js';

const PATIENCE_MS = 3_000;
/** The conventional variables of proxies for outgoing connections. */
const PROXY_VARIABLES = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'];
const ANY_ADDRESS = new Set(['0.0.0.0', '::']);

type Listening = Pick<AppConfig, 'host' | 'port'>;

/** Which process works on the data folder. With PostgreSQL there may be several, which is unknown here. */
export type DataDirOwner =
  | { readonly kind: 'none' | 'unknown' }
  /** The text of a second start, which is refused. */
  | { readonly kind: 'process'; readonly refusal: string };

/** Whether the server can listen, or is listening already. */
export async function checkPort(
  { host, port }: Listening,
  owner: DataDirOwner,
): Promise<Finding[]> {
  const what = `port ${port} of ${host}`;
  const error = await listenError({ host, port });
  if (error === undefined) {
    if (owner.kind !== 'process') {
      return [ok('port', port === 0 ? 'any free port' : `${what} is free`)];
    }
    const text = `${owner.refusal}; and it does not use ${what}`;
    return [warning('port', `a second start is refused: ${text}`)];
  }
  if (error.code === 'EADDRINUSE') return [await useOf({ host, port }, what, owner)];
  const text = `Daysync can't listen on ${what}: ${error.message}`;
  if (error.code === 'EACCES') {
    return [problem('port', text, 'set PORT to 1024 or above; a proxy can listen on 443')];
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return [problem('port', text, 'set HOST to an address of this machine')];
  }
  return [problem('port', text, 'set HOST and PORT to others')];
}

async function listenError({ host, port }: Listening): Promise<NodeJS.ErrnoException | undefined> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return error;
  } finally {
    server.close();
  }
}

/** What the program that listens there says of itself. */
async function useOf(
  { host, port }: Listening,
  what: string,
  owner: DataDirOwner,
): Promise<Finding> {
  const name = ANY_ADDRESS.has(host) ? '127.0.0.1' : host;
  const address = `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
  const answer = await readinessAt(address);
  if (answer === undefined) {
    const text = `${what} is in use by another program`;
    return problem('port', text, 'set PORT to another one, or end that program');
  }
  if (owner.kind === 'none') {
    const text = `${what} is in use by another Daysync: no process works on this data folder`;
    return problem('port', text, 'set PORT to another one, or end that Daysync');
  }
  if (answer.ready) return ok('port', `Daysync runs at ${address}, and is ready`);
  const text = `Daysync runs at ${address}, and is not ready: ${answer.detail}`;
  return problem('port', text, 'see its log, and docs/runbook.md');
}

interface ReadinessAnswer {
  readonly ready: boolean;
  readonly detail: string;
}

/** Undefined if it is not Daysync that answers, or nothing does. */
async function readinessAt(address: string): Promise<ReadinessAnswer | undefined> {
  try {
    const response = await fetch(new URL('/health/ready', address), {
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const body: unknown = await response.json();
    if (typeof body !== 'object' || body === null) return undefined;
    if ('code' in body && body.code === 'NOT_READY') {
      return { ready: false, detail: 'detail' in body ? String(body.detail) : '' };
    }
    const isReady = 'data' in body && JSON.stringify(body.data).includes('"state":"ready"');
    return isReady ? { ready: true, detail: '' } : undefined;
  } catch {
    return undefined;
  }
}

/** Proxies between callers and the server, and between Daysync and its sources. */
export function checkProxies(
  { allowedHosts, host, trustProxy }: Pick<AppConfig, 'allowedHosts' | 'host' | 'trustProxy'>,
  datasets: readonly Pick<Dataset, 'name' | 'source'>[],
  env: Readonly<Record<string, string | undefined>>,
): Finding[] {
  const findings: Finding[] = [];
  const others = allowedHosts.filter((name) => !isLoopbackHost(name));
  if (others.length > 0 && trustProxy === 0 && isLoopback(host)) {
    const text = `ALLOWED_HOSTS names ${others.join(', ')}, and TRUST_PROXY is 0: behind a proxy all callers count as one, for limits and in the log`;
    findings.push(warning('proxy', text, 'set TRUST_PROXY=1 if one proxy stands before Daysync'));
  }
  if (trustProxy !== 0 && others.length === 0) {
    const text =
      'TRUST_PROXY is set, and ALLOWED_HOSTS is not: requests by the name of the proxy are refused';
    findings.push(warning('proxy', text, 'set ALLOWED_HOSTS to the names by which people call it'));
  }
  const set = PROXY_VARIABLES.flatMap((name) => [name, name.toLowerCase()]).filter(
    (name) => (env[name] ?? '') !== '',
  );
  const names = datasets.filter(({ source }) => source.kind === 'http').map(({ name }) => name);
  if (set.length > 0 && names.length > 0) {
    const text = `${set.join(' and ')} is set, and Daysync does not use it: it connects to the sources of ${names.join(', ')} directly`;
    const fix =
      'let the firewall allow these connections, or give the address of a gateway as the url of the source';
    findings.push(warning('proxy', text, fix));
  }
  return findings.length > 0 ? findings : [ok('proxy', 'nothing stands in the way')];
}
