import { App, Chart } from 'cdk8s';
import { expect, test } from 'vitest';
import { SidecarAccess } from './access.ts';

test('a namespace gives the operator the objects of its sidecars and no others', () => {
  const chart = new Chart(new App(), 'test');
  new SidecarAccess(chart, 'sidecars', {
    namespace: 'shop',
    operator: { name: 'bellwether-operator', namespace: 'bellwether-system' },
    profiles: ['web'],
    targets: ['front'],
    credentials: ['database', 'operator-database'],
  });
  const [role, binding] = chart.toJson();
  const metadata = { name: 'bellwether-sidecars', namespace: 'shop' };
  expect(role).toMatchObject({ kind: 'Role', metadata });
  expect(role.rules).toEqual([
    {
      apiGroups: [''],
      resources: ['secrets'],
      resourceNames: ['database', 'operator-database', 'web-pooled', 'web-pgbouncer', 'web-redis'],
      verbs: ['get'],
    },
    {
      apiGroups: [''],
      resources: ['secrets'],
      resourceNames: ['web-pooled', 'web-pgbouncer', 'web-redis'],
      verbs: ['create', 'patch'],
    },
    {
      apiGroups: ['apps'],
      resources: ['deployments', 'statefulsets'],
      resourceNames: ['front'],
      verbs: ['patch'],
    },
  ]);
  const subjects = [
    { kind: 'ServiceAccount', name: 'bellwether-operator', namespace: 'bellwether-system' },
  ];
  expect(binding).toMatchObject({ kind: 'RoleBinding', metadata, subjects });
});
