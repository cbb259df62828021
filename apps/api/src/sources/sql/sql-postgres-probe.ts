import { Client } from 'pg';
import { connectFailure, passwordHider } from './sql-postgres-failure.js';

const CONNECT_MS = 10_000;

/**
 * Logs in, and asks for nothing.
 * @param url with the password
 * @throws {SourceError} as a sync would
 */
export async function reachPostgres(url: string, writtenUrl: string): Promise<string> {
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
