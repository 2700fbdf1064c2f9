/** Visitors of the catalogue: they browse, search and open courses, the popular ones most. */
import type { SignedIn } from './learners.ts';
import { pick, pickPopular, type Random } from './random.ts';
import type { Visitor } from './visit.ts';

const words = ['algebra', 'biology', 'beginners', 'practice', 'principles', 'ecology', 'geometry'];
const root = '/api/v1/courses';

export class Catalogue {
  readonly #courses: string[] = [];

  /** Learn which courses there are, at most the newest hundred. @throws when there are none */
  async prepare(visitor: Visitor): Promise<void> {
    const page = await visitor.ask('browse', { method: 'GET', path: `${root}?limit=100` });
    this.#courses.push(...idsOf(page));
    if (this.#courses.length === 0) throw new Error('no courses: has the database been seeded?');
  }

  async browse(visitor: Visitor, learner: SignedIn): Promise<void> {
    const token = await learner.token(visitor);
    await visitor.ask('browse', { method: 'GET', path: `${root}?limit=20`, token });
  }

  async search(visitor: Visitor, learner: SignedIn, random: Random): Promise<void> {
    const token = await learner.token(visitor);
    const path = `${root}?limit=20&q=${pick(random, words)}`;
    await visitor.ask('search', { method: 'GET', path, token });
  }

  async open(visitor: Visitor, learner: SignedIn, random: Random): Promise<void> {
    const token = await learner.token(visitor);
    const path = `${root}/${pickPopular(random, this.#courses)}`;
    await visitor.ask('course', { method: 'GET', path, token });
  }
}

/** The ids of a page of anything: `{"data": [{"id": "..."}]}`. */
export function idsOf(page: unknown): readonly string[] {
  const { data } = Object(page);
  if (!Array.isArray(data)) throw new Error('a list answered without `data`');
  return data.map((item: unknown) => String(Object(item).id));
}
