#!/usr/bin/env node
// `npx daysync` of the published package. No syntax beyond that of old versions of Node, which print the error.
const LEAST_NODE = 24;

if (Number(process.versions.node.split('.')[0]) < LEAST_NODE) {
  process.stderr.write(
    `Daysync needs Node ${LEAST_NODE} or newer, and this is ${process.version}: install it from https://nodejs.org and start again.\n`,
  );
  process.exitCode = 1;
} else {
  // Its place in the package.
  await import(new URL('cli/daysync.mjs', import.meta.url).href);
}
