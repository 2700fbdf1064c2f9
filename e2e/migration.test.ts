/** The migration Job against an empty database, three at once: every migration is applied exactly once. */
import type { V1Job, V1Pod, V1Secret } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apply, objects, read, remove, until } from './kubernetes.ts';
import { logOf } from './program.ts';

const namespace = 'lms';
const suffix = Math.random().toString(36).slice(2, 7);
const database = `e2e_${suffix}`;
const secretName = `e2e-migrate-${suffix}`;

/** The Job as deployed, its pod template to be run again. */
let template: NonNullable<NonNullable<V1Job['spec']>['template']>;

beforeAll(async () => {
  template = await deployedTemplate();
  await apply<V1Secret>({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: secretName, namespace },
    stringData: { 'database-url': await ownerUrl(), 'superuser-url': await superuserUrl() },
  });
  await runSql('create', `CREATE DATABASE ${database} OWNER lms_owner`, 'superuser-url');
});
afterAll(async () => {
  await runSql('drop', `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`, 'superuser-url');
  await remove({ apiVersion: 'v1', kind: 'Secret', metadata: { name: secretName, namespace } });
});

async function deployedTemplate() {
  const jobs = await objects.list<V1Job>('batch/v1', 'Job', namespace);
  const job = jobs.items.find(({ metadata }) => metadata?.name?.startsWith('lms-migrate-'));
  const found = job?.spec?.template;
  if (!found?.spec) throw new Error('no Job lms/lms-migrate-*: run `make deploy`');
  const { containers, volumes, securityContext, restartPolicy } = found.spec;
  const emptied = volumes?.map((volume) =>
    volume.secret ? { ...volume, secret: { ...volume.secret, secretName } } : volume,
  );
  return {
    spec: {
      containers,
      volumes: emptied ?? [],
      ...(securityContext && { securityContext }),
      ...(restartPolicy && { restartPolicy }),
    },
  };
}

async function secretValue(name: string, key: string): Promise<string> {
  const secret = await read<V1Secret>('v1', 'Secret', namespace, name);
  return Buffer.from(secret?.data?.[key] ?? '', 'base64')
    .toString()
    .trim();
}

/** The owner's URL of the empty database. */
async function ownerUrl(): Promise<string> {
  const url = new URL(await secretValue('lms-migrate', 'database-url'));
  url.pathname = `/${database}`;
  return url.toString();
}

async function superuserUrl(): Promise<string> {
  const url = new URL(await secretValue('lms-migrate', 'database-url'));
  url.username = 'postgres';
  url.password = await secretValue('postgres', 'superuser-password');
  url.pathname = '/postgres';
  return url.toString();
}

/** Run SQL with psql in a pod, against a URL of the test's Secret; returns what it printed. */
async function runSql(name: string, sql: string, urlKey: string): Promise<string> {
  const postgres = await read<V1Pod>('v1', 'Pod', namespace, 'postgres-0');
  const image = postgres?.spec?.containers[0]?.image;
  if (!image) throw new Error('no pod lms/postgres-0 to take psql from');
  const metadata = { name: `e2e-sql-${name}-${suffix}`, namespace };
  await apply<V1Pod>({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      ...(postgres.spec?.securityContext && { securityContext: postgres.spec.securityContext }),
      containers: [
        {
          name: 'psql',
          image,
          command: ['sh', '-c', 'exec psql "$URL" -qtAc "$SQL"'],
          env: [
            { name: 'SQL', value: sql },
            { name: 'URL', valueFrom: { secretKeyRef: { name: secretName, key: urlKey } } },
          ],
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  });
  const phase = await until(`psql to ${name}`, 60, async () => {
    const seen = (await read<V1Pod>('v1', 'Pod', namespace, metadata.name))?.status?.phase;
    return (seen === 'Succeeded' || seen === 'Failed') && seen;
  });
  const output = await logOf({ namespace, name: metadata.name });
  await remove({ apiVersion: 'v1', kind: 'Pod', metadata }, 0);
  if (phase === 'Failed') throw new Error(`psql: ${output}`);
  return output.trim();
}

test('three at once apply every migration once', async () => {
  const names = [1, 2, 3].map((n) => `e2e-migrate-${suffix}-${n}`);
  const jobs = names.map((name) => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace },
    spec: { backoffLimit: 0, ttlSecondsAfterFinished: 60, template },
  }));
  await Promise.all(jobs.map((job) => apply(job)));
  for (const name of names) {
    await until(`Job ${name} to succeed`, 60, async () => {
      const status = (await read<V1Job>('batch/v1', 'Job', namespace, name))?.status;
      if (status?.failed) throw new Error(`${name} failed`);
      return status?.succeeded === 1;
    });
  }
  const [applied, distinct] = (
    await runSql(
      'count',
      'SELECT count(*), count(DISTINCT migration_name) FROM _prisma_migrations WHERE finished_at IS NOT NULL',
      'database-url',
    )
  ).split('|');
  expect(Number(applied)).toBeGreaterThan(0);
  expect(applied).toBe(distinct);
});
