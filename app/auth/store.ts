/** SQL of users and sessions. Every change of rights raises `auth_version` in the same statement. */
import type { PrismaClient } from '../database/generated/client.ts';
import { Prisma } from '../database/generated/client.ts';
import type { PlatformRole } from '../http/route.ts';
import type { AuthChange } from './revocations.ts';

/** The owner of a session, as access tokens describe them. */
export interface Owner {
  readonly userId: string;
  readonly platformRole: PlatformRole | null;
  readonly authVersion: number;
}

export type Hash = Uint8Array<ArrayBuffer>;

const ownerColumns = Prisma.sql`
  u.id AS "userId", u.platform_role AS "platformRole", u.auth_version AS "authVersion"`;
const raiseVersion = Prisma.sql`auth_version = auth_version + 1, auth_changed_at = now()`;

export type AuthStore = ReturnType<typeof createAuthStore>;

export function createAuthStore(prisma: PrismaClient) {
  return {
    /** @returns undefined when the e-mail is taken */
    createUser: async (user: Prisma.UserCreateManyInput): Promise<string | undefined> => {
      const [created] = await prisma.user.createManyAndReturn({
        data: user,
        select: { id: true },
        skipDuplicates: true,
      });
      return created?.id;
    },

    userByEmail: (email: string) =>
      prisma.user.findUnique({
        where: { email },
        select: { id: true, passwordHash: true, suspendedAt: true },
      }),

    passwordHashOf: async (userId: string): Promise<string | undefined> => {
      const user = await prisma.user.findUnique({
        where: { id: userId },
        select: { passwordHash: true },
      });
      return user?.passwordHash;
    },

    /** Start a session. @returns undefined when the user is suspended or gone */
    startFamily: async (
      userId: string,
      hash: Hash,
      seconds: Seconds,
    ): Promise<Owner | undefined> => {
      const [owner] = await prisma.$queryRaw<Owner[]>`
        WITH family AS (
          INSERT INTO refresh_families (user_id, expires_at)
          SELECT id, now() + make_interval(secs => ${seconds.family})
          FROM users WHERE id = ${userId}::uuid AND suspended_at IS NULL
          RETURNING id, user_id
        ), token AS (
          INSERT INTO refresh_tokens (hash, family_id, expires_at)
          SELECT ${hash}, id, now() + make_interval(secs => ${seconds.token}) FROM family
        )
        SELECT ${ownerColumns} FROM family JOIN users u ON u.id = family.user_id`;
      return owner;
    },

    /**
     * Exchange a refresh token for its successor, at most once however many try at a time.
     *
     * @returns undefined when it is unknown, used, over, or its family or user has ended
     */
    rotate: async (used: Hash, successor: Hash, seconds: Seconds): Promise<Owner | undefined> => {
      const [owner] = await prisma.$queryRaw<Owner[]>`
        WITH used AS (
          UPDATE refresh_tokens t SET used_at = now()
          FROM refresh_families f JOIN users u ON u.id = f.user_id
          WHERE t.hash = ${used} AND t.used_at IS NULL AND t.expires_at > now()
            AND f.id = t.family_id AND f.ended_at IS NULL AND f.expires_at > now()
            AND u.suspended_at IS NULL
          RETURNING f.id AS family_id, f.expires_at, ${ownerColumns}
        ), token AS (
          INSERT INTO refresh_tokens (hash, family_id, expires_at)
          SELECT ${successor}, family_id,
            least(expires_at, now() + make_interval(secs => ${seconds.token}))
          FROM used
        )
        SELECT "userId", "platformRole", "authVersion" FROM used`;
      return owner;
    },

    /** End the family whose token was used twice, and its user's access tokens. */
    endReused: async (hash: Hash): Promise<boolean> => {
      const ended = await prisma.$executeRaw`
        WITH family AS (
          UPDATE refresh_families f SET ended_at = now(), end_reason = 'reuse'
          FROM refresh_tokens t
          WHERE t.hash = ${hash} AND t.used_at IS NOT NULL
            AND f.id = t.family_id AND f.ended_at IS NULL
          RETURNING f.user_id
        )
        UPDATE users SET ${raiseVersion} WHERE id IN (SELECT user_id FROM family)`;
      return ended > 0;
    },

    /** End the family of this token, if it is one of ours. */
    endFamily: async (hash: Hash): Promise<void> => {
      await prisma.$executeRaw`
        UPDATE refresh_families f SET ended_at = now(), end_reason = 'logout'
        FROM refresh_tokens t
        WHERE t.hash = ${hash} AND f.id = t.family_id AND f.ended_at IS NULL`;
    },

    /** End all the user's sessions, access tokens included. */
    endAll: async (userId: string): Promise<void> => {
      await prisma.$executeRaw`
        WITH families AS (${endFamiliesOf(userId, 'logout')})
        UPDATE users SET ${raiseVersion} WHERE id = ${userId}::uuid`;
    },

    /** @returns whether `from` was still the hash; if not, nothing changed */
    changePassword: async (userId: string, from: string, to: string): Promise<boolean> => {
      const changed = await prisma.$executeRaw`
        WITH families AS (${endFamiliesOf(userId, 'password')})
        UPDATE users SET password_hash = ${to}, updated_at = now(), ${raiseVersion}
        WHERE id = ${userId}::uuid AND password_hash = ${from}`;
      return changed > 0;
    },

    /** Set platform role and suspension. @returns whether there is such a user */
    setAccess: async (
      userId: string,
      { platformRole, suspended }: { platformRole: PlatformRole | null; suspended: boolean },
    ): Promise<boolean> => {
      const end = suspended
        ? Prisma.sql`WITH families AS (${endFamiliesOf(userId, 'suspension')})`
        : Prisma.empty;
      const changed = await prisma.$executeRaw`${end}
        UPDATE users SET platform_role = ${platformRole}::platform_role, updated_at = now(),
          suspended_at = CASE WHEN ${suspended} THEN coalesce(suspended_at, now()) END,
          ${raiseVersion}
        WHERE id = ${userId}::uuid`;
      return changed > 0;
    },

    changesSince: (seconds: number): Promise<readonly AuthChange[]> =>
      prisma.$queryRaw<AuthChange[]>`
        SELECT id AS "userId", auth_version AS "authVersion" FROM users
        WHERE auth_changed_at > now() - make_interval(secs => ${seconds}) AND auth_version > 1`,
  };
}

/** Lives of a refresh token and of its whole family. */
export interface Seconds {
  readonly token: number;
  readonly family: number;
}

function endFamiliesOf(userId: string, reason: string): Prisma.Sql {
  return Prisma.sql`
    UPDATE refresh_families SET ended_at = now(), end_reason = ${reason}
    WHERE user_id = ${userId}::uuid AND ended_at IS NULL RETURNING 1`;
}
