/** The status that follows from a decision. */
import type { Decision } from './api/decision.ts';
import type { Condition, StatusBody } from './api/status.ts';
import type { StoredProfile } from './kubernetes/profiles.ts';
import type { Known } from './recall.ts';
import { conditionsOf, type Finding, mergeConditions } from './scaling/conditions.ts';
import { writeLeadTimes } from './scaling/lead-time.ts';

/** @param others found beside the decision; each stands in for the decision's own condition of its type, if it has one */
export function statusOf(
  { generation }: StoredProfile,
  known: Known,
  decision: Decision,
  others: readonly Finding[],
  nowMs: number,
): StatusBody {
  const { currentReplicas, desiredReplicas, proposals } = decision;
  const own = conditionsOf(decision);
  const findings = [
    ...own.map((finding) => others.find(({ type }) => type === finding.type) ?? finding),
    ...others.filter((other) => !own.some(({ type }) => type === other.type)),
  ];
  return {
    observedGeneration: generation,
    currentReplicas,
    desiredReplicas,
    ...(known.lastScaleTime !== undefined && { lastScaleTime: known.lastScaleTime }),
    conditions: [...mergeConditions(lastConditions(known), findings, nowMs, generation)],
    metrics: proposals.map(({ name, value, at, failed }) => ({
      name,
      ...(value !== undefined && { value }),
      ...(at !== undefined && { at }),
      ...(failed !== undefined && { failed }),
    })),
    decision,
    ...writeLeadTimes(known.leadTimes),
  };
}

/** As the last pass left them, written or not. */
export function lastConditions(known: Known): readonly Condition[] {
  return (known.latest?.status ?? known.written?.status)?.conditions ?? [];
}
