/** A port of 127.0.0.1 that leads to a port of a pod, through the API server. */
import { createServer } from 'node:net';
import { PortForward } from '@kubernetes/client-node';
import { kubeConfig } from '../../e2e/kubernetes.ts';

export interface Tunnel {
  readonly port: number;
  close(): void;
}

/** @throws when no port of this machine can be opened */
export async function openTunnel(namespace: string, pod: string, podPort: number): Promise<Tunnel> {
  const forward = new PortForward(kubeConfig);
  const server = createServer((socket) => {
    forward
      .portForward(namespace, pod, [podPort], socket, null, socket)
      .catch((error) => socket.destroy(error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the tunnel has no port');
  return { port: address.port, close: () => server.close() };
}
