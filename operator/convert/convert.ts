/** A HorizontalPodAutoscaler or a ScaledObject as the ScaleProfile that behaves the same, with what could not be kept. */
import { stringify } from 'yaml';
import { fieldOf } from '../api/fault.ts';
import { group, version } from '../api/profile.ts';
import { at, textAt } from '../validate/look.ts';
import { profileFaults } from '../validate/validate.ts';
import { type ConvertOptions, type Draft, uniquelyNamed } from './draft.ts';
import { fromHpa } from './hpa.ts';
import { fromScaledObject } from './keda.ts';
import { type Remark, Source } from './source.ts';

export type Converted =
  | {
      readonly ok: true;
      /** A ScaleProfile in YAML, with what was not kept in comments above it. */
      readonly text: string;
      readonly notes: readonly Remark[];
    }
  | { readonly ok: false; readonly faults: readonly Remark[]; readonly notes: readonly Remark[] };

/** Annotations that speak to kubectl or KEDA. */
const foreign =
  /^(kubectl\.kubernetes\.io|autoscaling\.alpha\.kubernetes\.io|autoscaling\.keda\.sh)\//;

type Conversion = (source: Source, options: ConvertOptions) => Draft;

/** @returns undefined where objects of this kind are not converted */
export function conversionOf(object: unknown): Conversion | undefined {
  const kind = textAt(object, 'kind');
  const apiVersion = textAt(object, 'apiVersion') ?? '';
  if (kind === 'HorizontalPodAutoscaler' && /^autoscaling\/v[12]$/.test(apiVersion)) return fromHpa;
  const isKeda = kind === 'ScaledObject' && apiVersion === 'keda.sh/v1alpha1';
  return isKeda ? fromScaledObject : undefined;
}

export function convert(
  object: unknown,
  conversion: Conversion,
  options: ConvertOptions,
): Converted {
  const source = new Source(object);
  const draft = conversion(source, options);
  for (const path of source.leftOver()) {
    source.note(path, `${JSON.stringify(at(object, ...path))}: has no place in a profile`);
  }
  const { faults, notes } = source;
  if (faults.length > 0) return { ok: false, faults, notes };
  const profile = toProfile(object, draft);
  const invalid = profileFaults(profile, 0).filter(({ isWarning }) => !isWarning);
  if (invalid.length > 0) {
    const refusals = invalid.map(({ path, message }) => ({
      path: [],
      message: `the profile would not be valid: ${fieldOf(path)}: ${message}`,
    }));
    return { ok: false, faults: refusals, notes };
  }
  return { ok: true, text: written(object, profile, notes), notes };
}

function toProfile(object: unknown, draft: Draft): object {
  const { scaleTargetRef, mode, syncPeriodSeconds, minReplicas, maxReplicas, metrics } = draft;
  const { behavior, schedules, fallback } = draft;
  const [namespace, labels] = ['namespace', 'labels'].map((name) => at(object, 'metadata', name));
  const annotations = ownAnnotations(object);
  return {
    apiVersion: `${group}/${version}`,
    kind: 'ScaleProfile',
    metadata: {
      name: textAt(object, 'metadata', 'name'),
      ...(namespace != null && { namespace }),
      ...(labels != null && { labels }),
      ...(annotations && { annotations }),
    },
    spec: {
      scaleTargetRef,
      ...(mode && { mode }),
      syncPeriodSeconds,
      minReplicas,
      ...(maxReplicas !== undefined && { maxReplicas }),
      metrics: uniquelyNamed(metrics),
      strategy: { type: 'HPA' },
      ...(behavior && { behavior }),
      ...(schedules && { schedules }),
      ...(fallback && { fallback }),
    },
  };
}

function ownAnnotations(object: unknown): object | undefined {
  const all = at(object, 'metadata', 'annotations');
  const own = Object.entries(Object(all)).filter(([name]) => !foreign.test(name));
  return own.length > 0 ? Object.fromEntries(own) : undefined;
}

function written(object: unknown, profile: object, notes: readonly Remark[]): string {
  const heading = `From ${described(object)}.`;
  const lines = notes.map((note) => `- ${told(note)}`);
  const comments =
    lines.length === 0
      ? [`${heading} Nothing is left out.`]
      : [`${heading} Left out or different:`, ...lines];
  const commented = comments.map((line) => `# ${line.replaceAll(/\s+/g, ' ')}\n`).join('');
  return `${commented}${stringify(profile, { lineWidth: 0 })}`;
}

/** A remark as a sentence. */
export function told({ path, message }: Remark): string {
  return path.length === 0 ? message : `${fieldOf(path)}: ${message}`;
}

/** Kind and name, on one line whatever they hold. */
export function described(object: unknown): string {
  const names = [textAt(object, 'metadata', 'namespace'), textAt(object, 'metadata', 'name') ?? ''];
  const name = names.filter((part) => part !== undefined).join('/');
  return `${textAt(object, 'kind')} ${name}`.replaceAll(/\s+/g, ' ');
}
