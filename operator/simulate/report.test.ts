import { expect, test } from 'vitest';
import { decide } from '../scaling/decide.ts';
import { noMemory } from '../scaling/memory.ts';
import { observe, specOf, start } from '../scaling/testing/scenario.ts';
import { Backlog } from './backlog.ts';
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

test('a limit of the engine leaves one mark for as long as it acts, with its reason and sentence', () => {
  const series = new Series(3600, model);
  const spec = specOf({ maxReplicas: 3 });
  const { decision } = decide(spec, observe(start, 1, { load: 900 }), noMemory);
  for (const second of [0, 1, 3, 6, 60]) series.onDecision(second, decision);
  expect(series.marks.map(({ step, lastStep }) => [step, lastStep])).toEqual([
    [0, 2],
    [20, 20],
  ]);
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
  expect(html).not.toMatch(/https?:|src=|<b>/);
  expect(html.match(/<polyline/g)).toHaveLength(5);
  expect(html.match(/data-tip="hpa"/g)).toHaveLength(2);
  expect(html).toContain('<td>1.5000</td><td>0.2500</td><td>12.0</td>');
  expect(html).toContain('1970-01-01 00:00');
});

test('a chart spans its width and height; each row of marks lies below the one before', () => {
  const line = { name: 'a', color: 'c0', values: [0, 5, 10] };
  const mark = { step: 1, lastStep: 1, text: 'why <so>', color: 'c1' };
  const time = { startMs: 0, secondsPerStep: 1 };
  const svg = chart('replicas', [line], time, [[mark], [mark]]);
  expect(svg).toContain('points="60.0,280.0 630.0,142.0 1200.0,4.0"');
  expect(svg).toContain('viewBox="0 0 1200 320"');
  const rectangles = [
    ...svg.matchAll(/<rect class="c1" x="([\d.]+)" y="(\d+)" .*?data-tip="(.*?)"/g),
  ];
  expect(rectangles.map(([, ...found]) => found)).toEqual([
    ['630.0', '282', 'why &lt;so&gt;'],
    ['630.0', '292', 'why &lt;so&gt;'],
  ]);
});

test('a queue’s report has its backlog', () => {
  const backlog = new Backlog(2, 1);
  const series = new Series(2, model, backlog);
  for (const second of [0, 1]) {
    backlog.onSecond(second, { replicas: 1, readyReplicas: 1 }, 5);
    series.onSecond(second, { replicas: 1, readyReplicas: 1 }, 5);
  }
  expect(series.backlogs).toEqual([4, 8]);
  const html = htmlReport(traceOf('jobs', 0, Float64Array.from([5, 5])), [
    { name: 'profile', outcome, series },
  ]);
  expect(html.match(/<polyline/g)).toHaveLength(4);
  expect(html).toContain('<h2>Backlog</h2>');
});

test('text is escaped', () => {
  expect(escapeHtml('<a href="x">&</a>')).toBe('&lt;a href=&quot;x&quot;&gt;&amp;&lt;/a&gt;');
});
