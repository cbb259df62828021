import { describe, expect, it } from 'vitest';
import { judge, type DeliveryAttempt, type Verdict } from './attempt.js';
import type { WebhookErrorCode } from './webhook-errors.js';

const A_MINUTE = 60_000;
const AN_HOUR = 3_600_000;
const NO_CHANCE = 'msg_00000000-0000-4000-8000-000000000000';
const MOST_CHANCE = 'msg_ffffffff-ffff-4fff-8fff-ffffffffffff';

function failed(
  code: WebhookErrorCode = 'WEBHOOK_REFUSED',
  retryAfterMs: number | null = null,
): DeliveryAttempt {
  return { kind: 'failed', status: null, code, text: '', retryAfterMs };
}

function waitOf(attempts: number, id = NO_CHANCE, attempt = failed()): number {
  const verdict: Verdict = judge(attempt, { attempts, id });
  if (verdict.state !== 'pending') throw new Error(`expected a wait, got ${verdict.state}`);
  return verdict.inMs;
}

describe('an attempt', () => {
  it('that was accepted is the last', () => {
    const delivered = judge({ kind: 'delivered', status: 204 }, { attempts: 1, id: NO_CHANCE });
    expect(delivered).toEqual({ state: 'delivered' });
  });

  it('that failed is made again as Standard Webhooks recommends, ten in all', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((attempts) => waitOf(attempts));
    expect(waits).toEqual([
      5_000,
      5 * A_MINUTE,
      30 * A_MINUTE,
      ...[2, 5, 10, 14, 20, 24].map((hours) => hours * AN_HOUR),
    ]);
    expect(judge(failed(), { attempts: 10, id: NO_CHANCE })).toEqual({ state: 'failed' });
  });

  it('is up to a tenth later by chance, and never earlier', () => {
    expect(waitOf(2, MOST_CHANCE)).toBeGreaterThan(5.49 * A_MINUTE);
    expect(waitOf(2, MOST_CHANCE)).toBeLessThanOrEqual(5.5 * A_MINUTE);
  });

  it('waits for as long as it was asked to, if that is longer, and at most a day', () => {
    const asked = (ms: number): DeliveryAttempt => failed('WEBHOOK_REFUSED', ms);
    expect(waitOf(1, NO_CHANCE, asked(60_000))).toBe(60_000);
    expect(waitOf(2, NO_CHANCE, asked(60_000))).toBe(5 * A_MINUTE);
    expect(waitOf(1, NO_CHANCE, asked(1_000 * AN_HOUR))).toBe(24 * AN_HOUR);
  });

  it.each(['WEBHOOK_BLOCKED', 'WEBHOOK_ENDPOINT_GONE'] as const)('of %s is the last', (code) => {
    expect(judge(failed(code), { attempts: 1, id: NO_CHANCE })).toEqual({ state: 'failed' });
  });
});
