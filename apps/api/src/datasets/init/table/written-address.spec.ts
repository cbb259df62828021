import { describe, expect, it } from 'vitest';
import { hideSecrets, writtenAddress } from './written-address.js';

describe('the secrets of an address', () => {
  it.each([
    ['postgres://u:secret@h/db', 'postgres://u:${T_PASSWORD}@h/db', ['secret']],
    ['postgres://u:p@ss@h/db', 'postgres://u:${T_PASSWORD}@h/db', ['p@ss']],
    ['postgres://u:a:b@h:5432/db?x=@', 'postgres://u:${T_PASSWORD}@h:5432/db?x=@', ['a:b']],
    ['postgres://h/db?password=secret', 'postgres://h/db?password=${T_PASSWORD}', ['secret']],
    [
      'postgres://h/db?user=u&password=s%26t&sslmode=require',
      'postgres://h/db?user=u&password=${T_PASSWORD}&sslmode=require',
      ['s%26t'],
    ],
    [
      'postgres://u:one@h/db?password=two&sslpassword=three',
      'postgres://u:${T_PASSWORD}@h/db?password=${T_PASSWORD_2}&sslpassword=${T_PASSWORD_3}',
      ['one', 'two', 'three'],
    ],
  ])('of %s become variables', (address, url, values) => {
    const written = writtenAddress(address, 't', () => true);
    expect(written.url).toBe(url);
    expect(written.variables.map(({ value }) => value)).toEqual(values);
    expect(written.variables[0]?.name).toBe('T_PASSWORD');
    expect(hideSecrets(address)).toBe(url.replace(/\$\{[A-Z_0-9]+\}/g, '…'));
  });

  it.each([
    ...['postgres://h/db', 'postgres://u@h:5432/db', 'postgres://h:5432/db?x=@'],
    ...['postgres://u:@h/db', 'postgres://h/db?password='],
  ])('%s has none', (url) => {
    expect(writtenAddress(url, 't', () => true)).toEqual({ url, variables: [] });
  });

  it('do not share a variable with another secret', () => {
    const isFree = (name: string, secret: string): boolean =>
      name === 'T_PASSWORD_2' ? secret === 'known' : name !== 'T_PASSWORD';
    expect(writtenAddress('postgres://u:new@h/db', 't', isFree).url).toContain('${T_PASSWORD_3}');
    expect(writtenAddress('postgres://u:known@h/db', 't', isFree).url).toContain('${T_PASSWORD_2}');
  });
});
