import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readEnvironment } from '../../apps/api/src/config/environment.js';
import { SERVER, SERVER_FLAGS } from '../daysync-process.js';
import { TOP } from '../scratch.js';

describe('the container', () => {
  it('runs the program as `npm start` does', async () => {
    const command =
      /^CMD (?<command>\[.*\])$/m.exec(await containerFile())?.groups?.['command'] ?? '';
    expect(JSON.parse(command)).toEqual(['node', ...SERVER_FLAGS, SERVER]);
  });

  it.each(['api', 'worker'])(
    'has every setting that it needs in compose.yaml: %s',
    async (service) => {
      const text = await readFile(path.join(TOP, 'compose.yaml'), 'utf8');
      const { services } = parse(text, { merge: true }) as Compose;
      const { environment, volumes } = services[service] ?? {};
      const own = /^ENV (?<settings>(?:.*\\\n)*.*)$/m.exec(await containerFile())?.groups?.[
        'settings'
      ];
      const image = Object.fromEntries(
        [...(own ?? '').matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name ?? '', value]),
      );
      const tokens = { AUTH_TOKENS: `admin:operator:${'f'.repeat(64)}` };
      const result = readEnvironment({ ...image, ...environment, ...tokens });
      expect(result).toMatchObject({ ok: true, config: { host: '0.0.0.0', role: service } });
      for (const volume of volumes ?? []) {
        expect(existsSync(path.join(TOP, volume.split(':')[0] ?? ''))).toBe(true);
      }
    },
  );
});

interface Compose {
  readonly services: Readonly<
    Record<
      string,
      { readonly environment?: Record<string, string>; readonly volumes?: readonly string[] }
    >
  >;
}

function containerFile(): Promise<string> {
  return readFile(path.join(TOP, 'Containerfile'), 'utf8');
}
