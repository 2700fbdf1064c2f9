import { expect, test } from 'vitest';
import { parseProfile } from '../api/profile.ts';
import { sampleProfile } from '../api/sample-profile.ts';
import type { Arena } from './arena.ts';
import { Backlog } from './backlog.ts';
import { type Fleet, type Policy, runFleet } from './fluid.ts';
import { generate } from './generate.ts';
import { hpa, STOCK } from './hpa.ts';
import { profilePolicy } from './profile-policy.ts';
import { type Trace, traceOf } from './trace.ts';

const model = { capacityPerReplica: 50, startupSeconds: 45, minReplicas: 2, maxReplicas: 400 };
const arenaOf = (trace: Trace): Arena => ({ trace, model, queue: undefined, schedules: [] });

/** The profile's spec and its metric `name`. */
function entrant(name: string, change: object) {
  const parsed = parseProfile(sampleProfile('web', { maxReplicas: 400, ...change }));
  const metric = parsed.ok && parsed.profile.spec.metrics.find((metric) => metric.name === name);
  if (!metric) throw new Error(parsed.ok ? `no metric ${name}` : parsed.problems.join('\n'));
  return { spec: parsed.profile.spec, metric };
}

function replicasOver({ trace, model, queue }: Arena, policy: Policy): readonly number[] {
  const replicas: number[] = [];
  const onSecond = (second: number, fleet: Fleet, load: number) => {
    queue?.backlog.onSecond(second, fleet, load);
    replicas.push(fleet.replicas);
  };
  runFleet(trace, model, policy, { onSecond, onOrder: () => {} });
  return replicas;
}

function generated(description: string): Trace {
  const trace = generate(description);
  if (!trace) throw new Error(`no trace ${description}`);
  return trace;
}

const hpaRules = { strategy: { type: 'HPA' } };

test.each(['lms:3:2', 'flash:3:1', 'step:3:1', 'noise:3:1'])(
  'a profile of strategy HPA does on %s exactly what the comparator does',
  (description) => {
    const arena = arenaOf(generated(description));
    const { spec, metric } = entrant('requests', hpaRules);
    const policy = profilePolicy(arena, spec, metric, () => {});
    const ours = replicasOver(arena, policy);
    const theirs = replicasOver(arena, hpa(arena, STOCK));
    expect(ours.findIndex((replicas, second) => replicas !== theirs[second])).toBe(-1);
    expect(new Set(ours).size).toBeGreaterThan(5);
  },
);

test('every decision is told, with its second', () => {
  const arena = arenaOf(generated('step:1:1'));
  const seconds: number[] = [];
  const { spec, metric } = entrant('requests', { ...hpaRules, syncPeriodSeconds: 60 });
  const policy = profilePolicy(arena, spec, metric, (second) => seconds.push(second));
  replicasOver(arena, policy);
  expect(seconds).toEqual(Array.from({ length: 1440 }, (_, minute) => 60 * minute));
});

test('schedules open by the clock of the trace', () => {
  const sixOClock = Date.UTC(2026, 0, 5, 6);
  const lessons = { name: 'lessons', start: '30 6 * * 1', durationSeconds: 600, minReplicas: 9 };
  const { spec, metric } = entrant('requests', { ...hpaRules, schedules: [lessons] });
  const arena = arenaOf(traceOf('monday', sixOClock, new Float64Array(3600)));
  const replicas = replicasOver(
    arena,
    profilePolicy(arena, spec, metric, () => {}),
  );
  expect([replicas[1799], replicas[1830], replicas[2400]]).toEqual([2, 9, 9]);
});

test('a burst sees a flash crowd before the window of the metric does', () => {
  const arena = arenaOf(generated('flash:3:1'));
  const excess = (change: object) => {
    const { spec, metric } = entrant('requests', { ...hpaRules, ...change });
    const replicas = replicasOver(
      arena,
      profilePolicy(arena, spec, metric, () => {}),
    );
    return arena.trace.loads.reduce((sum, rate, second) => {
      const short = rate / model.capacityPerReplica - (replicas[second] ?? 0);
      return sum + Math.max(0, short);
    }, 0);
  };
  expect(excess({ burst: {} })).toBeLessThan(excess({}));
});

test('a queue’s depth and arrivals come from the run: workers are ordered for both', () => {
  const queue = { drainSeconds: 60, backlog: new Backlog(1200, 4) };
  const trace = traceOf('jobs', 0, new Float64Array(1200).fill(40));
  const arena: Arena = { ...arenaOf(trace), model: { ...model, capacityPerReplica: 4 }, queue };
  const asked = { depth: 'depth', arrivals: 'added', completions: 'done', ratePerReplica: '4' };
  const jobs = { name: 'jobs', type: 'Queue', queue: asked };
  const { spec, metric } = entrant('jobs', { ...hpaRules, metrics: [jobs] });
  const replicas = replicasOver(
    arena,
    profilePolicy(arena, spec, metric, () => {}),
  );
  // 40 jobs a second need 10 workers; the backlog of the first minutes needs some more.
  expect(Math.max(...replicas)).toBeGreaterThan(11);
  expect(replicas.at(-1)).toBeGreaterThanOrEqual(10);
  expect(queue.backlog.depths[1199]).toBeLessThan(40 * 60);
});
