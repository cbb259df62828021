import { beforeEach, describe, expect, it } from 'vitest';
import { SecretValues } from './secret-values.js';

let secrets: SecretValues;
beforeEach(() => {
  secrets = new SecretValues();
});

describe('a text', () => {
  it('stays as it is where nothing is secret', () => {
    expect(secrets.redact('a token')).toBe('a token');
  });

  it('keeps its words where a secret is too short to be one', () => {
    secrets.hide('error');
    expect(secrets.redact('an error')).toBe('an error');
  });
});

describe('a JSON text', () => {
  it.each([
    ['with quotes and a line end', 'a "b"\n c'],
    ['that is a number', '1234567'],
    ['that is a key', 'task_id'],
  ])('stays one line of JSON, and does not show a secret %s', (_, secret) => {
    secrets.hide(secret);
    const line = { level: 30, pid: 1234567, task_id: 'x', err: { stack: [`at ${secret}`] } };
    const redacted = secrets.redactJson(JSON.stringify(line));
    expect(redacted).not.toContain(JSON.stringify(secret).slice(1, -1));
    expect(JSON.parse(redacted)).toMatchObject({ level: 30, err: { stack: ['at [hidden]'] } });
    expect(redacted).not.toContain('\n');
  });

  it('is not touched where there is no secret in it', () => {
    secrets.hide('elsewhere');
    const line = '{"a": 1e3}';
    expect(secrets.redactJson(line)).toBe(line);
  });
});
