/** Which image tags the manifests name: those of the last image build, else `:dev`. */
import { existsSync, readFileSync } from 'node:fs';

const names = ['lms', 'operator', 'postgres', 'redis', 'prometheus', 'pgbouncer'] as const;

export type Images = Readonly<Record<(typeof names)[number], string>>;

/**
 * @param file written by the image build: a JSON object from short name to image reference; may be missing
 * @param prefix put before every reference, such as `registry.example.org/`
 * @throws when the file is no such object
 */
export function readImages(file: string, prefix = ''): Images {
  const built: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  if (typeof built !== 'object' || built === null) throw new Error(`${file} holds no JSON object`);
  const tags = new Map<string, unknown>(Object.entries(built));
  const reference = (name: string) => {
    const tag = tags.get(name) ?? `bellwether/${name}:dev`;
    if (typeof tag !== 'string') throw new Error(`${file}: ${name} is not a string`);
    return `${prefix}${tag}`;
  };
  return {
    lms: reference('lms'),
    operator: reference('operator'),
    postgres: reference('postgres'),
    redis: reference('redis'),
    prometheus: reference('prometheus'),
    pgbouncer: reference('pgbouncer'),
  };
}
