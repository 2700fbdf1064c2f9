import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { connectionBudgetCrd, scaleProfileCrd } from './crd.ts';
import { sampleProfile } from './sample-profile.ts';

const objects = z.record(z.string(), z.unknown());

/** Every schema node below one, with its path. */
function nodes(path: string, node: unknown): readonly (readonly [string, object])[] {
  const parsed = objects.safeParse(node);
  if (!parsed.success) return [];
  const { properties, items, additionalProperties } = parsed.data;
  const children = Object.entries(objects.safeParse(properties).data ?? {});
  return [
    [path, parsed.data],
    ...children.flatMap(([name, child]) => nodes(`${path}.${name}`, child)),
    ...nodes(`${path}[]`, items),
    ...nodes(`${path}{}`, additionalProperties),
  ];
}

const schemaOf = (crd: ReturnType<typeof scaleProfileCrd>) =>
  new Map(nodes('', crd.spec.versions[0]?.schema.openAPIV3Schema));
const all = schemaOf(scaleProfileCrd());
const budget = schemaOf(connectionBudgetCrd());

describe.each([
  { kind: 'ScaleProfile', all },
  { kind: 'ConnectionBudget', all: budget },
])('$kind', ({ all }) => {
  test('every field has a type, or is an int-or-string', () => {
    const untyped = [...all].filter(
      ([, node]) => !('type' in node) && !('x-kubernetes-int-or-string' in node),
    );
    expect(untyped).toEqual([]);
  });

  test('every list, map and text of the spec is bounded, or CEL would pass its budget', () => {
    const open = [...all]
      .filter(([path]) => path.startsWith('.spec'))
      .filter(([, node]) => 'type' in node)
      .filter(
        ([, node]) =>
          ('items' in node && !('maxItems' in node)) ||
          (Object.entries(node).some(([key, value]) => key === 'type' && value === 'string') &&
            !('maxLength' in node) &&
            !('enum' in node)),
      );
    expect(open.map(([path]) => path)).toEqual([]);
  });
});

test('the names of the budget are those that its path and kubectl use', () => {
  expect(connectionBudgetCrd().metadata.name).toBe('connectionbudgets.autoscaling.bellwether.dev');
  expect(connectionBudgetCrd().spec.names).toMatchObject({
    kind: 'ConnectionBudget',
    plural: 'connectionbudgets',
    shortNames: ['cbu'],
  });
  expect(budget.get('.spec.reserve')).toMatchObject({ default: 0, minimum: 0 });
  expect(budget.get('.status.ledger.leases[].connections')).toMatchObject({ type: 'integer' });
});

test('the schema has the fields of the shape', () => {
  const spec = ['scaleTargetRef', 'mode', 'syncPeriodSeconds', 'minReplicas', 'maxReplicas'];
  const extras = ['leadTimeSeconds', 'burst', 'schedules', 'guard', 'sidecars'];
  const engine = ['metrics', 'strategy', 'behavior', 'fallback'];
  for (const field of [...spec, ...engine, ...extras, ...Object.keys(sampleProfile('x').spec)]) {
    expect(all.has(`.spec.${field}`), field).toBe(true);
  }
});

test('defaults are the API server’s to fill in, too', () => {
  expect(all.get('.spec.minReplicas')).toMatchObject({ default: 1 });
  expect(all.get('.spec.strategy')).toMatchObject({ default: { type: 'Adaptive' } });
  expect(all.get('.spec.metrics[].activation')).toMatchObject({ default: '0' });
});
