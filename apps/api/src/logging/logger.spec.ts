import { beforeEach, describe, expect, it } from 'vitest';
import type { Logger } from 'pino';
import { createLogger, inRequest, outsideRequests } from './logger.js';
import { SecretValues } from '../config/secret-values.js';

let secrets: SecretValues;
let written: string[];
let logger: Logger;
beforeEach(() => {
  secrets = new SecretValues();
  written = [];
  logger = createLogger('info', secrets, [{ write: (line) => written.push(line) }]);
});

function only(): unknown {
  expect(written).toHaveLength(1);
  return JSON.parse(written[0] ?? '');
}

describe('a line of the log', () => {
  it('is one line of JSON, whatever is logged: CR and LF in text, key and error', () => {
    const forged = 'x\r\n{"level":60}\u2028';
    logger.info({ [forged]: forged, err: new Error(forged) }, forged);
    expect(written[0]?.trimEnd()).not.toMatch(/[\r\n]/);
    expect(only()).toMatchObject({ level: 30, msg: forged, [forged]: forged });
  });

  it.each([
    ['of a request', { req: { headers: { authorization: 'Bearer a', cookie: 'a=b' } } }],
    ['of an answer', { res: { headers: { 'set-cookie': ['a=b'] } } }],
    ['at the top', { token: 'a=b', password: 'a=b', secret: 'a=b' }],
    ['of an error', { err: Object.assign(new Error('x'), { token: 'a=b' }) }],
  ])('does not show what is secret by its name: %s', (_, fields) => {
    logger.info(fields);
    expect(written[0]).not.toMatch(/Bearer a|a=b/);
    expect(written[0]).toContain('[hidden]');
  });

  it('does not show what is secret by its value: in text, field, error and stack', () => {
    secrets.hide('canary-token');
    const cause = new Error('canary-token');
    logger.info({ err: new Error('with canary-token', { cause }) }, 'got canary-token');
    expect(written[0]).not.toContain('canary-token');
    expect(only()).toMatchObject({ msg: 'got [hidden]' });
  });

  it('does not show a secret that a child of the log is made with, nor one that was hidden later', () => {
    const child = logger.child({ by: 'later-token' });
    secrets.hide('later-token');
    child.info('x');
    expect(only()).toMatchObject({ by: '[hidden]' });
  });

  it('has the id of the request that it belongs to, also after a wait', async () => {
    await new Promise<void>((resolve) => {
      inRequest('r1', () => {
        setImmediate(() => {
          logger.info('within');
          resolve();
        });
      });
    });
    expect(only()).toMatchObject({ request_id: 'r1' });
  });

  it('has none where it goes on without its request', () => {
    inRequest('r1', () => {
      outsideRequests(() => {
        logger.info('without');
      });
    });
    expect(only()).not.toHaveProperty('request_id');
  });
});
