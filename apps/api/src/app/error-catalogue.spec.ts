import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DAY_ERROR_CODES } from '../sources/day-errors.js';
import { WEBHOOK_ERRORS } from '../webhooks/webhook-errors.js';
import { PROBLEM_CODES, problemType } from '../http/problems/problem.js';
import { errorsMarkdown, errorsPage } from './error-catalogue.js';

const SHIPPED = new URL('../../../../docs/errors.md', import.meta.url);
const CODES = [...PROBLEM_CODES, ...DAY_ERROR_CODES, ...Object.keys(WEBHOOK_ERRORS)];

describe('the catalogue of errors', () => {
  it('is up to date in docs/errors.md (npm run errors:docs)', () => {
    expect(readFileSync(SHIPPED, 'utf8')).toBe(errorsMarkdown());
  });

  it('has the status or effect, the cause and the fix of every code', () => {
    const chapters = errorsMarkdown().split(/^### /m).slice(1);
    expect(chapters.map((chapter) => chapter.split('\n')[0]).sort()).toEqual([...CODES].sort());
    for (const chapter of chapters) {
      expect(chapter).toMatch(
        /^[A-Z_]+\n\n(HTTP \d{3}|[a-z_]+: ).+\.\n\n- \*\*Cause:\*\* .+\.\n- \*\*How to fix:\*\* .+\.\n/,
      );
    }
  });

  it('has an anchor for every code, to which the type of a problem links', () => {
    const ids = [...errorsPage().matchAll(/<section id="([^"]+)">/g)].map(([, id]) => id ?? '');
    expect(new Set(ids).size).toBe(CODES.length);
    for (const code of PROBLEM_CODES) {
      expect(ids).toContain(new URL(problemType(code), 'http://localhost').hash.slice(1));
    }
  });

  it('escapes the texts', () => {
    const tags = [...errorsPage().matchAll(/<\/?([a-z0-9]+)/g)].map(([, tag]) => tag);
    expect([...new Set(tags)].sort()).toEqual(
      'b body code h1 h2 h3 head html meta p section style title'.split(' '),
    );
  });
});
