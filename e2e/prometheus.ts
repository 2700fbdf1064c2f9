/** Prometheus as a part that may vanish: stop it, start it, kill it, ask it. */
import type { V1Pod, V1StatefulSet } from '@kubernetes/client-node';
import { z } from 'zod';
import { read, request, until } from './kubernetes.ts';

const namespace = 'monitoring';
const name = 'prometheus';

async function scale(replicas: number): Promise<void> {
  const path = `/apis/apps/v1/namespaces/${namespace}/statefulsets/${name}/scale`;
  const patch = JSON.stringify({ spec: { replicas } });
  const answer = await request('PATCH', path, patch, 'application/merge-patch+json');
  if (answer.status !== 200) throw new Error(`scaling Prometheus: ${answer.text}`);
}

async function isReady(): Promise<boolean> {
  const set = await read<V1StatefulSet>('apps/v1', 'StatefulSet', namespace, name);
  return set?.status?.readyReplicas === 1;
}

/** Stop it and wait until its pod is gone. */
export async function stopPrometheus(): Promise<void> {
  await scale(0);
  await until('Prometheus to be gone', 60, async () => {
    const pod = await read<V1Pod>('v1', 'Pod', namespace, `${name}-0`);
    return pod === undefined;
  });
}

/** Have it running; does nothing where it is. */
export async function startPrometheus(): Promise<void> {
  await scale(1);
  await until('Prometheus to be Ready', 90, isReady);
}

const resultSchema = z.object({
  data: z.object({
    result: z.array(
      z.object({
        value: z.tuple([z.number(), z.string()]).optional(),
        values: z.array(z.tuple([z.number(), z.string()])).optional(),
      }),
    ),
  }),
});

/** The first series that an instant query gives, through the API server. */
async function query(promql: string) {
  const path = `/api/v1/namespaces/${namespace}/services/${name}:9090/proxy/api/v1/query`;
  const answer = await request('GET', `${path}?query=${encodeURIComponent(promql)}`);
  if (answer.status !== 200) throw new Error(`asking Prometheus: ${answer.status} ${answer.text}`);
  return resultSchema.parse(JSON.parse(answer.text)).data.result[0];
}

/**
 * The one value of an instant query.
 *
 * @returns undefined for an empty result
 */
export async function ask(promql: string): Promise<number | undefined> {
  const value = (await query(promql))?.value;
  return value && Number(value[1]);
}

/** The raw samples of a range selector, oldest first; times in seconds since the epoch. */
export async function samplesOf(selector: string) {
  const values = (await query(selector))?.values ?? [];
  return values.map(([atSeconds, value]) => ({ atSeconds, value: Number(value) }));
}
