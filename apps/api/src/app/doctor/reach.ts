// Whether the sources and targets of the datasets can be reached.
import { access, constants } from 'node:fs/promises';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { Client } from 'pg';
import type { Dataset } from '../../datasets/file/dataset.js';
import type { SourceConfig } from '../../datasets/file/source-kinds.js';
import { connectFailure, passwordHider } from '../../sources/sql/sql-postgres-failure.js';
import { TargetUnavailableError } from '../../targets/day-target.js';
import { openTarget } from '../../targets/elsewhere/open-target.js';
import { placeOf } from '../../targets/target.js';
import { TargetRefusedError } from '../../targets/target-rows.js';
import { ok, problem, reasonOf, type Finding } from './finding.js';

const CONNECT_MS = 10_000;

/** Connects to the source of each dataset, and asks for nothing. */
export async function checkSources(datasets: readonly Dataset[]): Promise<Finding[]> {
  const findings = await Promise.all(
    datasets.map(async ({ name, source }) => {
      const what = `the source of ${name}`;
      try {
        return ok('sources', `${what}: ${await reach(source)}`);
      } catch (error) {
        return problem('sources', `${what} can't be reached: ${reasonOf(error)}`, fixOf(source));
      }
    }),
  );
  return findings;
}

/** @returns what was done, without its full stop */
async function reach(source: SourceConfig): Promise<string> {
  switch (source.kind) {
    case 'http':
      return connectTo(new URL(source.url));
    case 'sql':
      if (source.database.dialect === 'postgres') {
        return logIn(source.database.url, source.writtenUrl);
      }
      await access(source.database.path, constants.R_OK);
      return `${source.writtenUrl} can be read`;
    case 'provider':
      return `your own code, which only a sync or "daysync datasets try" runs`;
    default:
      await access('path' in source ? source.path : source.folder, constants.R_OK);
      return `${source.writtenPath} can be read`;
  }
}

async function connectTo({ hostname, port, protocol }: URL): Promise<string> {
  const isSecure = protocol === 'https:';
  const host = hostname.replace(/^\[|\]$/g, '');
  const to = { host, port: port === '' ? (isSecure ? 443 : 80) : Number(port) };
  const socket: Socket = isSecure ? connectSecurely({ ...to, servername: host }) : connect(to);
  try {
    const patience = AbortSignal.timeout(CONNECT_MS);
    await once(socket, isSecure ? 'secureConnect' : 'connect', { signal: patience });
    return `${host}:${to.port} accepts connections`;
  } catch (error) {
    const reason = reasonOf(error);
    throw new Error(`${host}:${to.port}: ${reason}`, { cause: error });
  } finally {
    socket.destroy();
  }
}

async function logIn(url: string, writtenUrl: string): Promise<string> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return `${writtenUrl} accepts the login`;
  } catch (error) {
    throw connectFailure(error, writtenUrl, passwordHider(url));
  } finally {
    await client.end().catch(() => undefined);
  }
}

function fixOf(source: SourceConfig): string {
  switch (source.kind) {
    case 'http':
      return 'correct url in the datasets file, or let this machine connect there: name server, firewall, certificate';
    case 'sql':
      return 'correct url in the datasets file, start the database, or let this machine connect there';
    default:
      return 'put the file there, give this user the right to read it, or correct path in the datasets file';
  }
}

/** Asks each target outside Daysync's own database for its key. */
export async function checkTargets(datasets: readonly Dataset[]): Promise<Finding[]> {
  const elsewhere = datasets.filter(({ target }) => target.place !== undefined);
  if (elsewhere.length === 0) return [];
  return Promise.all(
    elsewhere.map(async ({ name, target }) => {
      const place = placeOf(target);
      const what = `the target of ${name}, ${place},`;
      const open = openTarget(target);
      try {
        const key = await open.readKey();
        return ok('targets', `${what} ${key === null ? 'is made by the first day' : 'is there'}`);
      } catch (error) {
        const isExpected =
          error instanceof TargetUnavailableError || error instanceof TargetRefusedError;
        if (!isExpected) throw error;
        const code = error instanceof TargetUnavailableError ? error.code : 'TARGET_REFUSED';
        const text = `${what} can't be used: ${error.message}`;
        return problem('targets', text, `see docs/errors.md#${code.toLowerCase()}`);
      } finally {
        await open.close();
      }
    }),
  );
}
