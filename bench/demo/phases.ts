/** The story of the demo: what learners do in its four minutes, and the plan that makes them do it. */
import type { Plan, Step } from '../load/plan.ts';

interface Phase {
  readonly atSeconds: number;
  readonly what: string;
  readonly visitsPerSecond: number;
  /** Essays handed in. @default 0 */
  readonly essaysPerSecond?: number;
}

const phases: readonly Phase[] = [
  { atSeconds: 0, what: 'A quiet morning', visitsPerSecond: 10 },
  { atSeconds: 25, what: 'Lessons begin: the load steps up', visitsPerSecond: 45 },
  { atSeconds: 70, what: 'Everyone is there: it steps up again', visitsPerSecond: 85 },
  {
    atSeconds: 110,
    what: 'Essays are due: the grading queue floods',
    visitsPerSecond: 40,
    essaysPerSecond: 10,
  },
  { atSeconds: 145, what: 'The last ones hand in', visitsPerSecond: 30, essaysPerSecond: 1 },
  { atSeconds: 175, what: 'School is over: the load falls away', visitsPerSecond: 6 },
];

export const durationSeconds = 240;

/** What is going on at a second of the demo. */
export function phaseAt(second: number): string {
  return phases.findLast(({ atSeconds }) => atSeconds <= second)?.what ?? '';
}

/** The load of the demo, the same each time. */
export const plan: Plan = {
  seed: 20,
  arrivals: 'poisson',
  durationSeconds,
  maxVisits: 50_000,
  learners: 40,
  streams: {
    browse: steps(({ visitsPerSecond }) => visitsPerSecond),
    essays: steps(({ essaysPerSecond }) => essaysPerSecond ?? 0),
  },
};

function steps(perSecond: (phase: Phase) => number): Step[] {
  return phases.map((phase) => ({ atSeconds: phase.atSeconds, perSecond: perSecond(phase) }));
}
