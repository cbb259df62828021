#!/usr/bin/env node
// `npx daysync`, from any folder: in the repository it builds what is stale, as an installed package it is built.
import fs from 'node:fs';
import { endBy, run } from './child.mjs';
import { chooseNode, installedNode } from './install.mjs';
import { COMMAND_LINE, COMMAND_LINE_ENTRY, inProject, say, UserFacingError } from './project.mjs';

async function builtNode(args) {
  if (!fs.existsSync(inProject(COMMAND_LINE_ENTRY))) return chooseNode();
  const node = await installedNode();
  // Not before it is needed: a package has no builds.
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
