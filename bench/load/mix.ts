/** What visits are made of: a realistic mix of reading and learning, all of it signed in. */
import { Catalogue } from './catalogue.ts';
import type { SignedIn } from './learners.ts';
import { Learning } from './learning.ts';
import type { Stream } from './plan.ts';
import type { Random } from './random.ts';
import type { Visitor } from './visit.ts';

type Visit = (visitor: Visitor, learner: SignedIn, random: Random) => Promise<void>;

export interface Mix extends Readonly<Record<Stream, Visit>> {
  /** Look around before the start: which courses there are. */
  lookAround(visitor: Visitor): Promise<void>;
  /** Sign one learner in and see what they learn. */
  prepare(visitor: Visitor, learner: SignedIn): Promise<void>;
}

/** One kind of visit and how often it comes up beside the others. */
interface Weighted {
  readonly weight: number;
  readonly visit: Visit;
}

/** The mix of the LMS as bench/seed.ts fills it. */
export function createMix(): Mix {
  const catalogue = new Catalogue();
  const learning = new Learning();
  const visits: readonly Weighted[] = [
    { weight: 24, visit: (visitor, learner) => catalogue.browse(visitor, learner) },
    { weight: 6, visit: (...visit) => catalogue.search(...visit) },
    { weight: 24, visit: (...visit) => catalogue.open(...visit) },
    { weight: 6, visit: readProfile },
    { weight: 18, visit: (...visit) => learning.readLesson(...visit) },
    { weight: 8, visit: (...visit) => learning.seeProgress(...visit) },
    { weight: 14, visit: (...visit) => learning.reportProgress(...visit) },
  ];
  return {
    lookAround: (visitor) => catalogue.prepare(visitor),
    prepare: (visitor, learner) => learning.prepare(visitor, learner),
    browse: (visitor, learner, random) => choose(visits, random).visit(visitor, learner, random),
    essays: (...visit) => learning.handInEssay(...visit),
  };
}

async function readProfile(visitor: Visitor, learner: SignedIn): Promise<void> {
  const token = await learner.token(visitor);
  await visitor.ask('profile', { method: 'GET', path: '/api/v1/me', token });
}

function choose(visits: readonly Weighted[], random: Random): Weighted {
  let left = random() * visits.reduce((total, { weight }) => total + weight, 0);
  for (const each of visits) {
    left -= each.weight;
    if (left < 0) return each;
  }
  throw new Error('nothing to choose from');
}
