import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

/** Serves the OpenAPI document at `/openapi.json` and Swagger UI at `/docs`. */
export function serveOpenApi(app: INestApplication, version: string): void {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Daysync')
    .setDescription(
      'Syncs data day by day over a date range, and shows the run live. ' +
        'Every success is `{"status":"success","data":…}`, every error `application/problem+json` (RFC 9457).',
    )
    .setVersion(version)
    .setLicense('MIT', 'https://spdx.org/licenses/MIT.html')
    .addTag('sync', 'Batches: start and watch them')
    .addTag('records', 'What is known of each day')
    .addTag('datasets', 'What is configured')
    .addTag('session', 'Who calls')
    .addTag('health', 'For those who operate it')
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, config), {
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'Daysync API',
  });
}
