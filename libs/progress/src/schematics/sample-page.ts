// The sample page in an application: its route, and the address of the server that it shows.
import path from 'node:path';
import type { Rule } from '@angular-devkit/schematics';

/** The folder of the component in the application, and the path of the sample page. */
export const NAME = 'daysync-progress';

const ROUTE = `{
    path: '${NAME}',
    loadComponent: () =>
      import('./${NAME}/${NAME}-page').then((m) => m.DaysyncProgressPage),
  }`;
/** The file with the routes, in applications with and without NgModule. */
const ROUTE_FILES = ['app.routes.ts', 'app-routing-module.ts', 'app-routing.module.ts'];

/**
 * Adds the route of the sample page: first, so that no wildcard hides it.
 * @param app the folder of the code of the application
 */
export function addRoute(app: string): Rule {
  return (tree, { logger }) => {
    const found = ROUTE_FILES.map((name) => path.posix.join(app, name)).find((file) =>
      tree.exists(file),
    );
    const text = found === undefined ? '' : tree.readText(found);
    if (text.includes(`${NAME}-page`)) return;
    const at = startOfRoutes(text);
    if (found === undefined || at === undefined) {
      logger.warn(
        `Found no list of routes, or several. To see the sample page, add this to yours:\n${ROUTE}`,
      );
      return;
    }
    const rest = text.slice(at);
    const isEmpty = /^\s*\]/.test(rest);
    const added = `\n  ${ROUTE},${isEmpty ? '\n' : ''}`;
    tree.overwrite(found, text.slice(0, at) + added + (isEmpty ? rest.trimStart() : rest));
    logger.info(`The sample page is at http://localhost:4200/${NAME}: run ng serve`);
  };
}

/** @returns where the list begins: the one with the name that Angular gives it, or else the only one */
function startOfRoutes(text: string): number | undefined {
  const named = [...text.matchAll(/\broutes\s*:\s*Routes\s*=\s*\[/g)];
  const lists = named.length > 0 ? named : [...text.matchAll(/\bRoutes\s*=\s*\[/g)];
  const [list] = lists;
  return list === undefined || lists.length > 1 ? undefined : list.index + list[0].length;
}

/** Has a sample page that is there already show another address. */
export function showServer(app: string, server: string): Rule {
  return (tree, { logger }) => {
    const file = path.posix.join(app, NAME, `${NAME}-page.ts`);
    if (!tree.exists(file)) return;
    const text = tree.readText(file);
    const changed = text.replace(/^const SERVER = '.*';$/m, () => `const SERVER = '${server}';`);
    if (changed !== text) {
      tree.overwrite(file, changed);
      logger.info(`${file} shows ${server} now`);
    } else if (!text.includes(server)) {
      logger.warn(`Found no line const SERVER = '…' in ${file}: it does not show ${server}`);
    }
  };
}
