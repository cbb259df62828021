import { describe, expect, it } from 'vitest';
import { readTracingVariables } from './tracing-variables.js';

const ADDRESS = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };

function isOn(env: Readonly<Record<string, string>>): boolean {
  const { errors, isOn } = readTracingVariables(env, () => undefined);
  expect(errors).toEqual([]);
  return isOn;
}

describe('traces', () => {
  it.each([
    ['an address', ADDRESS, true],
    ['an address of traces', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://c.example/x' }, true],
    ['no address', {}, false],
    ['an empty address', { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }, false],
    ['an SDK that is turned off', { ...ADDRESS, OTEL_SDK_DISABLED: 'true' }, false],
    ['no exporter', { ...ADDRESS, OTEL_TRACES_EXPORTER: 'none' }, false],
    ['another protocol without an address', { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, false],
  ])('with %s', (_what, env, expected) => {
    expect(isOn(env)).toBe(expected);
  });

  it('are refused with an address or a protocol that does not work', () => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318',
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc',
    };
    const { errors, isOn } = readTracingVariables(env, () => undefined);
    expect(isOn).toBe(false);
    expect(errors).toEqual([
      {
        name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
        expected: 'the address of a collector, such as http://127.0.0.1:4318',
        received: '"collector:4318" (text)',
      },
      {
        name: 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
        expected: 'http/protobuf',
        received: '"grpc" (text)',
      },
    ]);
  });

  it('have secrets: the values of headers and the password of an address', () => {
    const secrets: string[] = [];
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://me:hidden-1@127.0.0.1:4318',
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=hidden-2%3D, x-team=hidden-3',
    };
    readTracingVariables(env, (secret) => secrets.push(secret));
    expect(new Set(secrets)).toEqual(new Set(['hidden-1', 'hidden-2%3D', 'hidden-2=', 'hidden-3']));
  });
});
