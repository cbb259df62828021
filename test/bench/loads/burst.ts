// Sends GETs to one address as fast as they are answered: `node burst.ts <url> <count> <connections>`. Every answer must
// be 200.
import { Pool } from 'undici';

const [url = '', count = '', connections = ''] = process.argv.slice(2);
const { origin, pathname } = new URL(url);
const pool = new Pool(origin, { connections: Number(connections) });

let left = Number(count);
async function askOn(): Promise<void> {
  while (left > 0) {
    left -= 1;
    const { body, statusCode } = await pool.request({ method: 'GET', path: pathname });
    await body.dump();
    if (statusCode !== 200) throw new Error(`expected 200, got ${statusCode}`);
  }
}

await Promise.all(Array.from({ length: Number(connections) }, askOn));
await pool.close();
