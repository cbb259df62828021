import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SERVER, SERVER_FLAGS } from '../daysync-process.js';
import { TOP } from '../scratch.js';

describe('the container', () => {
  it('runs the program as `npm start` does', async () => {
    const text = await readFile(path.join(TOP, 'Containerfile'), 'utf8');
    const command = /^CMD (?<command>\[.*\])$/m.exec(text)?.groups?.['command'] ?? '';
    expect(JSON.parse(command)).toEqual(['node', ...SERVER_FLAGS, SERVER]);
  });
});
