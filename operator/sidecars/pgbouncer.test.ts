import { expect, test } from 'vitest';
import { injectionOf } from './injection.ts';
import { floorOf, type PgbouncerOptions, pgbouncerSidecar } from './pgbouncer.ts';

const options: PgbouncerOptions = {
  profile: 'web',
  image: 'pgbouncer:1',
  resources: undefined,
  databaseUrl: 'postgresql://lms:secret@postgres/lms',
  floor: 3,
  tls: { authority: 'CA', certificate: 'CERT', key: 'KEY' },
};
const sidecar = pgbouncerSidecar(options);

test('the container is what the standard `restricted` asks for, and more', () => {
  expect(sidecar.container).toMatchObject({
    name: 'bellwether-pgbouncer',
    image: 'pgbouncer:1',
    restartPolicy: 'Always',
    securityContext: {
      runAsNonRoot: true,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
    env: [{ name: 'POD_UID', valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } }],
  });
});

test('the application starts once the pooler listens, and the pooler stops after it', () => {
  const { lifecycle } = sidecar.container;
  expect(Object.keys(lifecycle as object)).toEqual(['postStart']);
  // 6432 is 1920 in hexadecimal, and 0A the state of a socket that listens.
  const listening = /:1920 \[0-9A-F\]\*:0000 0A' \/proc\/net\/tcp /;
  expect(JSON.stringify(lifecycle)).toMatch(listening);
});

test('every mount has its volume, and the runs are counted where they last as long as the pod', () => {
  expect(sidecar.container.volumeMounts).toEqual([
    { name: 'bellwether-pgbouncer', mountPath: '/etc/pgbouncer', readOnly: true },
    { name: 'bellwether-pgbouncer-tmp', mountPath: '/tmp' },
  ]);
  expect(sidecar.volumes).toEqual([
    { name: 'bellwether-pgbouncer', secret: { secretName: 'web-pgbouncer', defaultMode: 0o444 } },
    { name: 'bellwether-pgbouncer-tmp', emptyDir: { sizeLimit: '16Mi' } },
  ]);
});

test('the application gets its account at the pod’s own pooler', () => {
  expect(sidecar.urls).toEqual({ url: 'postgresql://lms:secret@127.0.0.1:6432/lms' });
});

test('the floor can be read from the files', () => {
  expect(floorOf(sidecar.files?.data ?? {})).toBe(3);
  expect(floorOf({})).toBeUndefined();
});

test.each<[string, Partial<PgbouncerOptions>]>([
  ['a floor', { floor: 7 }],
  ['a password', { databaseUrl: 'postgresql://lms:other@postgres/lms' }],
  ['a certificate', { tls: { authority: 'CA2', certificate: 'CERT2', key: 'KEY2' } }],
])('%s changes a Secret and never the template', (_, changed) => {
  const other = pgbouncerSidecar({ ...options, ...changed });
  expect(other.files?.data).not.toEqual(sidecar.files?.data);
  expect(injectionOf('web', [other])).toEqual(injectionOf('web', [sidecar]));
});

test('what the profile leaves out of the resources has defaults', () => {
  const resourcesWith = (resources: PgbouncerOptions['resources']) =>
    pgbouncerSidecar({ ...options, resources }).container.resources;
  const limits = { memory: '64Mi' };
  expect(resourcesWith(undefined)).toEqual({ requests: { cpu: '10m', memory: '16Mi' }, limits });
  expect(resourcesWith({ requests: { cpu: '1' } })).toEqual({ requests: { cpu: '1' }, limits });
});
