/** People for integration tests, registered and signed in through the API itself. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { TestApi } from './api.ts';

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly token: string;
  readonly refreshToken: string;
}

export const password = 'correct horse battery';

const created = z.object({ id: z.uuid() });
const session = z.object({ accessToken: z.string(), refreshToken: z.string() });

/** Somebody new with an account. */
export async function register({
  call,
}: Pick<TestApi, 'call'>): Promise<Omit<Person, 'token' | 'refreshToken'>> {
  const email = `${randomBytes(6).toString('hex')}@example.test`;
  const body = { email, password, displayName: 'Ada Test' };
  const reply = await call('POST /api/v1/auth/register', { body });
  return { id: created.parse(reply.body).id, email };
}

/** Sign in somebody who has an account. */
export async function signIn({ call }: Pick<TestApi, 'call'>, email: string) {
  const reply = await call('POST /api/v1/auth/login', { body: { email, password } });
  const { accessToken, refreshToken } = session.parse(reply.body);
  return { token: accessToken, refreshToken };
}

/** Somebody new, signed in. */
export async function newPerson(api: Pick<TestApi, 'call'>): Promise<Person> {
  const person = await register(api);
  return { ...person, ...(await signIn(api, person.email)) };
}

/** An administrator, made so behind the API's back as the first one must be. */
export async function newAdministrator(api: Pick<TestApi, 'call' | 'prisma'>): Promise<Person> {
  const person = await register(api);
  await api.prisma.user.update({
    where: { id: person.id },
    data: { platformRole: 'administrator' },
  });
  return { ...person, ...(await signIn(api, person.email)) };
}
