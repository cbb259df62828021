import { describe, expect, it } from 'vitest';
import { hideNamedSecrets } from '../../config/named-secrets.js';
import { SecretValues } from '../../config/secret-values.js';
import { hideWritten } from './support-bundle.js';

describe('a text of YAML', () => {
  it.each(['|', '|-', '>-'])('has no secret left: %s', (mark) => {
    const text = `headers:\n  x-api-key: ${mark}\n    k3y99aabb\n    ccdd1122\n  x-team: data\n`;
    const secrets = new SecretValues();
    hideWritten(text, secrets);
    const shown = hideNamedSecrets(secrets.redact(text));
    expect(shown).not.toMatch(/k3y99aabb|ccdd1122/);
    expect(shown).toContain('x-team: data');
  });

  it.each([
    ['k3y99aabb', 'x-auth: k3y99aabb'],
    ['k3y99aabb', '{ x-auth: k3y99aabb }'],
    ['k3y99aabb', "'x-auth': 'Key k3y99aabb'"],
    ['0x7f00aa11', 'x-auth: 0x7f00aa11'],
    ['20251001', 'x-auth: 20251001'],
  ])('has no %s left of the header %s', (key, written) => {
    const headers = written.startsWith('{') ? written : `\n    ${written}`;
    const text = `source:\n  headers: ${headers}\n  url: http://shop.example/{day}\n`;
    const secrets = new SecretValues();
    hideWritten(text, secrets);
    expect(secrets.redact(text)).not.toContain(key);
    expect(secrets.redact(text)).toContain('http://shop.example/{day}');
  });

  it.each([
    ['of a header from a variable', 'headers:\n  authorization: ${SHOP_KEY}\n'],
    ['of another name', 'query: |-\n  select orders from shops\n'],
    ['of a variable', 'password: |-\n  ${SHOP_PASSWORD}\n'],
    ['that is no YAML', '{ password: |-\n  [abcdefgh'],
  ])('stays as it is: %s', (_, text) => {
    const secrets = new SecretValues();
    hideWritten(text, secrets);
    expect(secrets.redact(text)).toBe(text);
  });
});
