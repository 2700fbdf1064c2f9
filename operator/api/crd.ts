/** The CustomResourceDefinition of ScaleProfile, made from the same schemas that parse it. */
import { group, profileSpec, version } from './profile.ts';
import { structural } from './schema.ts';
import { statusSchema } from './status.ts';

const printerColumns = [
  { name: 'Target', type: 'string', jsonPath: '.spec.scaleTargetRef.name' },
  { name: 'Min', type: 'integer', jsonPath: '.spec.minReplicas' },
  { name: 'Max', type: 'integer', jsonPath: '.spec.maxReplicas' },
  { name: 'Current', type: 'integer', jsonPath: '.status.currentReplicas' },
  { name: 'Desired', type: 'integer', jsonPath: '.status.desiredReplicas' },
  { name: 'Winner', type: 'string', jsonPath: '.status.decision.winner' },
  { name: 'Reason', type: 'string', jsonPath: '.status.decision.reason' },
  { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
] as const;

/** The definition as a plain object, ready for `kubectl apply`. */
export function scaleProfileCrd() {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `scaleprofiles.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: {
        kind: 'ScaleProfile',
        listKind: 'ScaleProfileList',
        plural: 'scaleprofiles',
        singular: 'scaleprofile',
        shortNames: ['spf'],
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: printerColumns,
          schema: { openAPIV3Schema: objectSchema() },
        },
      ],
    },
  };
}

function objectSchema() {
  return {
    type: 'object',
    description: 'How many replicas a workload should have, and why.',
    required: ['spec'],
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      spec: structural(profileSpec),
      status: structural(statusSchema),
    },
  };
}
