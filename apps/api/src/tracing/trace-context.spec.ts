import { describe, expect, it } from 'vitest';
import { readTraceparent, spanBelow, writeTraceparent } from './trace-context.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const CONTEXT = { traceId: TRACE_ID, spanId: SPAN_ID, isSampled: true };

describe('a traceparent', () => {
  it.each([
    ['sampled', `00-${TRACE_ID}-${SPAN_ID}-01`, true],
    ['not sampled', `00-${TRACE_ID}-${SPAN_ID}-00`, false],
    ['with further flags', `00-${TRACE_ID}-${SPAN_ID}-03`, true],
    ['of a later version', `cc-${TRACE_ID}-${SPAN_ID}-01-what-comes`, true],
    ['with blanks around', ` 00-${TRACE_ID}-${SPAN_ID}-01 `, true],
  ])('is read: %s', (_what, text, isSampled) => {
    expect(readTraceparent(text)).toEqual({ ...CONTEXT, isSampled });
  });

  it.each([
    ['empty', ''],
    ['of the version ff', `ff-${TRACE_ID}-${SPAN_ID}-01`],
    ['with more than its version has', `00-${TRACE_ID}-${SPAN_ID}-01-more`],
    ['without a trace', `00-${'0'.repeat(32)}-${SPAN_ID}-01`],
    ['without a span', `00-${TRACE_ID}-${'0'.repeat(16)}-01`],
    ['in upper case', `00-${TRACE_ID.toUpperCase()}-${SPAN_ID}-01`],
    ['sent twice', `00-${TRACE_ID}-${SPAN_ID}-01, 00-${TRACE_ID}-${SPAN_ID}-01`],
  ])('is ignored: %s', (_what, text) => {
    expect(readTraceparent(text)).toBeNull();
  });

  it('is written as it is read', () => {
    for (const isSampled of [true, false]) {
      const context = { ...CONTEXT, isSampled };
      expect(readTraceparent(writeTraceparent(context))).toEqual(context);
    }
  });
});

describe('a span below another', () => {
  it('is the same in every process, and another one for other parts', () => {
    const day = spanBelow(CONTEXT, '2025-10-01');
    expect(day).toEqual({ ...CONTEXT, spanId: '04690f93fc5b1899' });
    const others = [
      spanBelow(CONTEXT, '2025-10-02'),
      spanBelow(CONTEXT, '2025-10-01', 1, 1),
      spanBelow(CONTEXT, '2025-10-01', 1, 2),
      spanBelow(CONTEXT, '2025-10-01', 11, 2),
      spanBelow({ ...CONTEXT, spanId: '00f067aa0ba902b7' }, '2025-10-01'),
    ];
    expect(new Set([day, ...others].map(({ spanId }) => spanId)).size).toBe(6);
  });
});
