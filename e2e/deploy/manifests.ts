/** Synthesized manifests as objects, and how they get into a cluster. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { request, until } from '../kubernetes.ts';

/** The files, in the order in which they are applied: the database before what migrates it. */
const names = ['data', 'app', 'monitoring', 'operator', 'profiles'];

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
 * that both may be used in turn. The object is sent as it is: a typed client would drop what it does not know.
 *
 * @param dryRun let the API server check all but change nothing
 * @throws with the API server's message
 */
export async function applyManifest(manifest: Manifest, dryRun = false): Promise<void> {
  const options = `fieldManager=kubectl&force=true${dryRun ? '&dryRun=All' : ''}`;
  const path = `${await pathOf(manifest)}?${options}`;
  const body = JSON.stringify(manifest);
  const { status, text } = await request('PATCH', path, body, 'application/apply-patch+yaml');
  if (status < 300) return;
  const answer = z.object({ message: z.string() }).safeParse(JSON.parse(text));
  throw new Error(`applying ${describe(manifest)}: ${answer.data?.message ?? `${status} ${text}`}`);
}

/** Such as `Deployment lms/lms-api`. */
export function describe({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`;
}

const resourcesSchema = z.object({
  resources: z.array(z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
});

/** Kinds by API group and version, asked for once each. */
const known = new Map<string, z.infer<typeof resourcesSchema>['resources']>();

async function pathOf({ apiVersion, kind, metadata }: Manifest): Promise<string> {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const isKind = (each: { kind: string; name: string }) =>
    each.kind === kind && !each.name.includes('/');
  // A kind whose definition was applied just now is served a moment later.
  const resource = await until(`the API server to serve ${kind}`, 30, async () => {
    const found = known.get(apiVersion) ?? (await resourcesOf(root));
    if (found.some(isKind)) known.set(apiVersion, found);
    return found.find(isKind);
  });
  const scope = resource.namespaced ? `/namespaces/${metadata.namespace}` : '';
  return `${root}${scope}/${resource.name}/${metadata.name}`;
}

async function resourcesOf(root: string) {
  const { status, text } = await request('GET', root);
  return status === 200 ? resourcesSchema.parse(JSON.parse(text)).resources : [];
}
