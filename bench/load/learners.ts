/** Signed-in learners: each signs in once, and renews the access token before it runs out. */
import type { Visitor } from './visit.ts';

/** Access tokens are renewed when they have no more than this left. */
const reserveMs = 60_000;

export interface Learner {
  readonly email: string;
  readonly password: string;
}

interface Session {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly endsAtMs: number;
}

export class SignedIn {
  readonly #learner: Learner;
  #session: Promise<Session> | undefined;

  get email(): string {
    return this.#learner.email;
  }

  constructor(learner: Learner) {
    this.#learner = learner;
  }

  /** A token that holds for a minute at least; visits at the same time share one sign-in. */
  async token(visitor: Visitor): Promise<string> {
    const found = this.#session ?? this.#begin(this.#signIn(visitor));
    const session = await found;
    if (session.endsAtMs - performance.now() > reserveMs) return session.accessToken;
    // A refresh token serves once: only the first visit that notices uses it.
    const isFirst = this.#session === found;
    const renewed = isFirst ? this.#begin(this.#renew(visitor, session)) : this.#session;
    return (await (renewed ?? this.#begin(this.#signIn(visitor)))).accessToken;
  }

  /** Keep a session that is being made; one that fails is forgotten, so that the next visit tries again. */
  #begin(session: Promise<Session>): Promise<Session> {
    this.#session = session;
    session.catch(() => {
      if (this.#session === session) this.#session = undefined;
    });
    return session;
  }

  async #signIn(visitor: Visitor): Promise<Session> {
    const call = { method: 'POST', path: '/api/v1/auth/login', body: this.#learner };
    return sessionOf(await visitor.ask('login', call));
  }

  async #renew(visitor: Visitor, { refreshToken }: Session): Promise<Session> {
    const call = { method: 'POST', path: '/api/v1/auth/refresh', body: { refreshToken } };
    return sessionOf(await visitor.ask('refresh', call));
  }
}

function sessionOf(answer: unknown): Session {
  const { accessToken, refreshToken, expiresInSeconds } = Object(answer);
  const isSession = typeof accessToken === 'string' && typeof refreshToken === 'string';
  if (!isSession || typeof expiresInSeconds !== 'number') {
    throw new Error('signing in gave no session');
  }
  return { accessToken, refreshToken, endsAtMs: performance.now() + expiresInSeconds * 1000 };
}
