/** One value of a Secret. */
import { z } from 'zod';
import type { Client } from './client.ts';

const secret = z.object({ data: z.record(z.string(), z.string()).default({}) });

/**
 * @returns the value as text
 * @throws ApiError when the API server refuses; Error when the Secret has no such key
 */
export async function readSecret(
  client: Client,
  namespace: string,
  { name, key }: { readonly name: string; readonly key: string },
): Promise<string> {
  const [within, called] = [namespace, name].map(encodeURIComponent);
  const path = `/api/v1/namespaces/${within}/secrets/${called}`;
  const { data } = secret.parse(await client.request({ verb: 'get', path }));
  const value = data[key];
  if (value === undefined) throw new Error(`Secret ${namespace}/${name} has no key ${key}`);
  return Buffer.from(value, 'base64').toString();
}
