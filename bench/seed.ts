/**
 * Fill a database with schools' worth of courses and learners, the same ones for the same seed.
 *
 *     DATABASE_URL=... node bench/seed.ts [--courses 200] [--learners 5000] [--seed 1]
 *
 * Ids are hashes of seed and number, so a second run finds its rows and changes nothing. Learner n signs in as
 * `learner-n@example.test`, teachers as `teacher-n@example.test`, the administrator as `admin@example.test`, all with the same
 * password. Made for demos and benchmarks: never fill a database that real people use.
 */
import { parseArgs } from 'node:util';
import { hash } from '@node-rs/argon2';
import pg from 'pg';
import { seedPassword } from './people.ts';
import { quizzes } from './seed-quizzes.ts';
import { catalogue, enrolments, people, type Size } from './seed-statements.ts';

const { values } = parseArgs({
  options: {
    courses: { type: 'string', default: '200' },
    learners: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '1' },
  },
});

function count(name: 'courses' | 'learners', most: number): number {
  const number = Number(values[name]);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new Error(`--${name}: ${values[name]}: must be a whole number from 1 to ${most}`);
}

const size: Size = {
  courses: count('courses', 100_000),
  learners: count('learners', 1_000_000),
  seed: values.seed,
  passwordHash: await hash(seedPassword, {
    memoryCost: 19_456,
    timeCost: 2,
    parallelism: 1,
    salt: Buffer.from(`bellwether seed ${values.seed}`.padEnd(16)),
  }),
};

if (!process.env.DATABASE_URL) throw new Error('DATABASE_URL: not set: the database to fill');
const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
await client.connect();
// In the order that foreign keys ask for; each adds only what is not there.
const statements = [...people(size), ...catalogue(size), ...quizzes(size), ...enrolments(size)];
const startedAt = performance.now();
try {
  await client.query('BEGIN');
  await client.query("SET LOCAL statement_timeout = '120s'");
  for (const { what, text, values: parameters } of statements) {
    const { rowCount } = await client.query(text, [...parameters]);
    console.log(`${what}: ${rowCount ?? 0} added`);
  }
  await client.query('COMMIT');
  await client.query('ANALYZE');
} finally {
  await client.end();
}
console.log(`seeded in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
