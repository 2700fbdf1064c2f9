/** What visits are made of: a realistic mix of reading and learning, all of it signed in. */
import { Catalogue } from './catalogue.ts';
import type { SignedIn } from './learners.ts';
import type { Stream } from './plan.ts';
import type { Random } from './random.ts';
import type { Visitor } from './visit.ts';

type Visit = (visitor: Visitor, learner: SignedIn, random: Random) => Promise<void>;

export interface Mix extends Readonly<Record<Stream, Visit>> {
  /** Look around before the start: which courses there are, and who learns what. */
  prepare(visitor: Visitor, learners: readonly SignedIn[]): Promise<void>;
}

/** One kind of visit and how often it comes up beside the others. */
interface Weighted {
  readonly weight: number;
  readonly visit: (visitor: Visitor, token: string, random: Random) => Promise<void>;
}

/** The mix of the LMS as bench/seed.ts fills it. */
export function createMix(): Mix {
  const catalogue = new Catalogue();
  const visits: readonly Weighted[] = [
    { weight: 30, visit: (visitor, token) => catalogue.browse(visitor, token) },
    { weight: 8, visit: (...visit) => catalogue.search(...visit) },
    { weight: 30, visit: (...visit) => catalogue.open(...visit) },
    { weight: 8, visit: readProfile },
  ];
  return {
    prepare: (visitor) => catalogue.prepare(visitor),
    browse: async (visitor, learner, random) => {
      const token = await learner.token(visitor);
      await choose(visits, random).visit(visitor, token, random);
    },
    essays: async (visitor, learner, random) => {
      const token = await learner.token(visitor);
      await catalogue.open(visitor, token, random);
    },
  };
}

async function readProfile(visitor: Visitor, token: string): Promise<void> {
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
