/** Everything that is wrong with the profiles of a file, as the API server and the operator would see it. */
import { fieldOf } from '../api/fault.ts';
import { group, parseProfile } from '../api/profile.ts';
import {
  objectsOf,
  type Path,
  type Place,
  readDocuments,
  type SourceDocument,
} from './documents.ts';
import type { Fault } from './fault.ts';
import { at, textAt } from './look.ts';
import { queryFaults } from './queries.ts';
import { semanticFaults } from './semantics.ts';
import { meant } from './spelling.ts';
import { unknownFields } from './unknown-fields.ts';

export interface Finding extends Place {
  readonly isWarning: boolean;
  /** Which document of the file, counted from 1. */
  readonly document: number;
  /** Such as `spec.metrics[0].name`; empty for the whole document. */
  readonly field: string;
  /** Value and rule. */
  readonly message: string;
  /** The query that is to blame, and the character in it. */
  readonly query?: { readonly text: string; readonly at: number };
}

export interface ValidatedProfile {
  /** `namespace/name`, as far as they are given. */
  readonly name: string;
  /** `namespace/Kind/name`. */
  readonly target: string;
  readonly document: number;
  readonly place: Place;
}

export interface Validation {
  readonly profiles: readonly ValidatedProfile[];
  /** In the order of the file. */
  readonly findings: readonly Finding[];
}

/**
 * Validate a text that holds any number of documents. Objects of other kinds are left alone.
 *
 * @param nowMs which dates lie in the past
 */
export function validate(text: string, nowMs: number): Validation {
  const documents = readDocuments(text);
  const parts = documents.map((document) => validateDocument(document, nowMs));
  const profiles = parts.flatMap((part) => part.profiles);
  const findings = parts.flatMap((part) => part.findings);
  if (profiles.length > 0 || findings.length > 0) return { profiles, findings };
  const nowhere = { line: 1, column: 1, document: 1, field: '', isWarning: false };
  return { profiles, findings: [{ ...nowhere, message: 'there is no ScaleProfile in it' }] };
}

function validateDocument(document: SourceDocument, nowMs: number): Validation {
  const { object, faults, number } = document;
  if (faults.length > 0) {
    const findings = faults.map(({ place, message }) => ({
      ...place,
      document: number,
      field: '',
      isWarning: false,
      message,
    }));
    return { profiles: [], findings };
  }
  const objects = objectsOf(object);
  const found = objects.map(({ path, object }) => judge(object, path, nowMs));
  const findings = found
    .flatMap(({ faults }) => faults)
    .map((fault) => toFinding(fault, document))
    .toSorted((one, other) => one.line - other.line || one.column - other.column);
  const profiles = objects.flatMap(({ path, object }, index) =>
    found[index]?.isProfile ? [identify(object, path, document)] : [],
  );
  return { profiles, findings };
}

interface Judged {
  readonly isProfile: boolean;
  readonly faults: readonly Fault[];
}

function judge(object: unknown, path: Path, nowMs: number): Judged {
  const kind = at(object, 'kind');
  const apiVersion = textAt(object, 'apiVersion');
  const within = (faults: readonly Fault[]) =>
    faults.map((fault) => ({ ...fault, path: [...path, ...fault.path] }));
  if (kind === 'ScaleProfile')
    return { isProfile: true, faults: within(profileFaults(object, nowMs)) };
  if (typeof kind !== 'string') {
    const message = 'Required value: this is no Kubernetes object';
    return { isProfile: false, faults: within([{ path: ['kind'], message }]) };
  }
  const isOurs = apiVersion?.startsWith(`${group}/`) || meant(kind, ['ScaleProfile']) !== undefined;
  const message = `${JSON.stringify(kind)}: unknown kind: did you mean ScaleProfile?`;
  return { isProfile: false, faults: isOurs ? within([{ path: ['kind'], message }]) : [] };
}

/** Of one object of kind ScaleProfile. */
export function profileFaults(object: unknown, nowMs: number): readonly Fault[] {
  const { unknown, known } = unknownFields(object);
  const parsed = parseProfile(known);
  const schema = parsed.ok ? [] : parsed.faults;
  return [
    ...unknown.map(({ path, meant }): Fault => {
      const hint = meant === undefined ? '' : `: did you mean ${meant}?`;
      return { path, message: `unknown field${hint}`, part: 'key' };
    }),
    ...schema.map(({ path, problem }) => ({ path, message: problem })),
    ...queryFaults(known),
    ...semanticFaults(known, nowMs),
  ];
}

function toFinding(
  { path, message, isWarning = false, part, at: character }: Fault,
  document: SourceDocument,
): Finding {
  const text = character === undefined ? undefined : textAt(document.object, ...path);
  const place =
    character === undefined ? document.placeOf(path, part) : document.placeWithin(path, character);
  return {
    ...place,
    document: document.number,
    field: fieldOf(path),
    message,
    isWarning,
    ...(text !== undefined && character !== undefined && { query: { text, at: character } }),
  };
}

function identify(object: unknown, path: Path, document: SourceDocument): ValidatedProfile {
  const namespace = textAt(object, 'metadata', 'namespace') ?? 'default';
  const target = (field: string) => textAt(object, 'spec', 'scaleTargetRef', field) ?? '';
  return {
    name: `${namespace}/${textAt(object, 'metadata', 'name') ?? ''}`,
    target: `${namespace}/${target('kind')}/${target('name')}`,
    document: document.number,
    place: document.placeOf(path),
  };
}
