import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { Connection, failureOf } from './connection.ts';

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

test('a visit has one connection, and the next visit another', async () => {
  const target = await listening((_, response) => response.end('{}'));
  for (const visits of [1, 2]) {
    const connection = new Connection(target);
    const get = () => connection.call({ method: 'GET', path: '/' });
    await get();
    await Promise.all([get(), get()]);
    expect(sockets.size).toBe(visits);
    connection.close();
  }
});

test('token and JSON body arrive', async () => {
  const target = await listening(async (request, response) => {
    response.statusCode = 201;
    response.end(`${request.headers.authorization} ${await text(request)}`);
  });
  const connection = new Connection(target);
  const answer = await connection.call({ method: 'POST', path: '/', token: 't', body: { a: 1 } });
  expect(answer).toEqual({ status: 201, text: 'Bearer t {"a":1}' });
  connection.close();
});

test('a connection that breaks is named by the system’s code', async () => {
  const target = await listening((request) => request.socket.destroy());
  const connection = new Connection(target);
  const failure = await connection.call({ method: 'GET', path: '/' }).catch(failureOf);
  expect(failure).toBe('ECONNRESET');
  connection.close();
});
