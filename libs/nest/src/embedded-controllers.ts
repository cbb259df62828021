import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import {
  Catch,
  Inject,
  Injectable,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  type ArgumentsHost,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type Type,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import { DatabaseUnavailableError } from '../../../apps/api/src/database/unavailable.js';
import { EnvelopeInterceptor } from '../../../apps/api/src/http/openapi/api-answers.js';
import { InputPipe } from '../../../apps/api/src/http/input/input.pipe.js';
import { Problem, unexpected } from '../../../apps/api/src/http/problems/problem.js';
import { statedProblem } from '../../../apps/api/src/http/problems/problem.filter.js';
import { writeProblem } from '../../../apps/api/src/http/problems/problem-answer.js';
import { LOGGER } from '../../../apps/api/src/logging/logger.js';
import { OPENED_INSTALLATION } from '../../../apps/api/src/app/installation.module.js';
import { SYNC_CONTROLLERS } from '../../../apps/api/src/app/sync-features.module.js';
import type { EmbeddedInstallation } from './embedded-installation.js';

/** What the program does before all of Express: it says who calls. The app's own guards have let the call by. */
@Injectable()
export class EmbeddedCaller implements CanActivate {
  constructor(@Inject(OPENED_INSTALLATION) private readonly opened: EmbeddedInstallation) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<IncomingMessage>();
    const name = this.opened.caller(request);
    request.caller = {
      identity: name === null ? null : { name, role: 'operator' },
      address: request.socket.remoteAddress ?? '',
      scheme: 'encrypted' in request.socket ? 'https' : 'http',
      maySee: () => true,
    };
    return true;
  }
}

/** Answers what Daysync refuses, as `application/problem+json`; every other error is the app's to answer. */
@Catch(Problem, DatabaseUnavailableError)
export class EmbeddedProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    // An app's own logger may have given it one.
    const { id } = request;
    if (typeof id !== 'string') request.id = typeof id === 'number' ? String(id) : randomUUID();
    const problem = statedProblem(error) ?? unexpected();
    if (!(error instanceof Problem)) this.logger.error({ err: error }, problem.detail);
    writeProblem(request, http.getResponse<Response>(), problem);
  }
}

/**
 * The controllers of the API, with all that they need by themselves: an app's other controllers are left alone.
 * @param guards who lets a call by, beside the app's global guards
 */
export function embeddedControllers(guards: readonly Type<CanActivate>[]): Type<object>[] {
  return SYNC_CONTROLLERS.map((Controller) => {
    const Embedded = class extends Controller {};
    // By this name the app's logs and errors call it.
    Object.defineProperty(Embedded, 'name', { value: Controller.name });
    UseGuards(...guards, EmbeddedCaller)(Embedded);
    UseInterceptors(EnvelopeInterceptor)(Embedded);
    UsePipes(InputPipe)(Embedded);
    UseFilters(EmbeddedProblemFilter)(Embedded);
    return Embedded;
  });
}
