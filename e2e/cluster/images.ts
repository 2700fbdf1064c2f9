/** Our container images, each tagged with a digest of what it is made from and built only when that changed. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBases, hasImage } from './bases.ts';
import { bundle, hasEntries, programs } from './bundle.ts';
import { digestOf } from './cache.ts';
import { ensureDocker } from './docker.ts';
import { run, say, step } from './run.ts';

const dataImages = ['postgres', 'redis', 'prometheus', 'pgbouncer'] as const;

type DataImage = (typeof dataImages)[number];

/** Image tags by short name, as `dist/images.json` holds them. */
export type ImageTags = Readonly<Record<string, string>>;

/**
 * Build every image that changed and write `dist/images.json`.
 *
 * A program whose entry points are not all there yet is left out, and that is said.
 */
export async function buildImages(): Promise<ImageTags> {
  await ensureDocker();
  await ensureBases();
  const tags: Record<string, string> = {};
  for (const name of dataImages) tags[name] = await buildDataImage(name);
  for (const program of programs) {
    if (!hasEntries(program)) say(`- no ${program.name} image: an entry point is missing`);
    else tags[program.name] = await build(program.name, await bundle(program));
  }
  const dist = join(import.meta.dirname, '../../dist');
  mkdirSync(dist, { recursive: true });
  writeFileSync(join(dist, 'images.json'), `${JSON.stringify(tags, null, 2)}\n`);
  return tags;
}

/** Build one of the data images if it changed; returns its tag. Docker and the bases must be there. */
export async function buildDataImage(name: DataImage): Promise<string> {
  return build(name, join(import.meta.dirname, 'images', name));
}

/** Remove every image of ours; the public bases stay. */
export async function removeImages(): Promise<void> {
  const listed = await run('docker', ['images', '--quiet', '--filter', 'reference=bellwether/*']);
  const ids = [...new Set(listed.split('\n').filter((id) => id !== ''))];
  if (ids.length > 0) await run('docker', ['image', 'rm', '--force', ...ids]);
}

async function build(name: string, folder: string): Promise<string> {
  const tag = `bellwether/${name}:${digestOf([folder])}`;
  if (await hasImage(tag)) return tag;
  await step(`build ${tag}`, () => run('docker', ['build', '--tag', tag, folder]));
  const bytes = Number(await run('docker', ['image', 'inspect', '--format', '{{.Size}}', tag]));
  say(`  ${tag}: ${(bytes / 1e6).toFixed(0)} MB with its base`);
  return tag;
}
