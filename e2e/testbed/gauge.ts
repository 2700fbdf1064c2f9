/** A pod whose metrics a test sets by hand. */
import type { V1Pod } from '@kubernetes/client-node';
import { request } from '../kubernetes.ts';
import { nodeImage, restricted } from './pods.ts';

/**
 * Serves under /metrics whatever was last PUT there. The API server, through which a test does that, uses a connection
 * again within 90 s, and asks only once when that ends just then: it is kept for longer.
 */
const program = `
let text = '';
require('node:http').createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
  if (request.method !== 'PUT') return response.end(text);
  let body = '';
  request.on('data', (chunk) => { body += chunk; });
  request.on('end', () => { text = body; response.end(); });
}).listen(9464);
process.on('SIGTERM', () => process.exit(0));
`;

export async function gaugePod(namespace: string): Promise<V1Pod> {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'gauge', namespace, labels: { 'app.kubernetes.io/name': 'gauge' } },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: 'gauge',
          image: await nodeImage(),
          command: ['node', '-e', program],
          ports: [{ name: 'metrics', containerPort: 9464 }],
          securityContext: restricted,
        },
      ],
    },
  };
}

/** Replace what the gauge serves, in Prometheus's text format. */
export function putMetrics(namespace: string, text: string) {
  const path = `/api/v1/namespaces/${namespace}/pods/gauge:9464/proxy/metrics`;
  return request('PUT', path, text, 'text/plain');
}
