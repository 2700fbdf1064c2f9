/**
 * Runs in a pod: as the seeded administrator opens a course with learners in it and announces an exam.
 *
 *     node exam.mjs TARGET LEARNERS OPENS_AT CLOSES_AT     moments as ISO text
 *
 * Enrolled are `LEARNERS` of the seeded learners whom no load signs in. Ends when the exam is published.
 */
import { parseTarget } from '../../bench/load/target.ts';
import { learnerEmail, seedPassword } from '../../bench/people.ts';

/** Load takes learners from the first on; there are 5,000. */
const firstLearner = 4001;
const [address = '', learners = '0', opensAt = '', closesAt = ''] = process.argv.slice(2);
const target = parseTarget(address);
let token: string | undefined;

/** @throws when the answer is no success */
async function post(path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(new URL(path, target), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}

const account = { email: 'admin@example.test', password: seedPassword };
token = String((await post('/api/v1/auth/login', account)).accessToken);
const slug = `exam-${crypto.randomUUID()}`;
const category = await post('/api/v1/categories', { slug, name: slug });
const course = await post('/api/v1/courses', { slug, title: slug, categoryId: category.id });
const path = `/api/v1/courses/${course.id}`;
const question = await post(`${path}/questions`, {
  topic: 'All',
  difficulty: 'easy',
  prompt: 'Why?',
  question: { kind: 'essay' },
});
for (let number = 0; number < Number(learners); number += 1) {
  await post(`${path}/enrolments`, { email: learnerEmail(firstLearner + number) });
}
const questions = [{ questionId: question.id }];
await post(`${path}/quizzes`, { title: 'Exam', opensAt, closesAt, published: true, questions });
