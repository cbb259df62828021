// Stops what shared-postgres.mjs has started, after the last test.
export default async function stop() {
  await globalThis.stopSharedPostgres?.();
}
