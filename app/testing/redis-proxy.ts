/** A Redis that can be made slow, full or gone: a TCP relay before the real one. */

import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

export interface RedisProxy {
  readonly url: string;
  /** Relay everything, as from the start. */
  readonly open: () => void;
  /** Take commands and answer none of them before it opens again. */
  readonly stall: () => void;
  /** Answer each command as a Redis that has no memory left. */
  readonly fill: () => void;
  /** Cut all connections and refuse new ones until it opens again. */
  readonly vanish: () => void;
  readonly close: () => void;
}

type Mode = 'open' | 'stalled' | 'full' | 'gone';

const outOfMemory = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";

/** @param target `redis://host:port` of the real one */
export async function startRedisProxy(target: string): Promise<RedisProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const held: (() => unknown)[] = [];
  let mode: Mode = 'open';
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  };
  const server = createServer((client) => {
    keep(client);
    if (mode === 'gone') {
      client.destroy();
      return;
    }
    const upstream = connect(Number(port), hostname);
    keep(upstream);
    client.on('data', (chunk) => {
      if (mode === 'open') upstream.write(chunk);
      if (mode === 'stalled') held.push(() => upstream.write(chunk));
      if (mode === 'full') client.write(outOfMemory.repeat(commandsIn(chunk)));
    });
    upstream.on('data', (chunk) => {
      if (mode === 'stalled') held.push(() => client.write(chunk));
      else client.write(chunk);
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const become = (next: Mode) => () => {
    mode = next;
    if (next === 'gone') cut();
    if (next === 'open') for (const pass of held.splice(0)) pass();
  };
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open: become('open'),
    stall: become('stalled'),
    fill: become('full'),
    vanish: become('gone'),
    close: () => {
      cut();
      server.close();
    },
  };
}

/** Each command is an array (`*`) at the start of a line. */
function commandsIn(chunk: Buffer): number {
  return chunk.toString('latin1').match(/(?:^|\r\n)\*\d/g)?.length ?? 0;
}
