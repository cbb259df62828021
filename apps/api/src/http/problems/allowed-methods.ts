import type { Request } from 'express';
import { Problem } from './problem.js';

export const READS: readonly string[] = ['GET', 'HEAD'];

/** The parts of a layer of Express' router that its types do not have. */
interface RouteLayer {
  readonly route?: {
    readonly path: unknown;
    readonly methods: Readonly<Record<string, boolean>>;
  };
  match(path: string): boolean;
}

/** The answer to a request that no route has: 405 where its path has routes of other methods, else 404. */
export function noRoute(request: Request): Problem {
  const methods = allowedMethods(request);
  return methods.length === 0
    ? new Problem('NOT_FOUND', `there is no ${request.method} ${request.path}`)
    : wrongMethod(request.method, methods);
}

/** @param allow the methods that the path has */
export function wrongMethod(method: string, allow: readonly string[]): Problem {
  return new Problem('METHOD_NOT_ALLOWED', `expected ${allow.join(' or ')}, got ${method}`, {
    allow,
  });
}

function allowedMethods({ app, path }: Request): readonly string[] {
  const layers = app.router.stack as unknown as readonly RouteLayer[];
  const methods = new Set(
    layers
      .filter((layer) => isOperation(layer) && matches(layer, path))
      .flatMap(({ route }) => Object.keys(route?.methods ?? {}))
      .map((name) => name.toUpperCase()),
  );
  // Express answers it with the route of GET.
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].sort();
}

/** Middleware of Nest is a route as well: of every method, for every path. */
function isOperation({ route }: RouteLayer): boolean {
  return route !== undefined && !String(route.path).includes('*');
}

function matches(layer: RouteLayer, path: string): boolean {
  try {
    return layer.match(path);
  } catch {
    // A path with a `%` that is no escape.
    return false;
  }
}
