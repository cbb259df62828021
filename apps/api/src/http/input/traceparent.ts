import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { readTraceparent, type TraceContext } from '../../tracing/trace-context.js';

/** The caller's span in the `traceparent` of a request; null without a valid one. */
export const Traceparent = createParamDecorator(
  (_data: unknown, context: ExecutionContext): TraceContext | null =>
    readTraceparent(context.switchToHttp().getRequest<Request>().get('traceparent') ?? ''),
);
