// The only file that imports OpenTelemetry. It is a program part of its own, which `load-tracing.ts` imports when traces
// are exported.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import { getNumberFromEnv, getStringFromEnv } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
  type Resource,
} from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type IdGenerator,
  type Sampler,
} from '@opentelemetry/sdk-trace';
import type { TraceContext } from './trace-context.js';
import type { BegunTrace, EndedSpan, Tracing } from './tracing.js';

const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;

export interface TracingOptions {
  readonly version: string;
  /** The name of this process. */
  readonly nodeName: string;
  /** Called with what goes wrong: an export that failed, a variable that the SDK does not understand. */
  readonly onProblem: (text: string) => void;
}

/** Begins to export traces by OTLP over HTTP, as the variables `OTEL_*` of this process say. */
export function createTracing({ version, nodeName, onProblem }: TracingOptions): Tracing {
  const report = (text: string): void => {
    onProblem(problemText(text));
  };
  const ignore = (): void => undefined;
  const logger = { error: report, warn: report, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const sampler = samplerFromEnvironment(report);
  return new OtlpTracing(resourceOf(version, nodeName), version, sampler, report);
}

class OtlpTracing implements Tracing {
  private readonly ids = new GivenIds();
  private readonly provider: TracerProvider;
  private readonly tracer: Tracer;

  constructor(
    resource: Resource,
    version: string,
    private readonly sampler: Sampler,
    private readonly report: (text: string) => void,
  ) {
    this.provider = new TracerProvider({
      resource,
      idGenerator: this.ids,
      // Whether a trace is sampled was decided when its batch began.
      sampler: new AlwaysOnSampler(),
      spanProcessors: [
        new BatchSpanProcessor({ exporter: new OTLPTraceExporter(), ...batching() }),
      ],
    });
    this.tracer = this.provider.getTracer('daysync', version);
  }

  begin(name: string, caller: TraceContext | null): BegunTrace {
    const traceId = caller?.traceId ?? randomBytes(TRACE_ID_BYTES).toString('hex');
    const spanId = randomBytes(SPAN_ID_BYTES).toString('hex');
    const above = caller === null ? ROOT_CONTEXT : below({ ...caller, isRemote: true });
    const asked = this.sampler.shouldSample(above, traceId, name, SpanKind.INTERNAL, {}, []);
    const isSampled = asked.decision === SamplingDecision.RECORD_AND_SAMPLED;
    return { context: { traceId, spanId, isSampled }, parentSpanId: caller?.spanId ?? null };
  }

  write(span: EndedSpan): void {
    if (!span.context.isSampled) return;
    try {
      this.export(span);
    } catch (error) {
      // A bug in here must not fail a batch.
      this.report(String(error));
    }
  }

  private export(span: EndedSpan): void {
    const { attributes, context, end, failure, isParentRemote = false, name } = span;
    const parent = { ...context, spanId: span.parentSpanId ?? '', isRemote: isParentRemote };
    const above = span.parentSpanId === null ? ROOT_CONTEXT : below(parent);
    const startTime = span.start;
    this.ids.next = context;
    const written = this.tracer.startSpan(name, { startTime, attributes }, above);
    if (failure !== null) written.setStatus({ code: SpanStatusCode.ERROR, message: failure });
    // A clock may have been set back.
    written.end(Math.max(startTime, end));
  }

  async stop(mostMs: number): Promise<void> {
    // A failed export has been reported.
    const done = this.provider.shutdown().catch(() => undefined);
    await Promise.race([done, sleep(mostMs, undefined, { ref: false })]);
  }
}

/** The SDK asks for the ids of each span that it starts. */
class GivenIds implements IdGenerator {
  next: Pick<TraceContext, 'traceId' | 'spanId'> = { traceId: '', spanId: '' };

  generateTraceId = (): string => this.next.traceId;
  generateSpanId = (): string => this.next.spanId;
}

function below({
  traceId,
  spanId,
  isSampled,
  isRemote,
}: TraceContext & { readonly isRemote: boolean }): typeof ROOT_CONTEXT {
  const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote });
}

/** `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` win over ours. */
function resourceOf(version: string, nodeName: string): Resource {
  const own = {
    'service.name': 'daysync',
    'service.version': version,
    'service.instance.id': nodeName,
  };
  const detectors = [resourceAttributesEnvDetector, serviceNameEnvDetector];
  return defaultResource().merge(resourceFromAttributes(own)).merge(detectResources({ detectors }));
}

/** The variables of the batch span processor. Without one, the SDK's default applies. */
function batching(): Partial<ConstructorParameters<typeof BatchSpanProcessor>[0]> {
  const asked = {
    scheduledDelayMillis: getNumberFromEnv('OTEL_BSP_SCHEDULE_DELAY'),
    exportTimeoutMillis: getNumberFromEnv('OTEL_BSP_EXPORT_TIMEOUT'),
    maxQueueSize: getNumberFromEnv('OTEL_BSP_MAX_QUEUE_SIZE'),
    maxExportBatchSize: getNumberFromEnv('OTEL_BSP_MAX_EXPORT_BATCH_SIZE'),
  };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}

function samplerFromEnvironment(report: (text: string) => void): Sampler {
  const name = getStringFromEnv('OTEL_TRACES_SAMPLER') ?? 'parentbased_always_on';
  const own = ownSampler(name.replace(/^parentbased_/, ''));
  if (own === null) {
    report(`expected OTEL_TRACES_SAMPLER to be a sampler of the SDK, got ${name}: all are sampled`);
  }
  const root = own ?? new AlwaysOnSampler();
  return name.startsWith('parentbased_') || own === null ? new ParentBasedSampler({ root }) : root;
}

function ownSampler(name: string): Sampler | null {
  switch (name) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
      return new TraceIdRatioBasedSampler(getNumberFromEnv('OTEL_TRACES_SAMPLER_ARG') ?? 1);
    default:
      return null;
  }
}

/** The SDK reports an error as a JSON object. An error of several addresses has no message. */
function problemText(text: string): string {
  try {
    const { message = '', code = '' } = JSON.parse(text) as Record<string, string>;
    return [message, code].find((part) => part !== '') ?? text;
  } catch {
    return text;
  }
}
