/** Brings a cluster to what the manifests say and waits until it is: `deploy.ts [DIRECTORY]`, `dist` unless given. */
import { setTimeout as sleep } from 'node:timers/promises';
import { diagnose } from './deploy/diagnosis.ts';
import { applyManifest, describe, type Manifest, readManifests } from './deploy/manifests.ts';
import { missingOf } from './deploy/rollout.ts';
import { ensureSecrets } from './deploy/secrets.ts';

const rolloutSeconds = 240;
const started = performance.now();

function report(message: string): void {
  console.log(
    `deploy ${((performance.now() - started) / 1000).toFixed(1).padStart(5)} s  ${message}`,
  );
}

async function applyAll(manifests: readonly Manifest[]): Promise<void> {
  for (const manifest of manifests.filter(({ kind }) => kind === 'Namespace')) {
    await applyManifest(manifest);
  }
  if (await ensureSecrets()) report('made Secrets with random values');
  for (const [index, manifest] of manifests.entries()) {
    // A Job that finds no database yet would be restarted late: first what comes before it.
    if (manifest.kind === 'Job') await untilRolledOut(manifests.slice(0, index));
    await applyManifest(manifest);
  }
  report(`applied ${manifests.length} objects`);
}

/** Wait until nothing is missing, saying what is when that changes. */
async function untilRolledOut(manifests: readonly Manifest[]): Promise<void> {
  const deadline = started + rolloutSeconds * 1000;
  let said = '';
  for (;;) {
    const missing = await Promise.all(
      manifests.map(async (each) => {
        const what = await missingOf(each);
        return what && `${describe(each)}: ${what}`;
      }),
    );
    const open = missing.filter((each) => each !== undefined);
    if (open.length === 0) return;
    if (performance.now() > deadline) {
      throw new Error(`after ${rolloutSeconds} s still open:\n${open.join('\n')}`);
    }
    if (open.join() !== said) report(`waiting for ${open.join('; ')}`);
    said = open.join();
    await sleep(500);
  }
}

const manifests = readManifests(process.argv[2] ?? 'dist');
try {
  await applyAll(manifests);
  await untilRolledOut(manifests);
  report('everything runs');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  const namespaces = manifests.filter(({ kind }) => kind === 'Namespace');
  console.error((await diagnose(namespaces.map(({ metadata }) => metadata.name))).join('\n'));
  process.exitCode = 1;
}
