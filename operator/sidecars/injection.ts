/** What sidecars change in a pod template: what is applied, whether it is there, and who else has its names. */
import { createHash } from 'node:crypto';
import type { Applied, FieldOwner, Workload } from '../kubernetes/templates.ts';
import { sidecarAnnotations, sidecarLabel, sidecarManager } from './names.ts';
import type { Named, Sidecar } from './sidecar.ts';

/** What is applied for these sidecars. */
export function injectionOf(profile: string, sidecars: readonly Sidecar[]): Applied {
  const spec = {
    initContainers: sidecars.map(({ container }) => container),
    volumes: sidecars.flatMap(({ volumes }) => volumes),
  };
  const digest = createHash('sha256').update(JSON.stringify(spec)).digest('hex').slice(0, 16);
  return {
    labels: { [sidecarLabel]: 'true' },
    annotations: {
      [sidecarAnnotations.profile]: profile,
      [sidecarAnnotations.digest]: digest,
    },
    spec,
  };
}

/**
 * Who else has a container or volume of a name that is to be applied.
 *
 * @returns one sentence for each, for people
 */
export function conflictsOf(workload: Workload, { spec }: Applied): readonly string[] {
  const { template, owners } = workload;
  const containers = spec.initContainers.flatMap(({ name }) => [
    ...foreign('initContainers', name, template.initContainers, owners),
    ...foreign('containers', name, template.containers, owners),
  ]);
  const volumes = spec.volumes.flatMap(({ name }) =>
    foreign('volumes', name, template.volumes, owners),
  );
  return [...containers, ...volumes];
}

type List = 'initContainers' | 'containers' | 'volumes';

function foreign(
  list: List,
  name: string,
  found: readonly Named[],
  owners: readonly FieldOwner[],
): readonly string[] {
  if (!found.some((each) => each.name === name)) return [];
  const holders = owners.filter(({ template }) => template[list].includes(name));
  if (holders.some(({ manager }) => manager === sidecarManager)) return [];
  const managers = holders.map(({ manager }) => manager).join(', ') || 'somebody unknown';
  return [`${list} has a ${JSON.stringify(name)} of ${managers}`];
}

/** Whether all of it was applied and is there as it was applied. */
export function isApplied(
  { annotations, template }: Workload,
  { annotations: wanted, spec }: Applied,
) {
  return (
    Object.entries(wanted).every(([key, value]) => annotations[key] === value) &&
    spec.initContainers.every((each) => isThere(each, template.initContainers)) &&
    spec.volumes.every((each) => isThere(each, template.volumes))
  );
}

function isThere(wanted: Named, found: readonly Named[]): boolean {
  const own = found.find(({ name }) => name === wanted.name);
  return own !== undefined && isWithin(wanted, own);
}

/** Amounts are written in another way than they were applied; the digest tells when those wanted change. */
const amounts = ['resources', 'sizeLimit'];

/** Whether every field that is wanted is found; the API server adds its defaults. */
function isWithin(wanted: unknown, found: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return wanted === found;
  if (typeof found !== 'object' || found === null) return false;
  const fields = new Map(Object.entries(found));
  return Object.entries(wanted).every(
    ([key, value]) => amounts.includes(key) || isWithin(value, fields.get(key)),
  );
}
