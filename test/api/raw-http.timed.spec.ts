import { expect, it } from 'vitest';
import { startDaysync } from '../daysync-process.js';
import { sendRaw } from '../raw-request.js';
import { weather } from '../scratch.js';

it('slow headers: the connection is closed within 15 s', async () => {
  const daysync = await startDaysync({ datasets: [weather()] });
  const begun = performance.now();
  expect(await sendRaw(daysync, 'GET / HTTP/1.1\r\nhost: localhost\r\nx: ')).toMatch(
    /^HTTP\/1\.1 408 /,
  );
  expect(performance.now() - begun).toBeLessThan(15_000);
});
