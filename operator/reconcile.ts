/** One pass over one profile: observe, decide, act, report. */
import type { Decision } from './api/decision.ts';
import { type ParsedProfile, type ProfileSpec, parseProfile } from './api/profile.ts';
import type { Condition, ProfileStatus } from './api/status.ts';
import { type Rival, rivalSentence } from './claims.ts';
import { takeUpHistory } from './history.ts';
import { ApiError } from './kubernetes/client.ts';
import type { Happening } from './kubernetes/events.ts';
import type { PodMetrics } from './kubernetes/pod-metrics.ts';
import type { StoredProfile } from './kubernetes/profiles.ts';
import type { FoundTarget, Target, Targets } from './kubernetes/target.ts';
import type { Log } from './log.ts';
import type { Next } from './loop.ts';
import type { Metrics } from './metrics.ts';
import { failuresOf, observe } from './observe.ts';
import type { Prometheus } from './prometheus/client.ts';
import type { Known, ScaleWrite } from './recall.ts';
import type { Reporter } from './reporter.ts';
import { decide } from './scaling/decide.ts';
import { conditionsOf, eventsOf, type Finding, mergeConditions } from './scaling/explain.ts';
import { isForeign } from './scaling/foreign.ts';
import { leadTimeOf, learnLeadTimes, recordOrder, writeLeadTimes } from './scaling/lead-time.ts';
import { recordScale, writeMemory } from './scaling/memory.ts';
import type { Observation } from './scaling/observation.ts';

export interface World {
  readonly targets: Targets;
  readonly podMetrics: PodMetrics;
  readonly prometheus: Prometheus;
  readonly reporter: Reporter;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Whether the lease is held: asked before each write. */
  readonly isLeading: () => boolean;
  readonly wallMs: () => number;
}

/** How soon a profile that cannot be followed is looked at again, should no doorbell ring. */
const troubledMs = 15_000;
/** The API server gives up on a request long before. */
const unansweredMs = 60_000;

/**
 * Look at one profile once and make what it scales so. `known` is brought up to date.
 *
 * @param rival another profile with the same target
 * @returns when to look again, and the report that is still to be made
 * @throws what the API server or the network refuses, conflicts above all: the loop tries again soon
 */
export async function reconcile(
  world: World,
  stored: StoredProfile,
  known: Known,
  rival?: Rival,
): Promise<Next> {
  const parsed = parseOnce(stored);
  if (!parsed.ok) {
    return trouble(world, stored, known, 'InvalidProfile', parsed.problems.join('; '));
  }
  const { spec } = parsed.profile;
  if (rival?.isOlder) {
    return trouble(world, stored, known, 'AmbiguousTarget', rivalSentence(spec, rival));
  }
  const found = await getTarget(world.targets, spec, stored.key.namespace);
  if (!found.ok) return trouble(world, stored, known, 'FailedGetScale', found.message);

  confirmWrite(world, found.target, known);

  const seen = await observe(world, spec, found.target, stored.key.namespace);
  known.leadTimes = learnLeadTimes(known.leadTimes, seen.podStarts);
  const leadTimeSeconds = leadTimeOf(known.leadTimes);
  const changedBy = await writerOf(world.targets, spec, seen.observation, found.target, known);
  const observation = {
    ...seen.observation,
    ...(leadTimeSeconds !== undefined && { leadTimeSeconds }),
    ...(changedBy !== undefined && { changedBy }),
  };
  const before = takeUpHistory(world, spec, observation, known.memory, known.history);
  const { decision, memory } = decide(spec, observation, before);
  for (const reason of failuresOf(observation, decision)) {
    world.metrics.readingFailures.inc({ reason });
  }
  known.memory = memory;

  const refusal = await act(world, found.target, decision, known);
  if (refusal !== undefined) {
    return trouble(world, stored, known, 'FailedUpdateScale', refusal, decision);
  }
  const shared = rival ? [ambiguous(spec, rival)] : [];
  const status = statusOf(stored, known, decision, shared, world.wallMs());
  const isNews =
    rival && !conditionsOfLast(known).some(({ reason }) => reason === 'AmbiguousTarget');
  const news = [
    ...eventsOf(known.decision, decision),
    ...(isNews ? [warning('AmbiguousTarget', rivalSentence(spec, rival))] : []),
  ];
  known.decision = decision;
  const rest = async () => {
    const wrote = await world.reporter.report(stored, known, status, news);
    tell(world, stored, decision, wrote);
  };
  return { afterMs: spec.syncPeriodSeconds * 1000, rest };
}

/** By the object that was parsed, which stays the same until its spec changes. */
const parsedProfiles = new WeakMap<object, ParsedProfile>();

function parseOnce({ object }: StoredProfile): ParsedProfile {
  const parsed = parsedProfiles.get(object) ?? parseProfile(object);
  parsedProfiles.set(object, parsed);
  return parsed;
}

/**
 * Ask for the replicas decided on, if that changes anything and the mode allows it.
 *
 * @returns why the API server refused, for people, or undefined
 * @throws conflicts and the loss of the lease: then nothing was written
 */
async function act(
  { targets, metrics, isLeading, wallMs }: World,
  target: Target,
  { mode, currentReplicas, desiredReplicas }: Decision,
  known: Known,
): Promise<string | undefined> {
  if (mode === 'Observe' || desiredReplicas === currentReplicas) return undefined;
  if (!isLeading()) throw new Error('the lease was lost before the scale was written');
  const asked = { uid: target.uid, from: currentReplicas, to: desiredReplicas, atMs: wallMs() };
  try {
    await targets.setReplicas(target, desiredReplicas);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code >= 500) known.unanswered = asked;
    if (error instanceof ApiError && isForGood(error)) return error.message;
    throw error;
  }
  recordWrite(metrics, known, asked);
  return undefined;
}

/** A write that had no answer was made after all if the target now has the replicas that it asked for. */
function confirmWrite({ metrics, wallMs }: World, target: Target, known: Known): void {
  const { unanswered } = known;
  if (!unanswered) return;
  const { uid, from, to, atMs } = unanswered;
  const isSame = target.uid === uid;
  if (isSame && target.replicas === to) recordWrite(metrics, known, unanswered);
  else if (!isSame || target.replicas !== from || wallMs() > atMs + unansweredMs) {
    known.unanswered = undefined;
  }
}

function recordWrite(metrics: Metrics, known: Known, { from, to, atMs }: ScaleWrite): void {
  known.unanswered = undefined;
  known.memory = recordScale(known.memory, atMs, to - from);
  known.lastScaleTime = new Date(atMs).toISOString();
  if (to > from) known.leadTimes = recordOrder(known.leadTimes, atMs);
  metrics.scaleWrites.inc();
}

async function getTarget(
  targets: Targets,
  { scaleTargetRef }: ProfileSpec,
  namespace: string,
): Promise<FoundTarget> {
  try {
    return await targets.get(scaleTargetRef, namespace);
  } catch (error) {
    if (error instanceof ApiError && isForGood(error)) return { ok: false, message: error.message };
    throw error;
  }
}

/** Refused for what was asked or by whom, so that asking again at once is of no use. */
function isForGood({ code }: ApiError): boolean {
  return code >= 400 && code < 500 && code !== 401 && code !== 409 && code !== 429;
}

function statusOf(
  { generation }: StoredProfile,
  known: Known,
  decision: Decision,
  troubles: readonly Finding[],
  nowMs: number,
): ProfileStatus {
  const { currentReplicas, desiredReplicas, proposals } = decision;
  const findings = conditionsOf(decision).map(
    (finding) => troubles.find(({ type }) => type === finding.type) ?? finding,
  );
  return {
    observedGeneration: generation,
    currentReplicas,
    desiredReplicas,
    ...(known.lastScaleTime !== undefined && { lastScaleTime: known.lastScaleTime }),
    conditions: [...mergeConditions(conditionsOfLast(known), findings, nowMs, generation)],
    metrics: proposals.map(({ name, value, at, failed }) => ({
      name,
      ...(value !== undefined && { value }),
      ...(at !== undefined && { at }),
      ...(failed !== undefined && { failed }),
    })),
    decision,
    memory: writeMemory(known.memory),
    ...writeLeadTimes(known.leadTimes),
  };
}

/** Say in conditions, and once in an event, why nothing can be done; everything else in status stays. */
async function trouble(
  world: World,
  stored: StoredProfile,
  known: Known,
  reason: string,
  message: string,
  decision?: Decision,
): Promise<Next> {
  const before = conditionsOfLast(known);
  const type = reason === 'InvalidProfile' ? 'ScalingActive' : 'AbleToScale';
  const cut = message.slice(0, 2000);
  const findings: readonly Finding[] = [
    { type: 'Ready', status: 'False', reason, message: cut },
    { type, status: 'False', reason, message: cut },
  ];
  const { generation } = stored;
  const status: ProfileStatus = {
    ...(known.latest?.status ?? known.written?.status),
    ...(decision && { decision }),
    observedGeneration: generation,
    conditions: [...mergeConditions(before, findings, world.wallMs(), generation)],
  };
  const isNews = !before.some((condition) => condition.reason === reason);
  await world.reporter.report(stored, known, status, isNews ? [warning(reason, message)] : []);
  if (isNews) world.log.warn({ profile: stored.key, reason, message }, 'profile not followed');
  return { afterMs: troubledMs };
}

function warning(reason: string, note: string): Happening {
  return { type: 'Warning', reason, note };
}

/** Who changed the count since the last pass, if anybody but us did. */
async function writerOf(
  targets: Targets,
  spec: ProfileSpec,
  observation: Observation,
  target: Target,
  { memory }: Known,
): Promise<string | undefined> {
  return isForeign(spec, observation, memory) ? targets.writerOf(target) : undefined;
}

/** Of the oldest of several profiles with one target, which goes on. */
function ambiguous(spec: ProfileSpec, rival: Rival): Finding {
  const message = rivalSentence(spec, rival);
  return { type: 'Ready', status: 'False', reason: 'AmbiguousTarget', message };
}

function conditionsOfLast(known: Known): readonly Condition[] {
  return (known.latest?.status ?? known.written?.status)?.conditions ?? [];
}

function tell(world: World, { key }: StoredProfile, decision: Decision, wroteStatus: boolean) {
  const { currentReplicas, desiredReplicas } = decision;
  const labels = { namespace: key.namespace, profile: key.name };
  world.metrics.currentReplicas.set(labels, currentReplicas);
  world.metrics.desiredReplicas.set(labels, desiredReplicas);
  const level = wroteStatus || currentReplicas !== desiredReplicas ? 'info' : 'debug';
  world.log[level]({ profile: key, decision, wroteStatus }, 'pass');
}
