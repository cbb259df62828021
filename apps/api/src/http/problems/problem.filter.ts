import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { InjectPinoLogger, PinoLogger } from 'nestjs-pino';
import { DatabaseUnavailableError } from '../../database/unavailable.js';
import { noRoute } from './allowed-methods.js';
import { Problem, unexpected } from './problem.js';
import { writeProblem } from './problem-answer.js';

/** Answers every error as `application/problem+json`. What is not a `Problem` is logged, and its text is not sent. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@InjectPinoLogger(ProblemFilter.name) private readonly logger: PinoLogger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const problem = asProblem(error, request);
    if (problem.status >= 500 && !(error instanceof Problem))
      this.logger.error({ err: error }, 'an unexpected error');
    writeProblem(request, response, problem);
  }
}

/** The problem of an error that has one. */
export function statedProblem(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (!(error instanceof DatabaseUnavailableError)) return undefined;
  const changed = error.isUnsure ? 'the change may have been written' : 'nothing was changed';
  return new Problem('DATABASE_UNAVAILABLE', `${error.message}; ${changed}`);
}

function asProblem(error: unknown, request: Request): Problem {
  const stated = statedProblem(error);
  if (stated !== undefined) return stated;
  const status = statusOf(error);
  if (status === 404) return noRoute(request);
  if (status >= 400 && status < 500) {
    return new Problem('BAD_REQUEST', `the request is malformed (HTTP ${status})`);
  }
  return unexpected();
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' ? status : 500;
}
