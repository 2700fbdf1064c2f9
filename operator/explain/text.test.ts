import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseProfile } from '../api/profile.ts';
import { sampleProfile } from '../api/sample-profile.ts';
import type { ProfileStatus } from '../api/status.ts';
import { conditionsOf, mergeConditions } from '../scaling/conditions.ts';
import { decide } from '../scaling/decide.ts';
import { type Memory, noMemory } from '../scaling/memory.ts';
import type { Observation } from '../scaling/observation.ts';
import { failedReading, good, start } from '../scaling/testing/scenario.ts';
import { writeMemory } from '../scaling/written-memory.ts';
import { explain } from './explanation.ts';
import { explanationText } from './text.ts';

const rested: Memory = {
  ...noMemory,
  proposals: [{ atMs: start - 60_000, replicas: 8 }],
  signals: { requests: { proposals: [{ atMs: start - 60_000, replicas: 8 }] } },
};

/** What is printed 30 s after one pass over a profile at 8 replicas. */
function printed(
  spec: object,
  readings: Observation['readings'],
  generation = 1,
  beside: Partial<ProfileStatus> = {},
): string {
  const parsed = parseProfile(sampleProfile('web', { strategy: { type: 'HPA' }, ...spec }));
  if (!parsed.ok) throw new Error(parsed.problems.join());
  const seen = { nowMs: start, currentReplicas: 8, readyReplicas: 7, startingReplicas: 1 };
  const { decision, memory } = decide(parsed.profile.spec, { ...seen, readings }, rested);
  const status: ProfileStatus = {
    observedGeneration: generation,
    conditions: [...mergeConditions([], conditionsOf(decision), start, generation)],
    decision,
    memory: writeMemory(memory),
    ...beside,
  };
  const nowMs = start + 30_000;
  return explanationText(explain(parsed.profile, status, nowMs), {
    nowMs,
    paint: (_, text) => text,
  });
}

const reference = readFileSync(join(import.meta.dirname, '../../docs/scaleprofile.md'), 'utf8');

const readings = {
  requests: { value: good(140, start - 2000) },
  jobs: { value: good(12, start - 2000) },
};

test('what was seen, asked for, limited, and what another count would take', () => {
  const schedules = [{ name: 'lessons', start: '0 8 * * *', durationSeconds: 60, minReplicas: 8 }];
  const text = printed({ schedules }, readings);
  expect(text).toBe(`\
default/web: Deployment/web, 2 to 10 replicas, strategy HPA
  8 (7 ready) -> 8  ScaleDownStabilized, decided 2026-11-21T10:00:00Z (30 s ago)
Metrics
  requests  140  32 s ago  asks for 4  wins  140 at 35 a replica
  jobs      12   32 s ago  asks for 1        12 jobs in 60 s and 0 new a second at 4 a second and replica
Limits
  1.  ScaleDownStabilized  4 -> 8  proposals were higher of late: 8 until 2026-11-21T10:04:00.000Z
One more (9)
  any of these would hold:
  - requests above 308 (now 140)
  - jobs: depth above 1920 (now 12)
One fewer (7)
  held: ScaleDownStabilized: proposals were higher of late: 8 until 2026-11-21T10:04:00.000Z
  the metrics ask for it already
Next change
  at unchanged load not before 2026-11-21T10:04:00Z (in 3 min 30 s)
  schedule lessons opens 2026-11-22T08:00:00Z (in 21 h 59 min)
`);
  expect(reference).toContain(`\`\`\`\n${text}\`\`\`\n`);
});

test('a reading that failed is named with what it holds up', () => {
  const text = printed({}, { ...readings, jobs: { value: failedReading('stale') } });
  expect(text).toContain(
    '! Ready is not True: FailedGetExternalMetric: jobs: stale: nothing there',
  );
  expect(text).toMatch(/jobs +stale +asks for nothing +stale: nothing there; no earlier proposal/);
  expect(text).toContain('FailedSignalHold');
  expect(text).toContain('jobs must be read again');
});

test('sidecars that did not come are said with what is missing', () => {
  const why = { reason: 'Forbidden', message: 'the Role bellwether-sidecars is missing' };
  const since = { lastTransitionTime: '2026-11-21T09:00:00.000Z', observedGeneration: 1 };
  const conditions = [{ type: 'SidecarsReady', status: 'False', ...why, ...since } as const];
  expect(printed({}, readings, 1, { conditions })).toContain(
    '! SidecarsReady is not True: Forbidden: the Role bellwether-sidecars is missing',
  );
});

test('a spec that the operator has not seen yet is said', () => {
  expect(printed({}, readings, 0)).toContain('the spec has changed since');
});

test('the lead time is told with its source, the profile before the pods', () => {
  const leadTime = { seconds: 13, samples: [9, 13], until: '2026-11-21T10:00:00.000Z' };
  const shown = '  lead time 13 s, as its last 2 pods have shown\n';
  expect(printed({}, readings, 1, { leadTime })).toContain(shown);
  const adaptive = { strategy: { type: 'Adaptive' }, leadTimeSeconds: 20 };
  const written = '  lead time 20 s, as the profile says\n';
  expect(printed(adaptive, readings, 1, { leadTime })).toContain(written);
  expect(printed({}, readings)).not.toContain('lead time');
});
