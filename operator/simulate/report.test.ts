import { expect, test } from 'vitest';
import { decide } from '../scaling/decide.ts';
import { noMemory } from '../scaling/memory.ts';
import { observe, specOf, start } from '../scaling/testing/scenario.ts';
import { chart, escapeHtml } from './chart.ts';
import { htmlReport } from './report.ts';
import { Series } from './series.ts';
import { traceOf } from './trace.ts';

const model = { capacityPerReplica: 10, startupSeconds: 5, minReplicas: 1, maxReplicas: 9 };
const outcome = {
  overloadedSecondsPercent: 1.5,
  excessRequestsPercent: 0.25,
  podHours: 12,
  scaleEventsPerDay: 3,
  directionFlipsPerDay: 2,
  worst5MinExcessRequests: 99,
};

test('a long run is drawn in at most 1200 steps, peaks of load and dips of capacity kept', () => {
  const series = new Series(200_000, model);
  for (let second = 0; second < 200_000; second += 1) {
    const readyReplicas = second === 5000 ? 1 : 4;
    series.onSecond(second, { replicas: 4, readyReplicas }, second === 9000 ? 70 : 5);
  }
  expect(series.loads.length).toBeLessThanOrEqual(1200);
  expect(series.loads[Math.floor(9000 / series.secondsPerStep)]).toBe(70);
  expect(series.capacities[Math.floor(5000 / series.secondsPerStep)]).toBe(10);
});

test('a limit of the engine leaves one mark a step, with its reason and sentence', () => {
  const series = new Series(3600, model);
  const spec = specOf({ maxReplicas: 3 });
  const { decision } = decide(spec, observe(start, 1, { load: 900 }), noMemory);
  series.onDecision(0, decision);
  series.onDecision(1, decision);
  series.onDecision(60, decision);
  expect(series.marks.map(({ step }) => step)).toEqual([0, 20]);
  expect(series.marks[0]?.text).toMatch(/^\w+ 90 to \d+: /);
});

test('a report stands on its own and shows each policy twice', () => {
  const names = ['profile', 'hpa'];
  const contests = names.map((name) => {
    const series = new Series(3, model);
    [10, 40, 20].forEach((load, second) => {
      series.onSecond(second, { replicas: 2, readyReplicas: 1 }, load);
    });
    return { name, outcome, series };
  });
  const html = htmlReport(traceOf('<b>"trace"</b>', 0, Float64Array.from([10, 40, 20])), contests);
  expect(html).not.toMatch(/https?:|<script|<b>/);
  expect(html.match(/<polyline/g)).toHaveLength(5);
  expect(html.match(/<title>hpa<\/title>/g)).toHaveLength(2);
  expect(html).toContain('<td>1.5000</td><td>0.2500</td><td>12.0</td>');
  expect(html).toContain('1970-01-01 00:00');
});

test('a chart spans its width and height', () => {
  const line = { name: 'a', color: '#000', values: [0, 5, 10] };
  const svg = chart([line], [{ step: 1, text: 'why <so>' }], { startMs: 0, secondsPerStep: 1 });
  expect(svg).toContain('points="60.0,280.0 630.0,142.0 1200.0,4.0"');
  expect(svg).toContain('<title>why &lt;so&gt;</title>');
});

test('text is escaped', () => {
  expect(escapeHtml('<a href="x">&</a>')).toBe('&lt;a href=&quot;x&quot;&gt;&amp;&lt;/a&gt;');
});
