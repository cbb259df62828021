// Many pollers of one address, as consoles are: `node pollers.ts <url> <how many> <period, ms> <how long, s>`. Each has
// a connection of its own and asks once a period; they are spread evenly over it. Says what the answers took.
import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const [url = '', count = '', period = '', seconds = ''] = process.argv.slice(2);
const [pollers, periodMs, forMs] = [Number(count), Number(period), 1_000 * Number(seconds)];

const times: number[] = [];
let wrong = 0;

async function poll(agent: Agent): Promise<void> {
  const begun = performance.now();
  const status = await new Promise<number | undefined>((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.on('end', () => {
        resolve(response.statusCode);
      });
      response.resume();
    }).on('error', reject);
  });
  times.push(performance.now() - begun);
  if (status !== 200) wrong += 1;
}

const begun = performance.now();
await Promise.all(
  Array.from({ length: pollers }, async (_, index) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await sleep((index * periodMs) / pollers);
    // The first one connects: that is not measured.
    await poll(agent);
    times.pop();
    for (let turn = 1; ; turn += 1) {
      const due = begun + (index * periodMs) / pollers + turn * periodMs;
      if (due - begun > forMs) break;
      await sleep(Math.max(0, due - performance.now()));
      await poll(agent);
    }
    agent.destroy();
  }),
);
const sorted = times.toSorted((a, b) => a - b);
const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? NaN;
process.stdout.write(
  JSON.stringify({ polls: times.length, wrong, p50: at(0.5), p99: at(0.99), max: at(1) }),
);
