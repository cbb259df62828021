import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIALECTS } from '../../../../test/databases.js';
import { migratedDatabases } from '../../../../test/migrated-databases.js';
import { ScratchInstallation } from '../runner/installation.fixture.js';
import { hasText } from './text-search.js';

const scratch = migratedDatabases();

/** All of ASCII that is neither a letter nor a digit. */
const SIGNS = Array.from({ length: 95 }, (_, n) => String.fromCodePoint(32 + n))
  .filter((sign) => !/[a-z0-9]/i.test(sign))
  .join('');

describe.each(DIALECTS)('a text is found, on %s', (dialect) => {
  let sync: ScratchInstallation;
  beforeAll(async () => {
    sync = await ScratchInstallation.open(await scratch(dialect));
  });
  afterAll(() => sync.close());

  async function isFound(text: string, within: string): Promise<boolean> {
    const { dialect: own, read } = sync.database;
    const column = own === 'sqlite' ? sql`${within}` : sql`${within}::text collate "C"`;
    const found = await sql<{ readonly n: number }>`select count(*) as n
      from (select ${column} as error_text) as record where ${hasText(own, 'error_text', text)}`.execute(
      read,
    );
    return Number(found.rows[0]?.n) === 1;
  }

  it.each([
    ['ärger', 'Viel ÄRGER damit'],
    ['ÄRGER', 'viel ärger damit'],
    ['No Answer', 'got no answer'],
    ['МОСКВА', 'г. Москва'],
    ['ΔΟΜΗ', 'η δομη'],
    ['οδος', 'Η ΟΔΟΣ'],
    ['straße', 'STRAßE'],
    ['汉字', 'ÄRGER, "Ü" 汉字'],
    ['😀', 'ok 😀'],
  ])('in capitals or not: %j in %j', async (text, within) => {
    expect(await isFound(text, within)).toBe(true);
  });

  it('as it stands, whatever its signs mean in a pattern', async () => {
    expect(await isFound(SIGNS, `a${SIGNS}b`)).toBe(true);
    for (const sign of SIGNS) {
      expect(await isFound(`a${sign}b`, `A${sign}B`), sign).toBe(true);
      expect(await isFound(`a${sign}b`, 'a7b'), sign).toBe(false);
      expect(await isFound(`a${sign}`, 'b'), sign).toBe(false);
    }
    expect(await isFound(String.raw`\d`, '7')).toBe(false);
    expect(await isFound(String.raw`\d`, String.raw`C:\DATA`)).toBe(true);
    expect(await isFound('***=', 'a')).toBe(false);
  });

  it('and no other', async () => {
    expect(await isFound('arger', 'ÄRGER')).toBe(false);
    expect(await isFound('answers', 'no answer')).toBe(false);
  });
});
