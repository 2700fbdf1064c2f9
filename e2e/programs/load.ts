/**
 * Runs in a pod: learners' load on the LMS through its Service.
 *
 *     node load.mjs TARGET PLAN     PLAN is the JSON of bench/load/plan.ts
 *
 * Prints `loading` when everybody has signed in, and as its last line `{"total": {...}, "failures": {...}}`.
 */
import { createMix } from '../../bench/load/mix.ts';
import { parsePlan } from '../../bench/load/plan.ts';
import { Run } from '../../bench/load/run.ts';
import { parseTarget } from '../../bench/load/target.ts';
import { seededLearners } from '../../bench/people.ts';

const [target = '', plan = '{}'] = process.argv.slice(2);
const parsed = parsePlan(JSON.parse(plan));
const run = new Run(parsed, parseTarget(target), createMix(), seededLearners(parsed.learners));
await run.prepare();
console.log('loading');
await run.start();
const { total, failures } = run.recorder.measurement();
console.log(JSON.stringify({ total, failures }));
