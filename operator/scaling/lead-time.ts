/** The lead time: from the order of a pod to its readiness, as the target's own pods have shown it. */
import type { ProfileStatus } from '../api/status.ts';
import { iso } from './iso.ts';

/** A pod that became Ready, as its object tells: whole seconds, milliseconds since the epoch. */
export interface PodStart {
  readonly createdAtMs: number;
  readonly readyAtMs: number;
}

export interface LeadTimes {
  /** Of the last pods, in the order in which they became Ready; seconds. */
  readonly seconds: readonly number[];
  /** Pods that were Ready by then are in it, milliseconds since the epoch. */
  readonly untilMs: number;
  /** When pods were asked for lately, ascending. Not kept over a restart: a pod then counts from its creation. */
  readonly ordersMs: readonly number[];
}

export const noLeadTimes: LeadTimes = { seconds: [], untilMs: 0, ordersMs: [] };

/** Enough for a percentile, few enough to follow a change of the image within some scale-ups. */
const samplesKept = 30;
const percentile = 0.9;
const ordersKept = 10;
/** What takes longer lost its readiness later, or waited for something that an order of pods cannot count on. */
const longestSeconds = 900;
/** A pod made later than this after an order was made for another reason, such as a rollout. */
const orderMs = 30_000;

/** The lead times after a write that asked for more pods. */
export function recordOrder(known: LeadTimes, atMs: number): LeadTimes {
  return { ...known, ordersMs: [...known.ordersMs, atMs].slice(-ordersKept) };
}

/**
 * The lead times with those of pods that became Ready since. A pod counts from the order that asked for it, where one
 * came just before its creation, else from its creation; each pod counts once.
 */
export function learnLeadTimes(known: LeadTimes, starts: readonly PodStart[]): LeadTimes {
  const fresh = starts
    .filter(({ readyAtMs }) => readyAtMs > known.untilMs)
    .toSorted((a, b) => a.readyAtMs - b.readyAtMs);
  const last = fresh.at(-1);
  if (!last) return known;
  const seconds = fresh
    .map((start) => (start.readyAtMs - orderedAtMs(start, known.ordersMs)) / 1000)
    .filter((lead) => lead <= longestSeconds);
  return {
    ...known,
    seconds: [...known.seconds, ...seconds].slice(-samplesKept),
    untilMs: last.readyAtMs,
  };
}

/** The lead time to count on, whole seconds and at least 1: nine pods in ten were as fast; undefined until one has shown. */
export function leadTimeOf({ seconds }: LeadTimes): number | undefined {
  const ascending = seconds.toSorted((a, b) => a - b);
  const found = ascending[Math.ceil(percentile * ascending.length) - 1];
  return found === undefined ? undefined : Math.max(1, Math.ceil(found));
}

function orderedAtMs({ createdAtMs }: PodStart, ordersMs: readonly number[]): number {
  // Creation is told in whole seconds, cut off: it may seem to come before its order.
  const order = ordersMs.findLast((atMs) => atMs < createdAtMs + 1000);
  const isItsOwn = order !== undefined && order > createdAtMs - orderMs;
  return isItsOwn ? Math.min(createdAtMs, order) : createdAtMs;
}

/** As status holds them; nothing until a pod has shown its own. */
export function writeLeadTimes(known: LeadTimes): Pick<ProfileStatus, 'leadTime'> {
  const seconds = leadTimeOf(known);
  if (seconds === undefined) return {};
  const until = iso(known.untilMs);
  return { leadTime: { seconds, samples: [...known.seconds], until } };
}

/** The inverse, but for the orders. */
export function readLeadTimes({ leadTime }: ProfileStatus): LeadTimes {
  if (!leadTime) return noLeadTimes;
  return { seconds: leadTime.samples, untilMs: Date.parse(leadTime.until), ordersMs: [] };
}
