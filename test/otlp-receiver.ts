// A collector of traces: an HTTP server that decodes OTLP (http/protobuf) by the messages of its specification.
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import protobuf from 'protobufjs';
import { startHttpServer, urlOf } from './http-server.js';

/** Of opentelemetry-proto, the fields that the tests read. */
const MESSAGES = `
syntax = "proto3";
message AnyValue {
  oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; }
}
message KeyValue { string key = 1; AnyValue value = 2; }
message Resource { repeated KeyValue attributes = 1; }
message Status { string message = 2; int32 code = 3; }
message Span {
  bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; fixed32 flags = 16; string name = 5; int32 kind = 6;
  fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9; Status status = 15;
}
message Scope { string name = 1; string version = 2; }
message ScopeSpans { Scope scope = 1; repeated Span spans = 2; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
message ExportTraceServiceRequest { repeated ResourceSpans resource_spans = 1; }
`;
const REQUEST = protobuf.parse(MESSAGES).root.lookupType('ExportTraceServiceRequest');
const POLL_MS = 20;
const ERROR = 2;
const NANOS_PER_MS = 1_000_000;

type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first span of a trace. */
  readonly parentSpanId: string;
  readonly name: string;
  /** In milliseconds since the epoch. */
  readonly start: number;
  readonly end: number;
  readonly attributes: Attributes;
  readonly hasFailed: boolean;
  readonly message: string;
  readonly resource: Attributes;
}

export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  readonly headers: IncomingHttpHeaders[] = [];
  readonly strays: string[] = [];

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => void this.take(request, response));
  }

  static async start(): Promise<OtlpReceiver> {
    return new OtlpReceiver(await startHttpServer());
  }

  get url(): string {
    return urlOf(this.server);
  }

  /** The variables of a program that exports to it soon. */
  get env(): Readonly<Record<string, string>> {
    return { OTEL_EXPORTER_OTLP_ENDPOINT: this.url, OTEL_BSP_SCHEDULE_DELAY: '50' };
  }

  /** Waits until spans with this beginning of their name have come, such as `day `. */
  async come(name: string, count: number): Promise<readonly ReceivedSpan[]> {
    for (;;) {
      const found = this.spans.filter((span) => span.name.startsWith(name));
      if (found.length >= count) return found;
      await sleep(POLL_MS);
    }
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    if (request.url === '/v1/traces') this.spans.push(...decoded(body));
    else this.strays.push(request.url ?? '');
    this.headers.push(request.headers);
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  }
}

function decoded(body: Buffer): readonly ReceivedSpan[] {
  const { resourceSpans = [] } = REQUEST.toObject(REQUEST.decode(body), {
    longs: Number,
    bytes: Buffer,
  }) as WireRequest;
  return resourceSpans.flatMap(({ resource, scopeSpans = [] }) =>
    scopeSpans.flatMap(({ spans = [] }) =>
      spans.map((span) => ({
        traceId: hex(span.traceId),
        spanId: hex(span.spanId),
        parentSpanId: hex(span.parentSpanId),
        name: span.name,
        start: Math.trunc(span.startTimeUnixNano / NANOS_PER_MS),
        end: Math.trunc(span.endTimeUnixNano / NANOS_PER_MS),
        attributes: attributesOf(span.attributes),
        hasFailed: span.status?.code === ERROR,
        message: span.status?.message ?? '',
        resource: attributesOf(resource?.attributes),
      })),
    ),
  );
}

interface WireRequest {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: readonly WireAttribute[] };
    readonly scopeSpans?: readonly { readonly spans?: readonly WireSpan[] }[];
  }[];
}

interface WireSpan {
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  readonly parentSpanId?: Uint8Array;
  readonly name: string;
  readonly startTimeUnixNano: number;
  readonly endTimeUnixNano: number;
  readonly attributes?: readonly WireAttribute[];
  readonly status?: { readonly message?: string; readonly code?: number };
}

interface WireAttribute {
  readonly key: string;
  /** With the field of its type alone. */
  readonly value: Attributes;
}

function hex(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('hex');
}

function attributesOf(attributes: readonly WireAttribute[] = []): Attributes {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, Object.values(value)[0] ?? '']),
  );
}
