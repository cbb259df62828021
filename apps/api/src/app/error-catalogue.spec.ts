import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DAY_ERROR_CODES } from '../sources/day-errors.js';
import { WEBHOOK_ERRORS } from '../webhooks/webhook-errors.js';
import { problemType } from '../http/problems/problem.js';
import { errorsMarkdown, errorsPage } from './error-catalogue.js';
import { PROBLEM_CODES } from '../http/problems/problem.js';

const SHIPPED = new URL('../../../../docs/errors.md', import.meta.url);
const CODES = [...PROBLEM_CODES, ...DAY_ERROR_CODES, ...Object.keys(WEBHOOK_ERRORS)];

describe('the catalogue of errors', () => {
  it('is shipped as the code has it (npm run errors:docs)', () => {
    expect(readFileSync(SHIPPED, 'utf8')).toBe(errorsMarkdown());
  });

  it('shows the status or effect, the cause and the fix of each code', () => {
    const chapters = errorsMarkdown().split(/^### /m).slice(1);
    expect(chapters.map((chapter) => chapter.split('\n')[0]).sort()).toEqual([...CODES].sort());
    for (const chapter of chapters) {
      expect(chapter).toMatch(
        /^[A-Z_]+\n\n(HTTP \d{3}|[a-z_]+: ).+\.\n\n- \*\*Cause:\*\* .+\.\n- \*\*How to fix:\*\* .+\.\n/,
      );
    }
  });

  it('has its own place for each code in the page, where the type of a problem leads', () => {
    const ids = [...errorsPage().matchAll(/<section id="([^"]+)">/g)].map(([, id]) => id ?? '');
    expect(new Set(ids).size).toBe(CODES.length);
    for (const code of PROBLEM_CODES) {
      expect(ids).toContain(new URL(problemType(code), 'http://localhost').hash.slice(1));
    }
  });

  it('writes no tag but its own', () => {
    const tags = [...errorsPage().matchAll(/<\/?([a-z0-9]+)/g)].map(([, tag]) => tag);
    expect([...new Set(tags)].sort()).toEqual(
      'b body code h1 h2 h3 head html meta p section style title'.split(' '),
    );
  });
});
