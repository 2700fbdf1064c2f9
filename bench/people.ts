/** Who the seeder makes, as the load generator and the suites sign them in. */

/** Of every seeded account: no secret, and never to be used where real people are. */
export const seedPassword = 'correct horse battery staple';

/** @param number from 1 */
export function learnerEmail(number: number): string {
  return `learner-${number}@example.test`;
}

/** The first `count` learners, as they sign in. */
export function seededLearners(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    email: learnerEmail(index + 1),
    password: seedPassword,
  }));
}
