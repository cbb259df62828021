import type { EnvironmentError } from './environment.js';
import { describeReceived } from './received.js';

type Env = Readonly<Record<string, string | undefined>>;

/** What the variables of OpenTelemetry say that concern the process, not its SDK. */
export interface TracingVariables {
  /** Whether traces are exported: there is an address, and they are not turned off. */
  readonly isOn: boolean;
  readonly errors: readonly EnvironmentError[];
}

/** Of two variables the first one wins, as the specification has it. */
const ADDRESSES = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'] as const;
const PROTOCOLS = ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL'] as const;
const HEADERS = ['OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'OTEL_EXPORTER_OTLP_HEADERS'] as const;
const PROTOCOL = 'http/protobuf';

/**
 * Reads the variables of OpenTelemetry. The SDK reads the others, if it is loaded at all.
 * @param onSecret called with the values of headers, and with the password of an address
 */
export function readTracingVariables(
  env: Env,
  onSecret: (secret: string) => void,
): TracingVariables {
  const isOff =
    env['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true' ||
    env['OTEL_TRACES_EXPORTER']?.trim() === 'none';
  const address = firstOf(env, ADDRESSES);
  if (isOff || address === undefined) return { isOn: false, errors: [] };
  for (const name of HEADERS) {
    for (const secret of headerValues(env[name] ?? '')) onSecret(secret);
  }
  const errors: EnvironmentError[] = [];
  const url = URL.parse(address.value);
  if (url !== null && url.password !== '') onSecret(url.password);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    const expected = 'the address of a collector, such as http://127.0.0.1:4318';
    errors.push({ name: address.name, expected, received: describeReceived(address.value) });
  }
  const protocol = firstOf(env, PROTOCOLS);
  if (protocol !== undefined && protocol.value !== PROTOCOL) {
    const { name, value } = protocol;
    errors.push({ name, expected: PROTOCOL, received: describeReceived(value) });
  }
  return { isOn: errors.length === 0, errors };
}

/** The first of these variables that is set; an empty one counts as unset. */
function firstOf(
  env: Env,
  names: readonly string[],
): { readonly name: string; readonly value: string } | undefined {
  for (const name of names) {
    const value = env[name]?.trim() ?? '';
    if (value !== '') return { name, value };
  }
  return undefined;
}

/** The values in a list such as `api-key=abc,x-team=data`, as written and decoded. */
function headerValues(list: string): readonly string[] {
  return list.split(',').flatMap((pair) => {
    const value = pair.slice(pair.indexOf('=') + 1).trim();
    try {
      return value === '' ? [] : [value, decodeURIComponent(value)];
    } catch {
      return [value];
    }
  });
}
