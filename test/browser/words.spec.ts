import { describe, expect, it } from '@jest/globals';
import { zh } from '../../apps/web/src/app/i18n/zh.js';
import { startDaysync } from '../daysync-process.js';
import { weather } from '../scratch.js';

interface OpenApi {
  readonly components: {
    readonly schemas: Readonly<
      Record<
        string,
        { readonly properties: Readonly<Record<string, { readonly enum?: string[] }>> }
      >
    >;
  };
}

describe('the words of the console', () => {
  it('tell every problem that the API knows', async () => {
    const daysync = await startDaysync({ datasets: [weather()] });
    const { schemas } = ((await daysync.call('/openapi.json')).body as OpenApi).components;
    const codes = schemas['ProblemDto']?.properties['code']?.enum ?? [];
    expect(codes).toContain('NOTHING_TO_RETRY');
    const keys = codes.map((code) => `error.${code}`);
    // A spec beside the words holds that English has the same keys.
    expect(keys.filter((key) => !(key in zh))).toEqual([]);
  });
});
