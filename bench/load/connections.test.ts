import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { Connections, failureOf } from './connections.ts';

let server: Server | undefined;
const sockets = new Set<Socket>();

afterEach(() => {
  sockets.clear();
  server?.closeAllConnections();
  server?.close();
});

async function listening(answer: Parameters<typeof createServer>[1]): Promise<URL> {
  server = createServer({}, answer).on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  // A TCP server's address is never a string.
  const { port } = server.address() as AddressInfo;
  return new URL(`http://127.0.0.1:${port}`);
}

test('a connection is used again, but only 100 times', async () => {
  const connections = new Connections(await listening((_, response) => response.end('{}')));
  for (let count = 0; count < 100; count += 1) await connections.call({ method: 'GET', path: '/' });
  expect(sockets.size).toBe(1);
  await connections.call({ method: 'GET', path: '/' });
  expect(sockets.size).toBe(2);
  connections.close();
});

test('token and JSON body arrive', async () => {
  const target = await listening(async (request, response) => {
    response.statusCode = 201;
    response.end(`${request.headers.authorization} ${await text(request)}`);
  });
  const connections = new Connections(target);
  const answer = await connections.call({ method: 'POST', path: '/', token: 't', body: { a: 1 } });
  expect(answer).toEqual({ status: 201, text: 'Bearer t {"a":1}' });
  connections.close();
});

test('a connection that breaks is named by the system’s code', async () => {
  const target = await listening((request) => request.socket.destroy());
  const connections = new Connections(target);
  const failure = await connections.call({ method: 'GET', path: '/' }).catch(failureOf);
  expect(failure).toBe('ECONNRESET');
  connections.close();
});
