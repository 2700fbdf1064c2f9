/** The status that goes with a ledger: its sums, and conditions that say what holds and what to do where it does not. */
import type { BudgetCondition, BudgetStatus, Ledger } from '../api/budget-status.ts';
import { limitedProfiles } from './capacity.ts';
import { holders } from './holders.ts';
import { type Budget, capacity, committed, free } from './ledger.ts';
import { demandOf, type Observation } from './observation.ts';
import type { Step } from './step.ts';

type Finding = Pick<BudgetCondition, 'type' | 'status' | 'reason' | 'message'>;

interface BudgetState extends Budget {
  readonly generation: number;
  readonly status: BudgetStatus;
}

/** The whole status after a step. Sentences hold no number that changes by itself, so that rest writes nothing. */
export function statusOf(budget: BudgetState, step: Step, seen: Observation): BudgetStatus {
  const { ledger } = step;
  const findings = [
    withinBudget(budget, ledger),
    converged(step, seen),
    evidenceAvailable(ledger, seen),
    replicasLimited(budget, ledger, seen),
    saturated(budget, ledger, seen),
  ];
  return {
    observedGeneration: budget.generation,
    committedConnections: committed(ledger),
    pods: ledger.leases.length,
    ledger,
    conditions: findings.map((finding) => dated(finding, budget, seen.nowMs)),
  };
}

function withinBudget(budget: Budget, ledger: Ledger): Finding {
  const type = 'WithinBudget';
  const most = capacity(budget);
  const over = committed(ledger) - most;
  if (over > 0) {
    const message =
      `${over} more than the ${most} connections to share are committed: ` +
      'poolers shrink; if it stays, lower the replicas or raise serverConnections';
    return { type, status: 'False', reason: 'OverCommitted', message };
  }
  if (free(budget, ledger) < 0) {
    const message = 'the floors kept for rollouts and restarts are in use and are being freed';
    return { type, status: 'True', reason: 'CushionInUse', message };
  }
  const message = `leases, ghosts and floors to come fit into ${most} connections`;
  return { type, status: 'True', reason: 'Fits', message };
}

/** Why the poolers are not yet where they should be, the firmest reason first. */
function converged({ ledger, targets }: Step, seen: Observation): Finding {
  const type = 'Converged';
  const unreachable = ledger.leases.filter(({ state }) => state === 'Unreachable');
  if (unreachable.length > 0) {
    const message = `${named(unreachable.map(({ pod }) => pod))} not reached: the lease stays until the pod answers or is gone`;
    return { type, status: 'False', reason: 'PoolerUnreachable', message };
  }
  const held = holders(ledger, targets, seen);
  if (held.length > 0) {
    const message = `waiting for transactions to end: ${named(held)}`;
    return { type, status: 'False', reason: 'LongTransactions', message };
  }
  if (ledger.ghosts.length > 0) {
    const ghosts = ledger.ghosts.map(({ pod, address }) => `${pod} (${address})`);
    const message = `held until pg_stat_activity shows no more backends of ended poolers: ${named(ghosts)}`;
    return { type, status: 'False', reason: 'Ghosts', message };
  }
  const away = ledger.leases.some(({ uid }) => {
    const reading = seen.readings.get(uid);
    return reading && reading.limit !== (targets.limits.get(uid) ?? reading.limit);
  });
  if (away) {
    const message = 'limits are moving to their targets';
    return { type, status: 'False', reason: 'Rebalancing', message };
  }
  return { type, status: 'True', reason: 'AsGranted', message: 'every pooler has its grant' };
}

function evidenceAvailable({ ghosts }: Ledger, { evidence }: Observation): Finding {
  const type = 'EvidenceAvailable';
  if (evidence) {
    return { type, status: 'True', reason: 'Answered', message: 'PostgreSQL answers' };
  }
  const wait = ghosts.length > 0 ? 'ghosts keep their connections' : 'nothing waits for it';
  const message = `PostgreSQL does not answer the operator: ${wait}; check spec.database`;
  return { type, status: 'False', reason: 'NoAnswer', message };
}

function replicasLimited(budget: Budget, ledger: Ledger, seen: Observation): Finding {
  const type = 'ReplicasLimited';
  const limited = limitedProfiles(budget, ledger, seen.profiles);
  if (limited.length === 0) {
    const message = 'every wanted replica has its floor';
    return { type, status: 'False', reason: 'FloorsFree', message };
  }
  const message = limited.map((each) => each.message).join('; ');
  return { type, status: 'True', reason: 'ConnectionBudget', message: message.slice(0, 2048) };
}

function saturated(budget: Budget, ledger: Ledger, { readings }: Observation): Finding {
  const type = 'Saturated';
  const all = [...readings.values()];
  const isWaiting = all.some((reading) => reading.waiting > 0 && demandOf(reading) > reading.limit);
  const isSpent = free(budget, ledger) <= 0;
  if (isWaiting && isSpent) {
    const message =
      'clients wait for connections and all are leased: more pods would make it worse; ' +
      'shorten transactions or raise serverConnections';
    return { type, status: 'True', reason: 'BudgetSpent', message };
  }
  const message = 'no client waits for a connection that the budget could not give';
  return { type, status: 'False', reason: 'BudgetSuffices', message };
}

function dated(finding: Finding, { generation, status }: BudgetState, nowMs: number) {
  const before = status.conditions?.find(({ type }) => type === finding.type);
  const isOld = before?.status === finding.status;
  const lastTransitionTime = isOld ? before.lastTransitionTime : new Date(nowMs).toISOString();
  return { ...finding, lastTransitionTime, observedGeneration: generation };
}

/** The first few names; the ledger beside has them all. */
function named(names: readonly string[]): string {
  const first = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${first} and ${names.length - 3} more` : first;
}
