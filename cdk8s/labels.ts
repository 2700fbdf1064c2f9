/** The labels that tie pods to what selects them. */
import { createHash } from 'node:crypto';

/** Names of namespaces and workloads as the other parts know them. */
export const namespaces = {
  lms: 'lms',
  operator: 'bellwether-system',
  monitoring: 'monitoring',
} as const;

/** The label that says which workload a pod belongs to; Prometheus's label `app`. */
const nameLabel = 'app.kubernetes.io/name';

export function labels(name: string): Record<string, string> {
  return { [nameLabel]: name };
}

/** Ten hex digits that change when `value` does: for names and annotations that must. */
export function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 10);
}
