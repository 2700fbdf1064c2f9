/** Learners at work: they read lessons, report progress and hand in essays, each in their own courses. */
import { idsOf } from './catalogue.ts';
import type { SignedIn } from './learners.ts';
import { pick, type Random } from './random.ts';
import type { Visitor } from './visit.ts';

/** A course that a learner is enrolled in. */
interface Studied {
  readonly enrolmentId: string;
  readonly lessons: readonly string[];
  readonly quizzes: readonly string[];
}

/** Of each learner's courses only the newest few matter here. */
const coursesEach = 2;

export class Learning {
  readonly #studied = new Map<SignedIn, readonly Studied[]>();
  readonly #outlines = new Map<string, Promise<Omit<Studied, 'enrolmentId'>>>();
  /** Attempts under way, by learner and quiz: there is only ever one open. */
  readonly #busy = new Set<string>();

  /** Learn what this learner is enrolled in. @throws when it is nothing */
  async prepare(visitor: Visitor, learner: SignedIn): Promise<void> {
    const token = await learner.token(visitor);
    const path = `/api/v1/enrolments?limit=${coursesEach}&status=active`;
    const { data } = Object(await visitor.ask('enrolments', { method: 'GET', path, token }));
    const enrolments: readonly unknown[] = Array.isArray(data) ? data : [];
    if (enrolments.length === 0) throw new Error(`${learner.email} is enrolled in nothing`);
    const studied = enrolments.map(async (enrolment) => {
      const { id, courseId } = Object(enrolment);
      return {
        enrolmentId: String(id),
        ...(await this.#outline(visitor, token, String(courseId))),
      };
    });
    this.#studied.set(learner, await Promise.all(studied));
  }

  async readLesson(visitor: Visitor, learner: SignedIn, random: Random): Promise<void> {
    const { lessons } = pick(random, this.#coursesOf(learner));
    const token = await learner.token(visitor);
    const path = `/api/v1/lessons/${pick(random, lessons)}`;
    await visitor.ask('lesson', { method: 'GET', path, token });
  }

  async seeProgress(visitor: Visitor, learner: SignedIn, random: Random): Promise<void> {
    const { enrolmentId } = pick(random, this.#coursesOf(learner));
    const token = await learner.token(visitor);
    const path = `/api/v1/enrolments/${enrolmentId}/progress`;
    await visitor.ask('progress', { method: 'GET', path, token });
  }

  async reportProgress(visitor: Visitor, learner: SignedIn, random: Random): Promise<void> {
    const { enrolmentId, lessons } = pick(random, this.#coursesOf(learner));
    const token = await learner.token(visitor);
    const event = {
      id: crypto.randomUUID(),
      lessonId: pick(random, lessons),
      type: 'position',
      positionSeconds: Math.floor(random() * 600),
      occurredAt: new Date().toISOString(),
    };
    const path = `/api/v1/enrolments/${enrolmentId}/progress-events`;
    await visitor.ask('report', { method: 'POST', path, token, body: { events: [event] } });
  }

  /**
   * Take a quiz and answer only its essay: start, save, submit. Nobody passes by an essay alone, so quizzes can be
   * taken again and again. Who has all of them open reads on instead.
   */
  async handInEssay(visitor: Visitor, learner: SignedIn, random: Random): Promise<void> {
    const quizzes = this.#coursesOf(learner).flatMap((course) => course.quizzes);
    const keyOf = (quiz: string) => `${learner.email} ${quiz}`;
    const free = quizzes.filter((quiz) => !this.#busy.has(keyOf(quiz)));
    if (free.length === 0) return this.readLesson(visitor, learner, random);
    const quiz = pick(random, free);
    const key = keyOf(quiz);
    this.#busy.add(key);
    try {
      await takeQuiz(visitor, await learner.token(visitor), quiz, random);
    } finally {
      this.#busy.delete(key);
    }
  }

  #coursesOf(learner: SignedIn): readonly Studied[] {
    const courses = this.#studied.get(learner);
    if (!courses) throw new Error(`${learner.email} has not been prepared`);
    return courses;
  }

  /** Lessons and quizzes of a course, asked for once. */
  #outline(
    visitor: Visitor,
    token: string,
    courseId: string,
  ): Promise<Omit<Studied, 'enrolmentId'>> {
    const known = this.#outlines.get(courseId);
    if (known) return known;
    const path = `/api/v1/courses/${courseId}`;
    const outline = (async () => {
      const course = Object(await visitor.ask('course', { method: 'GET', path, token }));
      const quizzes = await visitor.ask('quizzes', {
        method: 'GET',
        path: `${path}/quizzes`,
        token,
      });
      return { lessons: lessonsOf(course), quizzes: idsOf(quizzes) };
    })();
    this.#outlines.set(courseId, outline);
    return outline;
  }
}

function lessonsOf({ modules }: { readonly modules?: unknown }): readonly string[] {
  if (!Array.isArray(modules)) throw new Error('a course answered without `modules`');
  return modules.flatMap((module: unknown) => idsOf({ data: Object(module).lessons }));
}

async function takeQuiz(
  visitor: Visitor,
  token: string,
  quiz: string,
  random: Random,
): Promise<void> {
  const start = { method: 'POST', path: `/api/v1/quizzes/${quiz}/attempts`, token };
  const attempt = Object(await visitor.ask('attempt', start));
  const answers: readonly unknown[] = Array.isArray(attempt.answers) ? attempt.answers : [];
  const essay = Object(answers.find((answer) => Object(answer).kind === 'essay'));
  const path = `/api/v1/attempts/${attempt.id}`;
  const body = { response: { kind: 'essay', text: writeEssay(random) } };
  await visitor.ask('answer', {
    method: 'PUT',
    path: `${path}/answers/${essay.questionId}`,
    token,
    body,
  });
  await visitor.ask('submit', {
    method: 'POST',
    path: `${path}/submit`,
    token,
    headers: { 'idempotency-key': crypto.randomUUID() },
  });
}

const phrases = [
  'I learned that one begins by looking closely',
  'for example when two quantities change together',
  'because the second follows from the first',
  'which one sees when one compares the drawings',
  'although the first attempt was wrong',
  'and that surprised everyone in the group',
  'so the rule has an exception after all',
  'as the table in the third lesson shows',
];

/** Some hundred words, seldom the same ones. */
function writeEssay(random: Random): string {
  return Array.from({ length: 14 }, () => `${pick(random, phrases)}.`).join(' ');
}
