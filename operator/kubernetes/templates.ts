/** Pod templates of Deployments and StatefulSets: read one with its owners, and apply a part of it. */
import { z } from 'zod';
import { ApiError, type Client } from './client.ts';
import type { Key } from './collection.ts';

export const workloadKinds = ['Deployment', 'StatefulSet'] as const;
export type WorkloadKind = (typeof workloadKinds)[number];

const named = z.looseObject({ name: z.string() });

/** A member of a list of the template that is merged by name. */
type Named = z.output<typeof named>;

interface Lists<Member> {
  readonly initContainers: readonly Member[];
  readonly containers: readonly Member[];
  readonly volumes: readonly Member[];
}

export interface Workload {
  readonly kind: WorkloadKind;
  readonly key: Key;
  readonly uid: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly template: Lists<Named>;
  readonly owners: readonly FieldOwner[];
}

/** A field manager, and the members of the template's lists that it owns, by name. */
export interface FieldOwner {
  readonly manager: string;
  readonly template: Lists<string>;
}

/** What a manager applies to a workload: all that it owns there, afterwards. */
export interface Applied {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Of the pod. */
  readonly spec: Pick<Lists<{ readonly name: string }>, 'initContainers' | 'volumes'>;
}

export interface Templates {
  /** @returns undefined if there is none */
  readonly get: (kind: WorkloadKind, key: Key) => Promise<Workload | undefined>;
  /** All with a label, by their metadata alone. @param namespace undefined: of the whole cluster */
  readonly labelled: (
    namespace: string | undefined,
    label: string,
  ) => Promise<readonly Omit<Workload, 'template' | 'owners'>[]>;
  /**
   * Apply as `manager`, never by force, to the workload as it was read.
   *
   * @param applied undefined: give up all that the manager owns
   * @throws ApiError with code 409 if another manager has set one of the fields otherwise, or the workload was made anew
   */
  readonly apply: (
    workload: Pick<Workload, 'kind' | 'key' | 'uid'>,
    applied: Applied | undefined,
    manager: string,
  ) => Promise<void>;
}

const metadata = z.object({
  name: z.string(),
  namespace: z.string(),
  uid: z.string(),
  annotations: z.record(z.string(), z.string()).default({}),
});

/** Members of a list are `k:{"name":"..."}`. */
const ownedMembers = z
  .record(z.string(), z.unknown())
  .default({})
  .transform((fields) => Object.keys(fields).flatMap((field) => nameIn(field)));

const ownedTemplate = z
  .object({
    'f:initContainers': ownedMembers,
    'f:containers': ownedMembers,
    'f:volumes': ownedMembers,
  })
  .prefault({});

const managedEntry = z.object({
  manager: z.string().default(''),
  fieldsV1: z
    .object({
      'f:spec': z
        .object({ 'f:template': z.object({ 'f:spec': ownedTemplate }).prefault({}) })
        .prefault({}),
    })
    .prefault({}),
});

const stored = z.object({
  metadata: metadata.extend({ managedFields: z.array(managedEntry).default([]) }),
  spec: z.object({
    template: z.object({
      spec: z.object({
        initContainers: z.array(named).default([]),
        containers: z.array(named).default([]),
        volumes: z.array(named).default([]),
      }),
    }),
  }),
});

/** Without a member the API server says null. */
const metadataList = z.object({ items: z.array(z.object({ metadata })).nullable() });

export function createTemplates(client: Client): Templates {
  return {
    get: async (kind, key) => {
      try {
        const path = pathOf(kind, key);
        const { metadata: found, spec } = stored.parse(await client.request({ verb: 'get', path }));
        const owners = found.managedFields.map(({ manager, fieldsV1 }) => ({
          manager,
          template: membersOf(fieldsV1['f:spec']['f:template']['f:spec']),
        }));
        return { ...identityOf(kind, found), template: spec.template.spec, owners };
      } catch (error) {
        if (error instanceof ApiError && error.code === 404) return undefined;
        throw error;
      }
    },
    labelled: async (namespace, label) => {
      const lists = workloadKinds.map(async (kind) => {
        const path = collectionOf(kind, namespace);
        const query = { labelSelector: label };
        const answer = await client.request({ verb: 'list', path, query, accept: 'metadata' });
        const { items } = metadataList.parse(answer);
        return (items ?? []).map((item) => identityOf(kind, item.metadata));
      });
      return (await Promise.all(lists)).flat();
    },
    apply: async ({ kind, key, uid }, applied, manager) => {
      const { labels, annotations, spec } = applied ?? {};
      await client.request({
        verb: 'apply',
        path: pathOf(kind, key),
        query: { fieldManager: manager },
        body: {
          apiVersion: 'apps/v1',
          kind,
          // With its UID a workload that is gone is a conflict: without, it would be made.
          metadata: { ...key, uid, ...(applied && { labels, annotations }) },
          ...(spec && { spec: { template: { spec } } }),
        },
      });
    },
  };
}

function identityOf(kind: WorkloadKind, found: z.output<typeof metadata>) {
  const { name, namespace, uid, annotations } = found;
  return { kind, key: { namespace, name }, uid, annotations };
}

function membersOf(fields: z.output<typeof ownedTemplate>): Lists<string> {
  return {
    initContainers: fields['f:initContainers'],
    containers: fields['f:containers'],
    volumes: fields['f:volumes'],
  };
}

const memberKey = z.object({ name: z.string() });

function nameIn(field: string): readonly string[] {
  if (!field.startsWith('k:')) return [];
  const parsed = memberKey.safeParse(JSON.parse(field.slice(2)));
  return parsed.success ? [parsed.data.name] : [];
}

function collectionOf(kind: WorkloadKind, namespace: string | undefined): string {
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `/apis/apps/v1${scope}/${kind.toLowerCase()}s`;
}

function pathOf(kind: WorkloadKind, { namespace, name }: Key): string {
  return `${collectionOf(kind, namespace)}/${encodeURIComponent(name)}`;
}
