import type { PollUpdate } from '@daysync/progress';
import { beforeEach, describe, expect, it } from 'vitest';
import { KeptStream } from '../terminal/ports.fixture.js';
import { completed, progressWith } from './progress.fixture.js';
import { showJsonLines, showLines, showProgress, type ProgressView } from './progress-view.js';

let now: number;
let stdout: KeptStream;
let stderr: KeptStream;
beforeEach(() => {
  now = Date.parse('2026-01-01T00:00:30.000Z');
  stdout = new KeptStream();
  stderr = new KeptStream();
});

const options = (stream: KeptStream & { isTTY?: boolean } = stdout) => ({
  stdout: stream,
  stderr,
  language: 'en' as const,
  now: () => now,
  url: 'http://there/',
});
const shown = (changes: Parameters<typeof progressWith>[0]): PollUpdate => ({
  kind: 'progress',
  progress: progressWith(changes),
});
const AWAY = { kind: 'unreachable', failures: 1, retryInMs: 1_500 } as const;

function troubles(view: ProgressView): void {
  view.show(shown({ rev: 1 }));
  view.show(AWAY);
  view.show({ ...AWAY, failures: 2 });
  view.show(shown({ rev: 1 }));
  view.show({ kind: 'busy', failures: 1, retryInMs: 7_000 });
}
const TROUBLES =
  'No answer from http://there/; retrying in 2 s\nThe server answers again.\nThe server is busy; retrying in 7 s\n';

describe('showLines', () => {
  it('prints a line per change, at most one in five seconds, and each change of state', () => {
    const view = showLines(options());
    view.show(shown({ rev: 1, status: 'queued' }));
    view.show(shown({ rev: 2 }));
    now += 4_999;
    view.show(shown({ rev: 3, current: 5 }));
    now += 1;
    view.show(shown({ rev: 4, current: 6 }));
    now += 60_000;
    view.show(shown({ rev: 4, current: 6 }));
    view.show(shown({ rev: 5, status: 'paused', message_code: 'BATCH_PAUSED' }));
    // The caller prints the result.
    view.show({ kind: 'progress', progress: completed() });
    view.end();
    const lines = stdout.text.trimEnd().split('\n');
    expect(lines.map((line) => line.split(' | ')[0])).toEqual([
      '4/10 (40%)',
      '4/10 (40%)',
      '6/10 (40%)',
      '4/10 (40%)',
    ]);
    expect(lines.at(-1)).toContain('Sync paused');
  });

  it('reports once that the server does not answer, and once that it answers again', () => {
    troubles(showLines(options()));
    expect(stderr.text).toBe(TROUBLES);
  });
});

describe('showJsonLines', () => {
  it('prints each change as the API returns it, and nothing else', () => {
    const view = showJsonLines(options());
    troubles(view);
    view.show({ kind: 'progress', progress: completed() });
    const lines = stdout.text.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      progressWith({ rev: 1 }),
      completed(),
    ]);
    expect(stderr.text).toBe(`${TROUBLES}The server answers again.\n`);
  });
});

describe('showProgress', () => {
  it('draws a bar on a terminal, with errors in it', () => {
    const terminal = Object.assign(new KeptStream(), { isTTY: true, columns: 200 });
    const view = showProgress(options(terminal));
    view.show(shown({ rev: 1 }));
    view.show(AWAY);
    view.end();
    const drawn = terminal.text.split('\u001b[0K');
    expect(drawn[0]).toContain(
      `${'█'.repeat(10)}${'░'.repeat(14)} 4/10 (40%) | 2 succeeded, 0 failed, 1 skipped | 1 min 10 s left | Syncing 2012-01-04...`,
    );
    expect(terminal.text).toContain('No answer from http://there/; retrying in 2 s');
    expect(terminal.text.endsWith('\n')).toBe(true);
    expect(stderr.text).toBe('');
  });

  it('draws the days that the batch got meanwhile', () => {
    const terminal = Object.assign(new KeptStream(), { isTTY: true, columns: 200 });
    const view = showProgress(options(terminal));
    view.show(shown({ rev: 1 }));
    view.show(shown({ rev: 2, total: 16, percent: 25 }));
    view.end();
    expect(terminal.text).toContain(`${'█'.repeat(6)}${'░'.repeat(18)} 4/16 (25%)`);
  });

  it('draws a full bar for a batch without days', () => {
    const terminal = Object.assign(new KeptStream(), { isTTY: true, columns: 200 });
    const view = showProgress(options(terminal));
    view.show(shown({ total: 0, current: 0, percent: 100 }));
    view.end();
    expect(terminal.text).toContain(`${'█'.repeat(24)} 0/0 (100%)`);
  });
});
