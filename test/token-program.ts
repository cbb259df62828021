// A program with tokens.
import type { Answer, Daysync, StartOptions } from './daysync.js';
import { startApp } from './daysync-app.js';
import { weather } from './scratch.js';

export const OPERATOR = 'canary-Operator-0123456789-abcdefgh';
export const VIEWER = 'canary-Viewer-0123456789-abcdefghij';
export const AUTH_TOKENS = `ana:operator:${OPERATOR},ben:viewer:${VIEWER}`;
export const JSON_TYPE = { 'content-type': 'application/json' };
export const RANGE = { start_date: '2012-01-01', end_date: '2012-01-03' };

/** One day in a minute: a batch of several days runs longer than a test. */
export const SLOW = weather({
  name: 'slow',
  target: { ...weather().target, table: 'slow' },
  throttle: { days_per_minute: 1 },
});

export const bearer = (token: string): Record<string, string> => ({
  authorization: `Bearer ${token}`,
});

type Stoppable = Daysync & { stop(): Promise<unknown> };
type Start = (options: StartOptions) => Promise<Stoppable>;

export class TokenProgram {
  private constructor(readonly daysync: Stoppable) {}

  /** @param startProgram for a test that needs a process of its own */
  static async start(startProgram: Start = startApp): Promise<TokenProgram> {
    const env = { AUTH_TOKENS, LIMIT_LOGINS: '0', MAX_ACTIVE_BATCHES: '5', LOG_LEVEL: 'debug' };
    return new TokenProgram(await startProgram({ datasets: [weather(), SLOW], env }));
  }

  send(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: unknown,
  ): Promise<Answer> {
    return this.daysync.api(path, {
      method,
      headers: { ...(body === undefined ? {} : JSON_TYPE), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Logs in. @returns the answer, and the cookie as a browser sends it */
  async login(token: string): Promise<{ answer: Answer; cookie: Record<string, string> }> {
    const answer = await this.send('POST', 'session', {}, { token });
    const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';');
    return { answer, cookie: { cookie } };
  }
}
