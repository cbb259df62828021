import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';

const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    objectSrc: ["'none'"],
    baseUri: ["'self'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
};

/**
 * The headers that every answer carries, as Helmet sets them: name and value in turn. They do not depend on the
 * request, so Helmet is asked once and not for each of thousands of polls a second.
 */
export const SECURITY_HEADERS: readonly string[] = askHelmet();

function askHelmet(): string[] {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  helmet({
    contentSecurityPolicy: CONTENT_SECURITY_POLICY,
    // For browsers that do not read `frame-ancestors`.
    xFrameOptions: { action: 'deny' },
    // For old browsers, Flash and prefetching that nobody does, and what browsers do by themselves: they would be a tenth of
    // what a small file weighs.
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
    // Whoever ends TLS before Daysync says this, and knows for how long.
    strictTransportSecurity: false,
  })(request, response, () => undefined);
  return Object.entries(response.getHeaders()).flatMap(([name, value]) => [name, String(value)]);
}
