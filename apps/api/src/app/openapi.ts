import type { INestApplication } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { SESSION_COOKIE } from '../auth/sessions.js';
import { READS, wrongMethod } from '../http/problems/allowed-methods.js';
import { ERRORS_PATH } from '../http/problems/problem.js';
import { docsSite, SITE_PATH } from '../http/pipeline/docs-site.js';
import { errorsPage } from './error-catalogue.js';
import { completeDocument } from '../http/openapi/openapi-document.js';
import { ProblemDto } from '../http/openapi/problem.dto.js';

/**
 * Serves the OpenAPI document at `/openapi.json`, Swagger UI at `/docs`, and below it the catalogue of errors and the
 * documentation site.
 * @param siteFolder of the built site, which need not be there
 */
export function serveOpenApi(
  app: NestExpressApplication,
  version: string,
  siteFolder: string,
): void {
  const page = errorsPage();
  // Before Swagger UI, which answers every path below /docs.
  app.use(ERRORS_PATH, (request: Request, response: Response) => {
    if (!READS.includes(request.method)) throw wrongMethod(request.method, READS);
    response.set('Cache-Control', 'no-cache').type('html').send(page);
  });
  app.use(SITE_PATH, docsSite(siteFolder));
  SwaggerModule.setup('docs', app, () => createDocument(app, version), {
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'Daysync API',
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true },
  });
}

function createDocument(app: INestApplication, version: string): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Daysync')
    .setDescription(
      'Syncs data day by day over a date range, and shows the progress live. ' +
        'Every success is `{"status":"success","data":…}`, every error `application/problem+json` (RFC 9457), ' +
        `whose codes are described at [${ERRORS_PATH}](${ERRORS_PATH}).`,
    )
    .setVersion(version)
    .setLicense('MIT', 'https://spdx.org/licenses/MIT.html')
    .addTag('sync', 'Batches: start and watch them')
    .addTag('records', 'The state of each day over all batches')
    .addTag('quarantine', 'Rows that did not fit')
    .addTag('datasets', 'The configured datasets')
    .addTag('webhooks', 'Webhooks and their deliveries')
    .addTag('session', 'Login and logout')
    .addTag('health', 'Health checks and metrics')
    .addSecurity('bearer', {
      type: 'http',
      scheme: 'bearer',
      description: 'A token, for programs.',
    })
    .addCookieAuth(
      SESSION_COOKIE.name,
      { type: 'apiKey', description: 'The console’s login.' },
      'session',
    )
    .build();
  const document = SwaggerModule.createDocument(app, config, { extraModels: [ProblemDto] });
  return completeDocument(document);
}
