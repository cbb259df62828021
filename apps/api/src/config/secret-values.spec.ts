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

  it.each([
    ['as it is', 'p+w "1"/2'],
    ['in an address', encodeURIComponent('p+w "1"/2')],
    ['in Base64', Buffer.from('p+w "1"/2').toString('base64')],
    ['in the Base64 of addresses', Buffer.from('p+w "1"/2').toString('base64url')],
  ])('does not show a secret %s', (_, form) => {
    secrets.hide('p+w "1"/2');
    expect(secrets.redact(`got <${form}> and ${form}`)).toBe('got <[hidden]> and [hidden]');
  });

  it('shows neither the password of an address nor what is sent for it', () => {
    secrets.hide('postgres://reader:s3cret%2Fword@db.example/warehouse');
    const basic = Buffer.from('reader:s3cret/word').toString('base64');
    const text = `s3cret%2Fword s3cret/word Basic ${basic} db.example`;
    expect(secrets.redact(text)).toBe('[hidden] [hidden] Basic [hidden] db.example');
  });

  it('shows no rest of the longer of two secrets', () => {
    secrets.hide('abcdef');
    secrets.hide('abcdefgh');
    expect(secrets.redact('abcdefgh abcdef')).toBe('[hidden] [hidden]');
  });

  it('keeps its words where a secret is too short to be one', () => {
    secrets.hide('error');
    expect(secrets.redact('an error')).toBe('an error');
  });

  it('keeps its words where a secret is a pattern', () => {
    secrets.hide('a.*b.*c');
    expect(secrets.redact('a1b2c a.*b.*c')).toBe('a1b2c [hidden]');
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
