/** What the API server itself holds: every manifest is accepted, every bad profile is refused with its field and rule. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { invalidBudgets, sampleBudget } from '../operator/api/invalid-budgets.ts';
import { invalidProfiles } from '../operator/api/invalid-profiles.ts';
import { sampleProfile } from '../operator/api/sample-profile.ts';
import { applyManifest, describe as nameOf, readManifests } from './deploy/manifests.ts';
import { apply, remove, request } from './kubernetes.ts';

const namespace = `e2e-refusals-${Math.random().toString(36).slice(2, 7)}`;
const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
beforeAll(async () => {
  await apply(object);
});
afterAll(() => remove(object));

const statusSchema = z.object({ reason: z.string().optional(), message: z.string().optional() });

/** Try to create an object; dry, so that nothing acts on it. */
async function create(plural: string, object: unknown) {
  const path = `/apis/autoscaling.bellwether.dev/v1alpha1/namespaces/${namespace}/${plural}`;
  const query = 'dryRun=All&fieldValidation=Strict';
  const answer = await request('POST', `${path}?${query}`, JSON.stringify(object));
  return { status: answer.status, ...statusSchema.parse(JSON.parse(answer.text)) };
}

describe('manifests', () => {
  const manifests = readManifests('dist').map((manifest) => ({ name: nameOf(manifest), manifest }));
  test.each(manifests)('$name is accepted in a dry run', async ({ manifest }) => {
    await applyManifest(manifest, true);
  });
});

describe.each([
  { plural: 'scaleprofiles', sample: sampleProfile, invalid: invalidProfiles },
  { plural: 'connectionbudgets', sample: sampleBudget, invalid: invalidBudgets },
])('$plural', ({ plural, sample, invalid }) => {
  test('a good one is accepted', async () => {
    expect(await create(plural, sample('tried'))).toMatchObject({ status: 201 });
  });

  test.each(invalid)('$name is refused', async ({ spec, field, rule }) => {
    const { status, reason, message } = await create(plural, sample('tried', spec));
    expect({ status, reason }).toEqual({ status: 422, reason: 'Invalid' });
    expect(message).toContain(field);
    expect(message).toMatch(rule);
  });
});
