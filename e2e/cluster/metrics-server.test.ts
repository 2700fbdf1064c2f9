import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { metricsServerImage, metricsServerManifest } from './metrics-server.ts';

const objects = parseAllDocuments(readFileSync(metricsServerManifest, 'utf8')).map((document) =>
  document.toJSON(),
);

test('what is deployed is the version that is built', () => {
  const deployment = objects.find(({ kind }) => kind === 'Deployment');
  const [container] = deployment.spec.template.spec.containers;
  expect(container.image).toBe(metricsServerImage());
  expect(metricsServerImage()).toMatch(/:v\d+\.\d+\.\d+$/);
});
