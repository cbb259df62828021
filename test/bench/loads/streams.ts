// Opens many event streams of one address, as consoles do: `node streams.ts <url> <count>` prints a line when each has
// received its first event. For each line of input it prints the number of events so far.
import { once } from 'node:events';
import { get } from 'node:http';
import { createInterface } from 'node:readline';

const [url = '', count = ''] = process.argv.slice(2);
/** Opened at a time, because a server accepts a limited backlog. */
const OPENED_TOGETHER = 50;

let events = 0;

function watch(): Promise<void> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      if (response.statusCode !== 200) {
        reject(new Error(`expected an event stream, got ${String(response.statusCode)}`));
      }
      response.setEncoding('utf8').on('data', (text: string) => {
        const found = text.split('\ndata: ').length - 1;
        events += found;
        if (found > 0) resolve();
      });
    }).on('error', reject);
  });
}

for (let opened = 0; opened < Number(count); opened += OPENED_TOGETHER) {
  const together = Math.min(OPENED_TOGETHER, Number(count) - opened);
  await Promise.all(Array.from({ length: together }, watch));
}
process.stdout.write('open\n');
const input = createInterface({ input: process.stdin });
input.on('line', () => {
  process.stdout.write(`${events}\n`);
});
await once(input, 'close');
process.exit();
