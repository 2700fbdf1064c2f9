/** The platform's calendar as the floor of a schedule: an exam is announced, and pods are there before it opens. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedCluster } from '../bench/demo/seed.ts';
import { until } from './kubernetes.ts';
import { outputOf, startProgram } from './program.ts';
import { ask } from './prometheus.ts';
import { Testbed } from './testbed.ts';

const learners = 40;
const query = 'max(lms_expected_learners)';

let bed: Testbed;
beforeAll(async () => {
  bed = await Testbed.open('calendar');
  await seedCluster(200, 5000);
});
afterAll(() => bed?.close());

/** In the LMS itself, with as many learners enrolled. */
async function announceExam(opensAt: Date, closesAt: Date): Promise<void> {
  const program = {
    namespace: bed.namespace,
    name: 'exam',
    entry: 'e2e/programs/exam.ts',
    args: [
      'http://lms-api.lms.svc:8080',
      String(learners),
      opensAt.toISOString(),
      closesAt.toISOString(),
    ],
  };
  await startProgram(program);
  await outputOf(program, 60);
}

test('an exam opens, and pods are there before it', async () => {
  await bed.startTarget('exams', 1);
  await until('an empty calendar to be exported', 120, async () => (await ask(query)) === 0);
  await bed.setLoad(5);
  await bed.applyProfile('exams', { schedules: [{ name: 'expected', query: `${query} / 10` }] });
  await bed.untilCondition('exams', 'ScalingActive', 'True', undefined, 30);
  expect(await bed.replicasOf('exams')).toMatchObject({ wanted: 1 });

  const opensAt = new Date(Date.now() + 75_000);
  const closesAt = new Date(opensAt.getTime() + 15_000);
  await announceExam(opensAt, closesAt);
  await until('the learners to be expected', 40, async () => (await ask(query)) === learners);
  await until('4 Ready pods', 75, async () => (await bed.replicasOf('exams')).ready === 4);
  expect(Date.now()).toBeLessThan(opensAt.getTime());
}, 240_000);
