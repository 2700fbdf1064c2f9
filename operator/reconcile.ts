/** One pass over one profile: observe, decide, act, report. */
import type { Decision } from './api/decision.ts';
import { type ParsedProfile, type ProfileSpec, parseProfile } from './api/profile.ts';
import { poolWaitOf } from './budgets/pool-wait.ts';
import { type Rival, rivalSentence } from './claims.ts';
import { takeUpHistory } from './history.ts';
import { ApiError, isForGood } from './kubernetes/client.ts';
import type { StoredProfile } from './kubernetes/profiles.ts';
import type { FoundTarget, Target, Targets } from './kubernetes/target.ts';
import type { Next } from './loop.ts';
import { failuresOf, observe } from './observe.ts';
import { lastConditions } from './profile-status.ts';
import type { Known } from './recall.ts';
import { confirmWrite, writeScale } from './scale-write.ts';
import { limitByBudget } from './scaling/budget.ts';
import { decide } from './scaling/decide.ts';
import { isForeign } from './scaling/foreign.ts';
import { leadTimeOf, learnLeadTimes } from './scaling/lead-time.ts';
import type { Observation } from './scaling/observation.ts';
import { tell } from './tell.ts';
import { reportTrouble } from './trouble.ts';
import type { World } from './world.ts';

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
    return reportTrouble(world, stored, known, 'InvalidProfile', parsed.problems.join('; '));
  }
  const { spec } = parsed.profile;
  if (rival?.isOlder) {
    return reportTrouble(world, stored, known, 'AmbiguousTarget', rivalSentence(spec, rival));
  }
  const refused = (why: string, decided: Decision) =>
    reportTrouble(world, stored, known, 'FailedUpdateScale', why, decided);
  const found = await getTarget(world.targets, spec, stored.key.namespace);
  if (!found.ok) return reportTrouble(world, stored, known, 'FailedGetScale', found.message);

  confirmWrite(world, found.target, known);

  const account = world.budgets.accountOf(stored);
  const hadSidecars = lastConditions(known).some(({ type }) => type === 'SidecarsReady');
  const [seen, sidecars] = await Promise.all([
    observe(world, spec, found.target, stored.key.namespace),
    world.sidecars.ensure(stored, spec, hadSidecars),
  ]);
  known.leadTimes = learnLeadTimes(known.leadTimes, seen.podStarts);
  const leadTimeSeconds = leadTimeOf(known.leadTimes);
  const changedBy = await writerOf(world.targets, spec, seen.observation, found.target, known);
  const poolWait = poolWaitOf(account, spec);
  const observation = {
    ...seen.observation,
    ...(leadTimeSeconds !== undefined && { leadTimeSeconds }),
    ...(changedBy !== undefined && { changedBy }),
    ...(poolWait && { poolWait }),
  };
  takeUpHistory(world, spec, observation, known);
  const { decision, memory } = decide(spec, observation, known.memory);
  for (const reason of failuresOf(observation, decision)) {
    world.metrics.readingFailures.inc({ reason });
  }
  known.memory = memory;

  const carryOut = async (decided: Decision) => {
    return { decided, refusal: await writeScale(world, found.target, decided, known) };
  };
  const passing = { stored, spec, known, rival, account, sidecars };
  const afterMs = spec.syncPeriodSeconds * 1000;
  if (spec.mode !== 'Observe' && decision.desiredReplicas > decision.currentReplicas) {
    await world.nearCaches.makeRoom(stored, decision.desiredReplicas);
  }
  if (!account) {
    const { decided, refusal } = await carryOut(decision);
    if (refusal !== undefined) return refused(refusal, decided);
    return { afterMs, rest: () => tell(world, passing, decided) };
  }
  // A raise waits for a rebalance: that must not keep other profiles waiting.
  const rest = async () => {
    const { decided, refusal } = await account.scale(decision, (grant) =>
      carryOut(limitByBudget(decision, spec, grant)),
    );
    if (refusal === undefined) await tell(world, passing, decided);
    else await refused(refusal, decided);
  };
  return { afterMs, rest };
}

/** By the object that was parsed, which stays the same until its spec changes. */
const parsedProfiles = new WeakMap<object, ParsedProfile>();

function parseOnce({ object }: StoredProfile): ParsedProfile {
  const parsed = parsedProfiles.get(object) ?? parseProfile(object);
  parsedProfiles.set(object, parsed);
  return parsed;
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
