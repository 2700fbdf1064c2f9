/** A ScaleProfile by the gauge, and what tests read of its status. */
import type { KubernetesObject } from '@kubernetes/client-node';

/** The parts of a ScaleProfile's status that tests look at. */
export interface ProfileStatus {
  readonly desiredReplicas?: number;
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason: string;
    readonly message: string;
  }[];
  readonly decision?: { readonly at: string; readonly winner?: string };
  readonly memory?: {
    readonly signals?: Readonly<Record<string, { readonly adaptive?: { loads: number[][] } }>>;
  };
}

export interface ScaleProfile extends KubernetesObject {
  readonly spec?: Record<string, unknown>;
  readonly status?: ProfileStatus;
}

/** What identifies the profile `name`, for reading it. */
export function profileNamed(namespace: string, name: string) {
  const apiVersion = 'autoscaling.bellwether.dev/v1alpha1';
  return { apiVersion, kind: 'ScaleProfile', metadata: { name, namespace } };
}

/** Names a Deployment as a profile's target. */
export function targetRef(name: string) {
  return { apiVersion: 'apps/v1', kind: 'Deployment', name };
}

/** A valid spec of strategy HPA that follows `test_load` at 10 a pod and reacts within seconds; `overrides` replace its fields. */
export function specOf(
  namespace: string,
  target: string,
  overrides: Record<string, unknown>,
): Record<string, unknown> {
  return {
    scaleTargetRef: targetRef(target),
    syncPeriodSeconds: 1,
    minReplicas: 1,
    maxReplicas: 10,
    metrics: [
      {
        name: 'load',
        type: 'Prometheus',
        prometheus: { query: `sum(test_load{namespace="${namespace}"})` },
        target: { type: 'AverageValue', averageValue: '10' },
      },
    ],
    strategy: { type: 'HPA' },
    behavior: {
      scaleUp: { policies: [{ type: 'Percent', value: 900, periodSeconds: 15 }] },
      scaleDown: { stabilizationWindowSeconds: 5 },
    },
    fallback: { staleAfterSeconds: 20 },
    ...overrides,
  };
}
