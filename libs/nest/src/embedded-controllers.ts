import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  Catch,
  Controller,
  Inject,
  Injectable,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  VERSION_NEUTRAL,
  type ArgumentsHost,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type Type,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { DatabaseUnavailableError } from '../../../apps/api/src/database/unavailable.js';
import { ExpensiveReads } from '../../../apps/api/src/http/pipeline/expensive-read.js';
import { EnvelopeInterceptor } from '../../../apps/api/src/http/openapi/api-answers.js';
import { InputPipe } from '../../../apps/api/src/http/input/input.pipe.js';
import { Problem, unexpected } from '../../../apps/api/src/http/problems/problem.js';
import { statedProblem } from '../../../apps/api/src/http/problems/problem.filter.js';
import { writeProblem } from '../../../apps/api/src/http/problems/problem-answer.js';
import { LOGGER } from '../../../apps/api/src/logging/logger.js';
import { OPENED_INSTALLATION } from '../../../apps/api/src/app/installation.module.js';
import type { EmbeddedInstallation } from './embedded-installation.js';

/** Sets the caller of a request, as the program does before Express. The app's guards have run before. */
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

/** Answers errors of Daysync as `application/problem+json`. The app answers every other error. */
@Catch(Problem, DatabaseUnavailableError)
class EmbeddedProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<IncomingMessage>();
    // The app's logger may have set one.
    const { id } = request;
    if (typeof id !== 'string') request.id = typeof id === 'number' ? String(id) : randomUUID();
    const problem = statedProblem(error) ?? unexpected();
    if (!(error instanceof Problem)) this.logger.error({ err: error }, problem.detail);
    writeProblem(request, http.getResponse<ServerResponse>(), problem);
  }
}

/** The key under which Nest keeps the path of a controller. */
const PATH_METADATA = 'path';

/** Routes that guards of the app protect, in addition to its global ones. */
export interface GuardedRoutes {
  readonly guards?: readonly Type<CanActivate>[];
}

/** The same, under a path of the app's choice. */
export interface PlacedRoutes extends GuardedRoutes {
  readonly path?: string;
}

/** Controllers of the program with their own filter, pipe and interceptors, so that those of the app stay unchanged. */
export class EmbeddedRoutes {
  /** One for all of them: an instance of its own would let each controller have as many reads at a time. */
  private readonly reads = new ExpensiveReads();

  /** @param wanted which of the app's guards protect them; false or undefined for none of them */
  of(
    controllers: readonly Type<object>[],
    wanted: boolean | GuardedRoutes = false,
  ): Type<object>[] {
    return controllers.flatMap((controller) => this.placed(controller, wanted));
  }

  /** The same of one controller. @param wanted also where it is, by default at its own path */
  placed(Original: Type<object>, wanted: boolean | PlacedRoutes = false): Type<object>[] {
    if (wanted === false) return [];
    const { guards = [], path = pathOf(Original) }: PlacedRoutes = wanted === true ? {} : wanted;
    const Embedded = class extends Original {};
    // Nest's logs and errors show this name.
    Object.defineProperty(Embedded, 'name', { value: Original.name });
    // The API has its version in its path.
    Controller({ path, version: VERSION_NEUTRAL })(Embedded);
    UseGuards(...guards, EmbeddedCaller)(Embedded);
    UseInterceptors(this.reads, EnvelopeInterceptor)(Embedded);
    UsePipes(InputPipe)(Embedded);
    UseFilters(EmbeddedProblemFilter)(Embedded);
    return [Embedded];
  }
}

function pathOf(controller: Type<object>): string {
  return Reflect.getMetadata(PATH_METADATA, controller) as string;
}
