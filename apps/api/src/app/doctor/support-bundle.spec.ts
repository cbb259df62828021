import { describe, expect, it } from 'vitest';
import { hideNamedSecrets } from '../../config/named-secrets.js';
import { SecretValues } from '../../config/secret-values.js';
import { hideBlocks } from './support-bundle.js';

describe('a block of YAML', () => {
  it.each(['|', '|-', '>-'])('has no secret left: %s', (mark) => {
    const text = `headers:\n  x-api-key: ${mark}\n    k3y99aabb\n    ccdd1122\n  x-team: data\n`;
    const secrets = new SecretValues();
    hideBlocks(text, secrets);
    const shown = hideNamedSecrets(secrets.redact(text));
    expect(shown).not.toMatch(/k3y99aabb|ccdd1122/);
    expect(shown).toContain('x-team: data');
  });

  it.each([
    ['of another name', 'query: |-\n  select orders from shops\n'],
    ['of a variable', 'password: |-\n  ${SHOP_PASSWORD}\n'],
    ['that is no YAML', '{ password: |-\n  [abcdefgh'],
  ])('stays as it is: %s', (_, text) => {
    const secrets = new SecretValues();
    hideBlocks(text, secrets);
    expect(secrets.redact(text)).toBe(text);
  });
});
