/** The caller's own profile, cached per person. */
import { z } from 'zod';
import { displayName, locale, timeZone } from '../auth/person.ts';
import type { Cache, CacheKind } from '../cache/cache.ts';
import type { Database } from '../database/client.ts';
import { type Route, signedInRoute } from '../http/route.ts';
import { notFound } from '../problem.ts';

interface PeopleParts {
  readonly database: Pick<Database, 'prisma' | 'readers'>;
  readonly cache: Cache;
}

const kind: CacheKind = { name: 'profile', freshSeconds: 1800, staleSeconds: 300, costly: false };

const profile = z
  .strictObject({
    id: z.uuid(),
    email: z.email(),
    phone: z.string().nullable(),
    displayName: z.string(),
    locale: z.string(),
    timeZone: z.string(),
    platformRole: z.enum(['administrator', 'support']).nullable(),
  })
  .meta({ id: 'Profile' });

const select = {
  id: true,
  email: true,
  phone: true,
  displayName: true,
  locale: true,
  timeZone: true,
  platformRole: true,
} as const;

const phone = z.string().regex(/^\+[0-9]{6,15}$/, 'expected + and 6 to 15 digits');

export function peopleRoutes({ database, cache }: PeopleParts): readonly Route[] {
  return [
    signedInRoute({
      method: 'get',
      path: '/api/v1/me',
      summary: 'The caller’s profile',
      tag: 'people',
      answers: { 200: profile },
      answer: async ({ caller }) => {
        const { userId: id } = caller;
        const found = await cache.read(kind, id, [], async () => {
          const user = await database.prisma.user.findUnique({ where: { id }, select });
          return user ?? undefined;
        });
        if (!found) throw notFound();
        return { status: 200, body: { ...found, platformRole: caller.platformRole } };
      },
    }),
    signedInRoute({
      method: 'patch',
      path: '/api/v1/me',
      summary: 'Change the caller’s profile',
      tag: 'people',
      body: z.strictObject({ displayName, locale, timeZone, phone: phone.nullable() }).partial(),
      answers: { 200: profile },
      answer: async ({ caller, body }) => {
        const { userId: id } = caller;
        const data = Object.fromEntries(
          Object.entries(body).filter(([, value]) => value !== undefined),
        );
        const changed = await database.prisma.user.update({ where: { id }, data, select });
        await cache.forget(kind, id);
        return { status: 200, body: changed };
      },
    }),
  ];
}
