/** A server of a test on a free port of the loopback interface. */
import { once } from 'node:events';
import type { Server } from 'node:http';

export interface Listening {
  readonly url: URL;
  /** Drops open connections too. */
  readonly close: () => Promise<void>;
}

export async function listen(server: Server): Promise<Listening> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a server without a port');
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: new URL(`http://127.0.0.1:${address.port}`), close };
}
