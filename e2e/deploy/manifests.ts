/** Synthesized manifests as objects, and how they get into a cluster. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiException, type KubernetesObject, PatchStrategy } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { objects } from '../kubernetes.ts';

/** The files, in the order in which they are applied. */
const names = ['app', 'data', 'monitoring', 'operator', 'profiles'];

const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().exactOptional() }),
});

export type Manifest = z.infer<typeof objectSchema>;

/**
 * All objects of a directory of manifests.
 *
 * @throws when there are none, or a document is not an object of Kubernetes
 */
export function readManifests(directory: string): readonly Manifest[] {
  const files = names.map((name) => join(directory, `${name}.yaml`)).filter(existsSync);
  if (files.length === 0) throw new Error(`no manifests in ${directory}: run \`make manifests\``);
  return files.flatMap((file) =>
    parseAllDocuments(readFileSync(file, 'utf8')).map((document) =>
      objectSchema.parse(document.toJSON(), { error: () => `${file} holds no Kubernetes object` }),
    ),
  );
}

/**
 * What `kubectl apply --server-side --force-conflicts` does, under the same name as manager of the fields, so
 * that both may be used in turn.
 *
 * @param dryRun let the API server check all but change nothing
 */
export async function applyManifest(manifest: Manifest, dryRun = false): Promise<void> {
  const object: KubernetesObject = manifest;
  const options = [undefined, dryRun ? 'All' : undefined, 'kubectl', true] as const;
  try {
    await objects.patch(object, ...options, PatchStrategy.ServerSideApply);
  } catch (error) {
    throw new Error(`applying ${describe(manifest)}: ${reasonOf(error)}`, { cause: error });
  }
}

/** What the API server said, where it said something. */
function reasonOf(error: unknown): string {
  if (!(error instanceof ApiException)) return String(error);
  const body: unknown = typeof error.body === 'string' ? JSON.parse(error.body) : error.body;
  const { message } = Object(body);
  return typeof message === 'string' ? message : `${error.code}`;
}

/** Such as `Deployment lms/lms-api`. */
export function describe({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`;
}
