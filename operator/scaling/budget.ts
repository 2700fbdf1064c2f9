/** BUDGETS: the last limit. More pods than their connections can be kept free for are not asked for. */
import type { Decision, Limit } from '../api/decision.ts';
import type { ProfileSpec } from '../api/profile.ts';
import { limitFurther } from './record.ts';

/** A count, and why not more, naming the budget. */
interface Bound {
  readonly replicas: number;
  readonly message: string;
}

/** What a budget lets a profile ask for. */
export interface Grant {
  /** Replicas whose connections are kept free: up to them the scale may rise now; undefined: not asked for. */
  readonly granted: Bound | undefined;
  /** The most replicas that the whole budget could carry; undefined while that is not known. */
  readonly carried: Bound | undefined;
}

/**
 * A raise goes up to what is granted; nothing falls for want of a grant. Beyond what the whole budget could carry the
 * count falls at once, but never below minReplicas nor to zero.
 */
export function limitByBudget(
  decision: Decision,
  { minReplicas }: Pick<ProfileSpec, 'minReplicas'>,
  { granted, carried }: Grant,
): Decision {
  const { currentReplicas, desiredReplicas } = decision;
  const bounds = [
    ...(granted ? [{ ...granted, replicas: Math.max(currentReplicas, granted.replicas) }] : []),
    ...(carried ? [{ ...carried, replicas: Math.max(carried.replicas, minReplicas, 1) }] : []),
  ];
  const [bound] = bounds.toSorted((one, other) => one.replicas - other.replicas);
  if (!bound || desiredReplicas <= bound.replicas) return decision;
  const limit: Limit = {
    reason: 'BudgetLimited',
    from: desiredReplicas,
    to: bound.replicas,
    message: bound.message.slice(0, 1024),
  };
  return limitFurther(decision, limit);
}
