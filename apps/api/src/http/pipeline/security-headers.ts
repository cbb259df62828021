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
 * The headers of every answer, as Helmet sets them: name, value, name, value. They do not depend on the request, so
 * Helmet runs once and not for each poll.
 */
export const SECURITY_HEADERS: readonly string[] = askHelmet();

function askHelmet(): string[] {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  helmet({
    contentSecurityPolicy: CONTENT_SECURITY_POLICY,
    // For browsers that do not read `frame-ancestors`.
    xFrameOptions: { action: 'deny' },
    // They serve old browsers and Flash, or repeat defaults of browsers, and would add a tenth to a small response.
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
    // Set by the proxy that terminates TLS.
    strictTransportSecurity: false,
  })(request, response, () => undefined);
  return Object.entries(response.getHeaders()).flatMap(([name, value]) => [name, String(value)]);
}
