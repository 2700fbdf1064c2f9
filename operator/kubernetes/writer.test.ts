import { expect, test } from 'vitest';
import { writerOf } from './writer.ts';

const replicas = { 'f:spec': { 'f:replicas': {} } };
const entry = (manager: string, time: string, fieldsV1: object = replicas) => ({
  manager,
  operation: 'Update',
  time,
  fieldsV1,
});

test.each([
  { name: 'nobody wrote a field', fields: undefined, want: undefined },
  {
    name: 'the one that owns the replicas',
    fields: [
      entry('helm', '2026-11-21T10:00:00Z'),
      entry('kube-controller-manager', '2026-11-21T10:05:00Z', { 'f:status': {} }),
      entry('kubectl', '2026-11-21T10:04:00Z', { 'f:spec': { 'f:template': {} } }),
    ],
    want: 'helm',
  },
  {
    name: 'the newest of several',
    fields: [entry('kubectl', '2026-11-21T10:05:00Z'), entry('helm', '2026-11-21T10:00:00Z')],
    want: 'kubectl',
  },
  {
    name: 'a manager without a name',
    fields: [entry('', '2026-11-21T10:00:00Z')],
    want: undefined,
  },
])('$name', ({ fields, want }) => {
  expect(writerOf({ metadata: { name: 'web', managedFields: fields } })).toBe(want);
});
