import { expect, test } from 'vitest';
import type { FieldOwner, Workload } from '../kubernetes/templates.ts';
import { conflictsOf, injectionOf, isApplied } from './injection.ts';
import type { Named, Sidecar } from './sidecar.ts';

const sidecar: Sidecar = {
  container: { name: 'pooler', image: 'pooler:1', resources: { limits: { cpu: '0.5' } } },
  volumes: [{ name: 'files', secret: { secretName: 'web-pooler' } }],
  urls: {},
};
const injection = injectionOf('web', [sidecar]);
const nothing = { initContainers: [], containers: [], volumes: [] };

function workload(template: Partial<Workload['template']>, owners: FieldOwner[] = []): Workload {
  const key = { namespace: 'shop', name: 'front' };
  const { annotations } = injection;
  return {
    ...{ kind: 'Deployment', key, uid: 'u', annotations, owners },
    template: { ...nothing, ...template },
  };
}

function ownedBy(manager: string, template: Partial<FieldOwner['template']>): FieldOwner {
  return { manager, template: { ...nothing, ...template } };
}

const container: Named = { ...sidecar.container, resources: { limits: { cpu: '500m' } } };
const applied = { initContainers: [container], volumes: sidecar.volumes };

test('names that nobody has are free', () => {
  expect(conflictsOf(workload({ containers: [{ name: 'app' }] }), injection)).toEqual([]);
});

test('what we own is no conflict, even if others own a part of it', () => {
  const names = { initContainers: ['pooler'], volumes: ['files'] };
  const owners = [ownedBy('person', names), ownedBy('bellwether-sidecars', names)];
  expect(conflictsOf(workload(applied, owners), injection)).toEqual([]);
});

test.each<[string, Partial<Workload['template']>, FieldOwner[], string]>([
  [
    'an init container',
    { initContainers: [{ name: 'pooler' }] },
    [ownedBy('helm', { initContainers: ['pooler'] })],
    'initContainers has a "pooler" of helm',
  ],
  [
    'a container, though we own an init container of that name',
    { containers: [{ name: 'pooler' }] },
    [
      ownedBy('helm', { containers: ['pooler'] }),
      ownedBy('bellwether-sidecars', { initContainers: ['pooler'] }),
    ],
    'containers has a "pooler" of helm',
  ],
  [
    'a volume',
    { volumes: [{ name: 'files' }] },
    [ownedBy('helm', { volumes: ['files'] }), ownedBy('person', { volumes: ['files'] })],
    'volumes has a "files" of helm, person',
  ],
  [
    'a volume without a manager',
    { volumes: [{ name: 'files' }] },
    [],
    'volumes has a "files" of somebody unknown',
  ],
])('%s of somebody else is told with its owner', (_, template, owners, sentence) => {
  expect(conflictsOf(workload(template, owners), injection)).toEqual([sentence]);
});

test('what is there as it was applied needs nothing; the API server writes amounts and defaults its way', () => {
  const withDefaults = { ...container, terminationMessagePath: '/dev/termination-log' };
  expect(isApplied(workload({ ...applied, initContainers: [withDefaults] }), injection)).toBe(true);
});

test.each<[string, Workload]>([
  ['a container that is gone', workload({ volumes: sidecar.volumes })],
  ['a volume that is gone', workload({ initContainers: [container] })],
  [
    'another image',
    workload({ ...applied, initContainers: [{ ...container, image: 'pooler:2' }] }),
  ],
  ['another digest', { ...workload(applied), annotations: {} }],
])('%s is applied anew', (_, found) => {
  expect(isApplied(found, injection)).toBe(false);
});

test('other resources are another digest', () => {
  const other = { ...sidecar, container: { ...sidecar.container, resources: {} } };
  expect(injectionOf('web', [other]).annotations).not.toEqual(injection.annotations);
});
