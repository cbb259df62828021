import type { Request } from 'express';
import { Problem } from './problem.js';

/** The parts of a layer of Express' router that its types leave out or in. */
interface RouteLayer {
  readonly route?: { readonly methods: Readonly<Record<string, boolean>> };
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
  const routes = layers.flatMap((layer) =>
    layer.route !== undefined && matches(layer, path) ? [layer.route] : [],
  );
  const methods = new Set(
    routes.flatMap((route) => Object.keys(route.methods).map((name) => name.toUpperCase())),
  );
  // Express answers it with the route of GET.
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].sort();
}

function matches(layer: RouteLayer, path: string): boolean {
  try {
    return layer.match(path);
  } catch {
    // A path with a `%` that is no escape.
    return false;
  }
}
