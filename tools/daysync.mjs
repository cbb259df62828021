#!/usr/bin/env node
// `npx daysync`, from any folder. In the repository it builds what is stale; an installed package is already built.
import fs from 'node:fs';
import { endBy, run } from './child.mjs';
import { chooseNode, installedNode } from './install.mjs';
import { COMMAND_LINE, COMMAND_LINE_ENTRY, inProject, say, UserFacingError } from './project.mjs';

async function builtNode(args) {
  if (!fs.existsSync(inProject(COMMAND_LINE_ENTRY))) return chooseNode();
  const node = await installedNode();
  // Imported here, because an installed package has no build tools.
  const { buildFor } = await import('./build.mjs');
  await buildFor(node, args);
  return node;
}

async function main(args) {
  const node = await builtNode(args);
  const command = [inProject(COMMAND_LINE), ...args];
  const { code, signal } = await run(node, command, { cwd: process.cwd() });
  if (signal) endBy(signal);
  else process.exitCode = code;
}

main(process.argv.slice(2)).catch((error) => {
  say(error instanceof UserFacingError ? error.message : error.stack);
  process.exitCode = 1;
});
