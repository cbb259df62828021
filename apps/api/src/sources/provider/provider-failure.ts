import { describeReceived } from '../../config/received.js';
import { isProviderErrorCode } from '../day-errors.js';
import { SourceError, type SourceErrorKind } from '../day-source.js';
import { shortenText } from '../../config/redact.js';

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
    return typeof thrown === 'string' && thrown !== ''
      ? shortenText(thrown, MOST_CHARACTERS)
      : describeValueOf(thrown);
  }
  // The `fetch failed` of Node alone says nothing.
  const { message: why } = fieldsOf(cause);
  // Shortened before they are joined: two texts may be too long for one.
  const text = shortenText(message, MOST_CHARACTERS);
  return typeof why === 'string' && why !== ''
    ? shortenText(`${text}: ${shortenText(why, MOST_CHARACTERS)}`, MOST_CHARACTERS)
    : text;
}

function failure(
  kind: SourceErrorKind,
  code: SourceError['code'],
  thrown: unknown,
  options: { readonly retryAfterMs?: number } = {},
): SourceError {
  return new SourceError(kind, code, thrownText(thrown), {}, { cause: thrown, ...options });
}

/** What can be read of something thrown: a getter of it may throw itself. */
function fieldsOf(value: unknown): ThrownFields {
  if (typeof value !== 'object' || value === null) return {};
  const read = (name: keyof ThrownFields): unknown => {
    try {
      return (value as ThrownFields)[name];
    } catch {
      return undefined;
    }
  };
  return {
    kind: read('kind'),
    code: read('code'),
    message: read('message'),
    cause: read('cause'),
    retryAfterMs: read('retryAfterMs'),
  };
}

/** Describes a value of a provider, whatever it hides behind getters and traps. */
export function describeValueOf(value: unknown): string {
  try {
    return describeReceived(value);
  } catch {
    return 'something that can’t be read';
  }
}
