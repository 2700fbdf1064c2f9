/** Requests of seeded learners to the served API, each signed in once. */
import { z } from 'zod';
import { learnerEmail, seedPassword } from '../people.ts';

/** Send a request and read the whole answer. @param target `GET /path` @returns rejects when it is no success */
export type Call = (target: string, body?: object) => Promise<unknown>;

const sessionSchema = z.object({ accessToken: z.string() });

/** Sign in. @param number of the seeded learner, from 1 */
export async function signIn(url: string, number: number): Promise<Call> {
  const account = { email: learnerEmail(number), password: seedPassword };
  const session = await callAs(url, {})('POST /api/v1/auth/login', account);
  const { accessToken } = sessionSchema.parse(session);
  return callAs(url, { authorization: `Bearer ${accessToken}` });
}

function callAs(url: string, headers: Readonly<Record<string, string>>): Call {
  return async (target, body) => {
    const [method = 'GET', path = '/'] = target.split(' ');
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${target} answered ${response.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
}
