import { describeReceived } from '../../config/received.js';
import { isProviderErrorCode } from '../day-errors.js';
import { SourceError, type SourceErrorKind } from '../day-source.js';

const KINDS: readonly unknown[] = ['passing', 'lasting', 'source_wide'] satisfies SourceErrorKind[];
const MOST_CHARACTERS = 500;

interface ThrownFields {
  readonly kind?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly retryAfterMs?: unknown;
}

/**
 * What something means that a provider threw: a provider says so itself by the error's `kind`, `code` and
 * `retryAfterMs`. All else is a lasting `PROVIDER_FAILED`.
 */
export function providerFailure(thrown: unknown): SourceError {
  return statedFailure(thrown) ?? failure('lasting', 'PROVIDER_FAILED', thrown);
}

/** The same for an error that says what it means; nothing for any other. */
export function statedFailure(thrown: unknown): SourceError | undefined {
  // By its shape: an error that was made in another realm, or by a class of the provider's own, is as good.
  const { kind, code, retryAfterMs } = fieldsOf(thrown);
  if (!KINDS.includes(kind)) return undefined;
  const says = typeof retryAfterMs === 'number' && Number.isFinite(retryAfterMs);
  return failure(
    kind as SourceErrorKind,
    isProviderErrorCode(code) ? code : 'PROVIDER_FAILED',
    thrown,
    {
      ...(says && retryAfterMs >= 0 ? { retryAfterMs } : {}),
    },
  );
}

/** The text of something thrown, shortened: its message, with that of its cause. */
export function thrownText(thrown: unknown): string {
  const { message, cause } = fieldsOf(thrown);
  if (typeof message !== 'string' || message === '') {
    return typeof thrown === 'string' && thrown !== '' ? shorten(thrown) : describeReceived(thrown);
  }
  // The `fetch failed` of Node alone says nothing.
  const { message: why } = fieldsOf(cause);
  return shorten(typeof why === 'string' && why !== '' ? `${message}: ${why}` : message);
}

function failure(
  kind: SourceErrorKind,
  code: SourceError['code'],
  thrown: unknown,
  options: { readonly retryAfterMs?: number } = {},
): SourceError {
  return new SourceError(kind, code, thrownText(thrown), {}, { cause: thrown, ...options });
}

function fieldsOf(value: unknown): ThrownFields {
  return typeof value === 'object' && value !== null ? value : {};
}

function shorten(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text.toWellFormed();
  // The cut may fall into a pair; the half of it goes.
  return `${text.slice(0, MOST_CHARACTERS - 1).replace(/[\uD800-\uDBFF]$/, '')}…`.toWellFormed();
}
