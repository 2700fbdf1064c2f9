/**
 * CPU time and SQL statements per request of what learners write most.
 *
 *     node bench/writes.ts [--rounds 8]
 *
 * The server is a process of its own; the load comes from this one. In each round every learner makes the same
 * requests, a route at a time, so that what the server used meanwhile is that route's.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type Call, signIn } from './api/caller.ts';
import { type Served, serveApi } from './api/serve.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '8' } } });
const rounds = Number(values.rounds);
const learners = 40;
/** The server compiles its code in these, so they do not count. */
const warmUpRounds = 2;

const pageSchema = z.object({ data: z.array(z.object({ id: z.string(), courseId: z.string() })) });
const item = z.object({ id: z.string() });
const courseSchema = z.object({ modules: z.array(z.object({ lessons: z.array(item) })) });
const attemptSchema = z.object({
  id: z.string(),
  answers: z.array(z.object({ questionId: z.string(), kind: z.string() })),
});

interface Learner {
  readonly call: Call;
  readonly enrolmentId: string;
  readonly lessons: readonly string[];
  readonly quizId: string;
  /** The course that they come to and leave. */
  readonly otherCourseId: string;
  attempt: z.infer<typeof attemptSchema>;
  otherEnrolmentId: string;
}

async function prepare(api: Served, number: number): Promise<Learner> {
  const call = await signIn(api.url, number);
  const [enrolment, ...more] = pageSchema.parse(await call('GET /api/v1/enrolments')).data;
  if (!enrolment) throw new Error(`learner ${number} is enrolled in nothing`);
  const path = `/api/v1/courses/${enrolment.courseId}`;
  const { modules } = courseSchema.parse(await call(`GET ${path}`));
  const quizzes = pageSchema.parse(await call(`GET ${path}/quizzes`)).data;
  const taken = [enrolment, ...more].map(({ courseId }) => courseId);
  const courses = z.object({ data: z.array(item) });
  const { data } = courses.parse(await call('GET /api/v1/courses?limit=50'));
  return {
    call,
    enrolmentId: enrolment.id,
    lessons: modules.flatMap((each) => each.lessons.map(({ id }) => id)),
    quizId: quizzes[0]?.id ?? '',
    otherCourseId: data.find(({ id }) => !taken.includes(id))?.id ?? '',
    attempt: { id: '', answers: [] },
    otherEnrolmentId: '',
  };
}

/** In the order of a learner's day; each is one request. */
const routes: readonly { readonly name: string; readonly run: (who: Learner) => Promise<void> }[] =
  [
    {
      name: 'enrol',
      run: async (who) => {
        const answer = await who.call(`POST /api/v1/courses/${who.otherCourseId}/enrolments`, {});
        who.otherEnrolmentId = item.parse(answer).id;
      },
    },
    {
      name: 'withdraw',
      run: async (who) => {
        await who.call(`POST /api/v1/enrolments/${who.otherEnrolmentId}/withdraw`);
      },
    },
    {
      name: 'progress events (3)',
      run: async (who) => {
        const events = who.lessons.slice(0, 3).map((lessonId) => ({
          id: randomUUID(),
          lessonId,
          type: 'position',
          positionSeconds: 10,
          occurredAt: new Date().toISOString(),
        }));
        await who.call(`POST /api/v1/enrolments/${who.enrolmentId}/progress-events`, { events });
      },
    },
    {
      name: 'start attempt',
      run: async (who) => {
        const answer = await who.call(`POST /api/v1/quizzes/${who.quizId}/attempts`);
        who.attempt = attemptSchema.parse(answer);
      },
    },
    {
      name: 'save answer',
      run: async ({ call, attempt }) => {
        const essay = attempt.answers.find(({ kind }) => kind === 'essay');
        const path = `/api/v1/attempts/${attempt.id}/answers/${essay?.questionId}`;
        await call(`PUT ${path}`, {
          response: { kind: 'essay', text: 'For example. '.repeat(50) },
        });
      },
    },
    {
      name: 'submit attempt',
      run: async ({ call, attempt }) => {
        await call(`POST /api/v1/attempts/${attempt.id}/submit`);
      },
    },
  ];

async function statementsOf({ metricsUrl }: Served): Promise<number> {
  const text = await (await fetch(metricsUrl)).text();
  return Number(/^lms_db_statements_total (\d+)/m.exec(text)?.[1]);
}

interface Cost {
  readonly name: string;
  readonly microseconds: number;
  readonly statements: number;
}

async function measure(api: Served, people: readonly Learner[]): Promise<readonly Cost[]> {
  const sums = routes.map(({ name }) => ({ name, microseconds: 0, statements: 0 }));
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    for (const [index, { run }] of routes.entries()) {
      const before = [await api.cpuMicroseconds(), await statementsOf(api)] as const;
      await Promise.all(people.map(run));
      const sum = sums[index];
      if (!sum || round < 0) continue;
      sum.statements += (await statementsOf(api)) - before[1];
      sum.microseconds += (await api.cpuMicroseconds()) - before[0];
    }
  }
  const requests = rounds * people.length;
  return sums.map(({ name, microseconds, statements }) => ({
    name,
    microseconds: microseconds / requests,
    statements: statements / requests,
  }));
}

const api = await serveApi({ courses: 50, learners }, 18_080);
const costs = await (async () => {
  const people = await Promise.all(
    Array.from({ length: learners }, (_, index) => prepare(api, index + 1)),
  );
  return measure(api, people);
})().finally(api.stop);
console.log(`per request, ${rounds} rounds of ${learners} learners at once:`);
for (const { name, microseconds, statements } of costs) {
  console.log(
    `  ${name}: ${(microseconds / 1000).toFixed(2)} ms of CPU, ${statements.toFixed(1)} statements`,
  );
}
mkdirSync('reports', { recursive: true });
writeFileSync('reports/bench-writes.json', `${JSON.stringify(costs, undefined, 2)}\n`);
