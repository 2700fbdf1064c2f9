/**
 * Which access tokens no longer count: each pod keeps the users whose rights changed lately.
 *
 * A change raises the user's `authVersion`, and tokens carry the version they were made with. Tokens
 * live ten minutes, so only the changes of the last minutes matter: few rows, polled every two
 * seconds, instead of a look-up with every request.
 */
import { unavailable } from '../problem.ts';
import { accessTokenSeconds, type Claims } from './tokens.ts';

export interface AuthChange {
  readonly userId: string;
  readonly authVersion: number;
}

export interface Revocations {
  /**
   * Whether the token's rights still hold.
   *
   * @throws Problem 503 when the last look at the database is too long ago and a new one fails
   */
  readonly holds: (claims: Claims) => Promise<boolean>;
  readonly poll: () => Promise<void>;
  readonly stop: () => void;
}

const pollMs = 2000;
/** Below the promised 5 s by what a poll may take. */
const staleMs = 4000;
const windowSeconds = accessTokenSeconds + 60;
/** Changes are stamped when their transaction starts; this is longer than any transaction lasts. */
const overlapSeconds = 60;

/** @param changesSince users changed in the last so many seconds whose version is above 1 */
export function createRevocations(
  changesSince: (seconds: number) => Promise<readonly AuthChange[]>,
  now: () => number = () => performance.now(),
): Revocations {
  const versions = new Map<string, { readonly authVersion: number; readonly seenAt: number }>();
  let asOf: number | undefined;
  let running: Promise<void> | undefined;

  const forget = (at: number) => {
    for (const [userId, { seenAt }] of versions) {
      if (at - seenAt > windowSeconds * 1000) versions.delete(userId);
    }
  };

  const look = async () => {
    const at = now();
    const gapSeconds = asOf === undefined ? windowSeconds : (at - asOf) / 1000 + overlapSeconds;
    const changes = await changesSince(Math.min(windowSeconds, Math.ceil(gapSeconds)));
    forget(at);
    for (const { userId, authVersion } of changes) {
      versions.set(userId, { authVersion, seenAt: at });
    }
    asOf = at;
  };

  const poll = () => {
    running ??= look().finally(() => {
      running = undefined;
    });
    return running;
  };

  const isStale = () => asOf === undefined || now() - asOf > staleMs;

  const timer = setInterval(() => poll().catch(() => undefined), pollMs).unref();

  return {
    holds: async ({ userId, authVersion }) => {
      if (isStale()) {
        await poll().catch((error: unknown) => {
          throw unavailable('Rights cannot be confirmed just now.', 2, error);
        });
      }
      return authVersion >= (versions.get(userId)?.authVersion ?? 0);
    },
    poll,
    stop: () => clearInterval(timer),
  };
}
