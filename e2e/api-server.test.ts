/** What the API server itself holds: every manifest is accepted, every bad profile is refused with its field and rule. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { invalidProfiles, sampleProfile } from '../operator/api/invalid-profiles.ts';
import { applyManifest, describe as nameOf, readManifests } from './deploy/manifests.ts';
import { apply, remove, request } from './kubernetes.ts';

const namespace = `e2e-refusals-${Math.random().toString(36).slice(2, 7)}`;
const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
beforeAll(async () => {
  await apply(object);
});
afterAll(() => remove(object));

const statusSchema = z.object({ reason: z.string().optional(), message: z.string().optional() });

/** Try to create a profile; dry, so that nothing acts on it. */
async function create(spec: Readonly<Record<string, unknown>>) {
  const path = `/apis/autoscaling.bellwether.dev/v1alpha1/namespaces/${namespace}/scaleprofiles`;
  const body = JSON.stringify(sampleProfile('tried', spec));
  const answer = await request('POST', `${path}?dryRun=All&fieldValidation=Strict`, body);
  return { status: answer.status, ...statusSchema.parse(JSON.parse(answer.text)) };
}

describe('manifests', () => {
  const manifests = readManifests('dist').map((manifest) => ({ name: nameOf(manifest), manifest }));
  test.each(manifests)('$name is accepted in a dry run', async ({ manifest }) => {
    await applyManifest(manifest, true);
  });
});

describe('profiles', () => {
  test('a good one is accepted', async () => {
    expect(await create({})).toMatchObject({ status: 201 });
  });

  test.each(invalidProfiles)('$name is refused', async ({ spec, field, rule }) => {
    const { status, reason, message } = await create(spec);
    expect({ status, reason }).toEqual({ status: 422, reason: 'Invalid' });
    expect(message).toContain(field);
    expect(message).toMatch(rule);
  });
});
