/** Pods whose containers may run, as the API server itself has them at this instant: no cache, nobody left out. */
import { z } from 'zod';
import { parseQuantity } from '../api/quantity.ts';
import type { Client } from './client.ts';

/** A container that runs beside the pod's own for as long as the pod lives. */
interface SidecarRun {
  /** Whether it has ever run. */
  readonly hasRun: boolean;
  /** `restartCount`. */
  readonly restarts: number;
  /** Of its memory, bytes; undefined: none. */
  readonly memoryLimit: number | undefined;
}

export interface RunningPod {
  readonly uid: string;
  readonly name: string;
  /** Its IP; empty until it has one. */
  readonly address: string;
  readonly isTerminating: boolean;
  /** Its native sidecars, by container name. */
  readonly sidecars: ReadonlyMap<string, SidecarRun>;
}

const podSchema = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    deletionTimestamp: z.string().nullish(),
  }),
  spec: z
    .object({
      initContainers: z
        .array(
          z.object({
            name: z.string(),
            restartPolicy: z.string().optional(),
            resources: z
              .object({ limits: z.object({ memory: z.string().optional() }).prefault({}) })
              .prefault({}),
          }),
        )
        .default([]),
    })
    .prefault({}),
  status: z
    .object({
      phase: z.string().default('Pending'),
      podIP: z.string().default(''),
      initContainerStatuses: z
        .array(
          z.object({
            name: z.string(),
            containerID: z.string().default(''),
            restartCount: z.int().min(0).default(0),
          }),
        )
        .default([]),
    })
    .prefault({}),
});

const page = z.object({
  metadata: z.object({ continue: z.string().default('') }).prefault({}),
  items: z.array(podSchema),
});

const pageSize = 500;

/**
 * List pods of a namespace that are neither Succeeded nor Failed.
 *
 * @param selector of labels; undefined: all
 * @throws ApiError or Error: then nothing is known of anybody
 */
export async function listRunningPods(
  client: Client,
  namespace: string,
  selector: string | undefined,
): Promise<readonly RunningPod[]> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
  const selected = selector === undefined ? {} : { labelSelector: selector };
  const found: RunningPod[] = [];
  let rest = '';
  do {
    // Without a resource version: from the storage, or from a cache that is known to be as new.
    const query = { ...selected, limit: String(pageSize), ...(rest !== '' && { continue: rest }) };
    const { items, metadata } = page.parse(await client.request({ verb: 'list', path, query }));
    found.push(...items.filter(mayRun).map(toRunning));
    rest = metadata.continue;
  } while (rest !== '');
  return found;
}

type Pod = z.output<typeof podSchema>;

function mayRun({ status: { phase } }: Pod): boolean {
  return phase !== 'Succeeded' && phase !== 'Failed';
}

function toRunning({ metadata, spec, status }: Pod): RunningPod {
  const sidecars = spec.initContainers
    .filter(({ restartPolicy }) => restartPolicy === 'Always')
    .map(({ name, resources }): readonly [string, SidecarRun] => {
      const seen = status.initContainerStatuses.find((each) => each.name === name);
      const { memory } = resources.limits;
      const run = {
        hasRun: (seen?.containerID ?? '') !== '',
        restarts: seen?.restartCount ?? 0,
        memoryLimit: memory === undefined ? undefined : parseQuantity(memory),
      };
      return [name, run];
    });
  return {
    uid: metadata.uid,
    name: metadata.name,
    address: status.podIP,
    isTerminating: typeof metadata.deletionTimestamp === 'string',
    sidecars: new Map(sidecars),
  };
}
