// An API with pages: `node page-server.ts <file> <rows>` answers any path with the lines of the file, `rows` a page,
// selected by `?page=` from 1. It prints its address.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const [file = '', rows = ''] = process.argv.slice(2);
const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
const pages: Buffer[] = [];
for (let first = 0; first < lines.length; first += Number(rows)) {
  const page = lines.slice(first, first + Number(rows)).map((line) => `${line}\n`);
  pages.push(Buffer.from(page.join('')));
}

const server = createServer((request, response) => {
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
  response.end(pages[Number(searchParams.get('page')) - 1] ?? '');
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
