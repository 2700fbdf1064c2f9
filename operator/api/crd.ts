/** The CustomResourceDefinitions, made from the same schemas that parse the objects. */
import type { z } from 'zod';
import { budgetSpec } from './budget.ts';
import { type BudgetCondition, budgetStatusSchema } from './budget-status.ts';
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

const budgetColumns = [
  { name: 'Connections', type: 'integer', jsonPath: '.spec.serverConnections' },
  { name: 'Reserve', type: 'integer', jsonPath: '.spec.reserve' },
  { name: 'Committed', type: 'integer', jsonPath: '.status.committedConnections' },
  { name: 'Pods', type: 'integer', jsonPath: '.status.pods' },
  { name: 'Within', type: 'string', jsonPath: conditionPath('WithinBudget') },
  { name: 'Converged', type: 'string', jsonPath: conditionPath('Converged') },
  { name: 'Saturated', type: 'string', jsonPath: conditionPath('Saturated') },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
] as const;

/** The definition as a plain object, ready for `kubectl apply`. */
export function scaleProfileCrd() {
  return definition({
    kind: 'ScaleProfile',
    shortName: 'spf',
    description: 'How many replicas a workload should have, and why.',
    columns: printerColumns,
    spec: profileSpec,
    status: statusSchema,
  });
}

/** The definition as a plain object, ready for `kubectl apply`. */
export function connectionBudgetCrd() {
  return definition({
    kind: 'ConnectionBudget',
    shortName: 'cbu',
    description: 'How many connections all pods together may open to one database.',
    columns: budgetColumns,
    spec: budgetSpec,
    status: budgetStatusSchema,
  });
}

interface Definition {
  readonly kind: string;
  readonly shortName: string;
  readonly description: string;
  readonly columns: readonly { readonly name: string; readonly jsonPath: string }[];
  readonly spec: z.ZodType;
  readonly status: z.ZodType;
}

function definition({ kind, shortName, description, columns, spec, status }: Definition) {
  const singular = kind.toLowerCase();
  const plural = `${singular}s`;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, listKind: `${kind}List`, plural, singular, shortNames: [shortName] },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: columns,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              description,
              required: ['spec'],
              properties: {
                apiVersion: { type: 'string' },
                kind: { type: 'string' },
                metadata: { type: 'object' },
                spec: structural(spec),
                status: structural(status),
              },
            },
          },
        },
      ],
    },
  };
}

function conditionPath(type: BudgetCondition['type']): string {
  return `.status.conditions[?(@.type=="${type}")].status`;
}
