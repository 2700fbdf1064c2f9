/** What the suites ask of a cluster, over a kubeconfig alone: apply, read, remove, raw requests, bounded waits. */
import { request as httpsRequest } from 'node:https';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ApiException,
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  PatchStrategy,
  type V1Pod,
} from '@kubernetes/client-node';

const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
export const kubeConfig = new KubeConfig();
export const kubeconfigFile = process.env.KUBECONFIG ?? join(cache, 'bellwether', 'kubeconfig');
kubeConfig.loadFromFile(kubeconfigFile);

/** Objects of any kind, by apiVersion and kind. */
export const objects = KubernetesObjectApi.makeApiClient(kubeConfig);

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/**
 * One request to the API server, as the kubeconfig's user.
 *
 * @param path from the root, e.g. `/api/v1/namespaces/x/pods/y:9464/proxy/metrics`
 * @returns the status and the whole body, whatever the status is
 * @throws when there was no answer within 15 s
 */
export async function request(
  method: string,
  path: string,
  body?: string,
  contentType = 'application/json',
): Promise<Answer> {
  const url = new URL(path, kubeConfig.getCurrentCluster()?.server);
  const headers = body === undefined ? {} : { 'content-type': contentType };
  const options = { method, headers, timeout: 15_000 };
  await kubeConfig.applyToHTTPSOptions(options);
  return new Promise((resolve, reject) => {
    const call = httpsRequest(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      );
    });
    call.on('timeout', () => call.destroy(new Error(`${method} ${path}: no answer in 15 s`)));
    call.on('error', reject);
    call.end(body);
  });
}

/** Apply an object on the server's side, taking over fields that others own. */
export function apply<T extends KubernetesObject>(object: T): Promise<T> {
  const force = true;
  return objects.patch(
    object,
    undefined,
    undefined,
    'bellwether-e2e',
    force,
    PatchStrategy.ServerSideApply,
  );
}

/** Read `kind` `namespace/name`, or undefined where there is none. */
export async function read<T extends KubernetesObject>(
  apiVersion: string,
  kind: string,
  namespace: string,
  name: string,
): Promise<T | undefined> {
  try {
    return await objects.read<T>({ apiVersion, kind, metadata: { namespace, name } });
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return undefined;
    throw error;
  }
}

/** The pods of a workload, by its name label. */
export async function podsOf(namespace: string, workload: string): Promise<readonly V1Pod[]> {
  const selector = `app.kubernetes.io/name=${workload}`;
  const list = await objects.list<V1Pod>(
    'v1',
    'Pod',
    namespace,
    undefined,
    undefined,
    undefined,
    undefined,
    selector,
  );
  return list.items;
}

export function isReady({ status }: V1Pod): boolean {
  return (
    status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false
  );
}

/** Remove an object; one that is not there is removed already. */
export async function remove(object: KubernetesObject, gracePeriodSeconds?: number): Promise<void> {
  try {
    await objects.delete(object, undefined, undefined, gracePeriodSeconds);
  } catch (error) {
    if (!(error instanceof ApiException && error.code === 404)) throw error;
  }
}

/**
 * Ask again until `probe` gives something, 5 times a second.
 *
 * @param probe returns undefined or false for "not yet"; an error counts as not yet and is named at the end
 * @throws after `seconds`, saying what was waited for and the last thing seen
 */
export async function until<T>(
  what: string,
  seconds: number,
  probe: () => Promise<T | undefined | false>,
): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  let last: unknown;
  while (performance.now() < deadline) {
    try {
      const seen = await probe();
      if (seen !== undefined && seen !== false) return seen;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await sleep(200);
  }
  throw new Error(`waited ${seconds} s for ${what}`, { cause: last });
}

/**
 * Watch for a while that something stays true.
 *
 * @throws at once when `probe` finds an objection
 */
export async function throughout(
  seconds: number,
  probe: () => Promise<string | undefined>,
): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (performance.now() < deadline) {
    const objection = await probe();
    if (objection !== undefined) throw new Error(objection);
    await sleep(500);
  }
}
