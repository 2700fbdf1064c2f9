/**
 * Sends learners' traffic to a running LMS and reports how it fared.
 *
 *     node bench/load.ts [--target http://127.0.0.1:30080] [--plan FILE] [--out reports/load]
 *
 * The plan is JSON (bench/load/plan.ts); without one, 20 visits a second for a minute. Writes FILE.json and
 * FILE.html. The LMS must be filled by bench/seed.ts. Exits with 1 when a request failed.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { createMix } from './load/mix.ts';
import { type Plan, parsePlan } from './load/plan.ts';
import { Run } from './load/run.ts';
import { parseTarget } from './load/target.ts';
import { seededLearners } from './people.ts';
import { failureTables, kindTable, latencySeries, totalTiles } from './report/figures.ts';
import { renderPage } from './report/page.ts';

function report(target: URL, plan: Plan, run: Run): string {
  const measurement = run.recorder.measurement();
  const answered = measurement.seconds.map(({ requests, failed }) => requests - failed);
  return renderPage({
    title: 'Load',
    subtitle: `${target.href}, ${plan.durationSeconds} s, ${plan.arrivals} arrivals, seed ${plan.seed}`,
    tiles: totalTiles(measurement),
    charts: [
      {
        title: 'Requests',
        unit: '/s',
        series: [
          { name: 'answered', color: '--blue', values: answered, shape: 'area' },
          {
            name: 'failed',
            color: '--red',
            values: measurement.seconds.map((each) => each.failed),
          },
        ],
      },
      { title: 'Latency', unit: 'ms', series: latencySeries(measurement.seconds) },
    ],
    tables: [kindTable(measurement), ...failureTables(measurement)],
  });
}

const { values } = parseArgs({
  options: {
    target: { type: 'string', default: 'http://127.0.0.1:30080' },
    plan: { type: 'string' },
    out: { type: 'string', default: 'reports/load' },
  },
});
const target = parseTarget(values.target);
const plan = parsePlan(values.plan ? JSON.parse(readFileSync(values.plan, 'utf8')) : {});
const run = new Run(plan, target, createMix(), seededLearners(plan.learners));
console.log(`signing ${plan.learners} learners in at ${target.href}`);
await run.prepare();
console.log(`load for ${plan.durationSeconds} s`);
await run.start();

const measurement = run.recorder.measurement();
mkdirSync(dirname(values.out), { recursive: true });
writeFileSync(`${values.out}.json`, JSON.stringify({ target, plan, ...measurement }, null, 1));
writeFileSync(`${values.out}.html`, report(target, plan, run));
console.log({ ...measurement.total, failures: measurement.failures });
console.log(`${values.out}.json ${values.out}.html`);
process.exitCode = measurement.total.failed > 0 ? 1 : 0;
