/** The rival: node:http and nothing else, sending the same bytes with the same headers. Arguments: port, folder. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const [port, folder = ''] = process.argv.slice(2);
const bytes = readFileSync(join(folder, 'page'));
const headers = JSON.parse(readFileSync(join(folder, 'headers.json'), 'utf8')) as string[];

createServer((_, response) => {
  response.writeHead(200, headers);
  response.end(bytes);
}).listen(Number(port), '127.0.0.1');
