/** Four minutes of a school's life on a deployed platform: seeds it, loads it, shows and reports what happens. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { keepChronicle, type Second } from './demo/chronicle.ts';
import { catalogueHitRatio, lookAtCluster, requestsPerApiPod } from './demo/moment.ts';
import { durationSeconds, phaseAt, plan } from './demo/phases.ts';
import { type Extra, percent, renderDemo } from './demo/report.ts';
import { seedCluster } from './demo/seed.ts';
import { createTable } from './demo/table.ts';
import type { Measurement } from './load/measure.ts';
import { createMix } from './load/mix.ts';
import { Run } from './load/run.ts';
import { parseTarget } from './load/target.ts';
import { seededLearners } from './people.ts';
import { milliseconds } from './report/figures.ts';

const target = parseTarget('http://127.0.0.1:30080');
const file = 'reports/demo.html';

function summary(
  { total, failures }: Measurement,
  seconds: readonly Second[],
  { cacheHitRatio }: Extra,
): string {
  const peak = (of: (second: Second) => number) => Math.max(0, ...seconds.map(of));
  const changes = (of: (second: Second) => number) =>
    seconds.filter((each, index) => index > 0 && of(each) !== of(seconds[index - 1] ?? each))
      .length;
  return [
    `requests        ${total.requests}, ${total.failed} failed`,
    ...Object.entries(failures).map(([reason, count]) => `                ${count} × ${reason}`),
    `latency         p50 ${milliseconds(total.p50Ms)}, p95 ${milliseconds(total.p95Ms)}, p99 ${milliseconds(total.p99Ms)}`,
    `API pods        at most ${peak(({ api }) => api.ready)} Ready, ${changes(({ api }) => api.desired)} changes`,
    `worker pods     at most ${peak(({ worker }) => worker.ready)} Ready, ${changes(({ worker }) => worker.desired)} changes`,
    `grading queue   at most ${peak(({ queueDepth }) => queueDepth ?? 0)} essays`,
    `catalogue       ${percent(cacheHitRatio)} from caches`,
    `report          ${resolve(file)}`,
  ].join('\n');
}

const lookAround = `
The cluster stays up. To look around:
  export KUBECONFIG=\${XDG_CACHE_HOME:-~/.cache}/bellwether/kubeconfig
  kubectl -n lms get scaleprofiles,deployments,pods
  kubectl -n lms describe scaleprofile lms-api
  http://127.0.0.1:30080/docs     the API (sign in as learner-1@example.test)
  http://127.0.0.1:30090          Prometheus
  make clean-cluster              removes it all`;

console.log('filling the database: 200 courses, 5,000 learners');
await seedCluster(200, 5000);
const run = new Run(plan, target, createMix(), seededLearners(plan.learners));
console.log(`signing ${plan.learners} learners in`);
await run.prepare();
console.log(`load for ${durationSeconds} s\n`);
const show = createTable(process.stdout, phaseAt);
const before = await lookAtCluster();
const started = run.start();
const chronicle = keepChronicle(run.recorder, () => run.elapsedMs(), before, show);
await started;
await chronicle.stop();

const measurement = run.recorder.measurement();
mkdirSync('reports', { recursive: true });
const extra = {
  requestsPerApiPod: await requestsPerApiPod(),
  cacheHitRatio: await catalogueHitRatio(durationSeconds),
};
writeFileSync(file, renderDemo(measurement, chronicle.seconds, extra));
writeFileSync(
  'reports/demo.json',
  JSON.stringify({ plan, ...extra, ...measurement, seconds: chronicle.seconds }),
);
console.log(`\n${summary(measurement, chronicle.seconds, extra)}\n${lookAround}`);
