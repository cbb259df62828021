import {
  applyDecorators,
  type Type,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { ApiExtension, ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { map, type Observable } from 'rxjs';
import { headerReferences, type ApiHeaderName } from './api-headers.js';
import type { ProblemCode } from '../problems/problem.js';

/** Carries a code from {@link ApiProblems} to `openapi-problems.ts`, which removes it. */
export const PROBLEM_EXTENSION = 'x-problem-';

/**
 * Describes a success: the envelope with `model` as its data.
 * @param headers those that only this answer has
 */
export function ApiEnvelope(
  model: Type,
  description: string,
  status = 200,
  headers: readonly ApiHeaderName[] = [],
): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ApiExtraModels(model),
    ApiResponse({
      status,
      description,
      headers: headerReferences(...headers),
      schema: {
        type: 'object',
        required: ['status', 'data'],
        properties: {
          status: {
            type: 'string',
            enum: ['success'],
            description: 'Always `success`.',
            example: 'success',
          },
          data: { $ref: getSchemaPath(model) },
        },
      },
    }),
  );
}

/** Names the errors of an operation beside those that every operation has (`openapi-problems.ts`). */
export function ApiProblems(...codes: readonly ProblemCode[]): MethodDecorator & ClassDecorator {
  return applyDecorators(...codes.map((code) => ApiExtension(PROBLEM_EXTENSION + code, true)));
}

/** Puts what a controller returns into the envelope of the API, `{"status":"success","data":…}`. */
@Injectable()
export class EnvelopeInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ status: 'success', data })));
  }
}
