/** Writing the scale: asked for once, and recorded as made only when the API server said so or the target shows it. */
import type { Decision } from './api/decision.ts';
import { ApiError, isForGood } from './kubernetes/client.ts';
import type { Target } from './kubernetes/target.ts';
import type { Metrics } from './metrics.ts';
import type { Known, ScaleWrite } from './recall.ts';
import { recordOrder } from './scaling/lead-time.ts';
import { recordScale } from './scaling/memory.ts';
import type { World } from './world.ts';

/** The API server gives up on a request long before. */
const unansweredMs = 60_000;

/**
 * Ask for the replicas decided on, if that changes anything and the mode allows it.
 *
 * @returns why the API server refused, for people, or undefined
 * @throws conflicts and the loss of the lease: then nothing was written
 */
export async function writeScale(
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
export function confirmWrite({ metrics, wallMs }: World, target: Target, known: Known): void {
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
