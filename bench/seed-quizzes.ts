/** The seeder's quizzes: four questions a course, an essay among them, and a quiz at the end of every part. */
import {
  id,
  lessonsPerModule,
  modulesPerCourse,
  type Size,
  type Statement,
} from './seed-statements.ts';

const options = [
  { id: 'a', text: 'By looking closely' },
  { id: 'b', text: 'By guessing' },
  { id: 'c', text: 'By asking nobody' },
];

const essayTerms = ['example', 'because', 'compare'].map((term) => ({ term, weight: 1 }));

/** Of every course, in the order of the quiz. Keys are as the LMS stores them in `question_keys`. */
const questions = [
  { kind: 'single', prompt: 'How does one begin?', options, key: { kind: 'single', option: 'a' } },
  {
    kind: 'numeric',
    prompt: 'How many parts has the course?',
    options: [],
    key: { kind: 'numeric', value: 3, tolerance: 0 },
  },
  {
    kind: 'essay',
    prompt: 'Describe in your own words what you learned, with an example.',
    options: [],
    key: { kind: 'essay', terms: essayTerms, minWords: 40 },
  },
] as const;

/** @returns statements that add questions, keys, quizzes and what they ask */
export function quizzes({ seed, courses }: Size): readonly Statement[] {
  const rows = JSON.stringify(questions);
  const asked = `generate_series(1, $2::int) n,
    jsonb_array_elements($3::jsonb) WITH ORDINALITY AS asked(question, q)`;
  return [
    {
      what: 'questions',
      text: `
        INSERT INTO questions (id, course_id, topic, difficulty, kind, prompt, options)
        SELECT ${id('question', "n || '.' || q")}, ${id('course', 'n')}, 'the whole course', 'medium',
          (question->>'kind')::question_kind, question->>'prompt', question->'options'
        FROM ${asked} ON CONFLICT DO NOTHING`,
      values: [seed, courses, rows],
    },
    {
      what: 'question keys',
      text: `
        INSERT INTO question_keys (question_id, answer)
        SELECT ${id('question', "n || '.' || q")}, question->'key'
        FROM ${asked} ON CONFLICT DO NOTHING`,
      values: [seed, courses, rows],
    },
    {
      what: 'quizzes',
      text: `
        INSERT INTO quizzes (id, course_id, lesson_id, title, published_at)
        SELECT ${id('quiz', "n || '.' || m")}, ${id('course', 'n')},
          ${id('lesson', "n || '.' || m || '.' || $4")}, 'Quiz of part ' || m, '2026-01-01T00:00:00Z'
        FROM generate_series(1, $2::int) n, generate_series(1, $3::int) m ON CONFLICT DO NOTHING`,
      values: [seed, courses, modulesPerCourse, lessonsPerModule],
    },
    {
      what: 'quiz questions',
      text: `
        INSERT INTO quiz_questions (quiz_id, question_id, course_id, position, points)
        SELECT ${id('quiz', "n || '.' || m")}, ${id('question', "n || '.' || q")}, ${id('course', 'n')}, q - 1, q
        FROM ${asked}, generate_series(1, $4::int) m ON CONFLICT DO NOTHING`,
      values: [seed, courses, rows, modulesPerCourse],
    },
  ];
}
