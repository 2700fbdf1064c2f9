/** Throwaway containers of our own images, in memory and locked down as on a cluster, which end with the process that made them. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from './cluster/folders.ts';
import { isAlive, run, succeeds, waitFor } from './cluster/run.ts';

/** The option that gives a container a `/tmp` in memory. */
export const scratch = ['--tmpfs', '/tmp:mode=1777'];

/** Start a container of an image, with options of `docker run` and arguments for its program; returns its id. */
export async function startContainer(
  image: string,
  options: readonly string[],
  args: readonly string[] = [],
): Promise<string> {
  const common = [
    ...['--detach', '--read-only', '--cap-drop', 'ALL'],
    ...['--label', 'bellwether=services', '--label', `runner=${process.pid}`],
  ];
  return (await run('docker', ['run', ...common, ...options, image, ...args])).trim();
}

/** Wait until a command inside succeeds. @throws Error with the container's log when it does not within a minute */
export async function untilReady(container: string, ask: readonly string[]): Promise<void> {
  const isReady = await waitFor(() => succeeds('docker', ['exec', container, ...ask]), 60, 100);
  if (!isReady) throw new Error(`it does not answer:\n${await run('docker', ['logs', container])}`);
}

/** The port of 127.0.0.1 at which a port of the container is published. */
export async function portOf(container: string, port: number): Promise<number> {
  const published = await run('docker', ['port', container, String(port)]);
  return Number(published.trim().split('\n')[0]?.split(':').at(-1));
}

/** Where other containers, and on Linux this machine, reach a container. */
export async function addressOf(container: string): Promise<string> {
  const format = '{{.NetworkSettings.IPAddress}}';
  return (await run('docker', ['inspect', '--format', format, container])).trim();
}

/** Remove what earlier runs left when they were killed. */
export async function removeOrphans(): Promise<void> {
  const format = '{{.Label "runner"}}';
  const query = ['ps', '--all', '--filter', 'label=bellwether=services', '--format', format];
  const runners = new Set((await run('docker', query)).split('\n').filter((pid) => pid !== ''));
  for (const pid of runners) {
    if (!isAlive(Number(pid))) await removeContainers(`runner=${pid}`);
  }
}

/** Remove the containers of a label, such as `runner=<pid>`. */
export async function removeContainers(label: string): Promise<void> {
  const query = ['--filter', 'label=bellwether=services', '--filter', `label=${label}`];
  const listed = await run('docker', ['ps', '--all', '--quiet', ...query]);
  const containers = listed.split('\n').filter((id) => id !== '');
  if (containers.length > 0) await run('docker', ['rm', '--force', '--volumes', ...containers]);
}

/** A folder with one password for every role of PostgreSQL, to be mounted. */
export function writeSecrets(password: string): string {
  const folder = makeFolder();
  writeFileSync(join(folder, 'password'), password);
  chmodSync(folder, 0o755); // the server in the container has another user id
  return folder;
}

/** Start PostgreSQL, not careful with its disk; returns its container once it answers. */
export async function startPostgres(
  image: string,
  secrets: string,
  options: readonly string[],
  args: readonly string[],
): Promise<string> {
  const roles = ['POSTGRES_SUPERUSER', 'OWNER', 'APP', 'OPERATOR'];
  const settings = roles.flatMap((role) => [
    '--env',
    `${role}_PASSWORD_FILE=/run/secrets/password`,
  ]);
  const mounts = ['--volume', `${secrets}:/run/secrets:ro`];
  const all = [...options, ...scratch, ...mounts, ...settings];
  const container = await startContainer(image, all, ['-c', 'fsync=off', ...args]);
  await untilPostgresReady(container);
  return container;
}

/** Wait until PostgreSQL in a container takes connections. */
export async function untilPostgresReady(container: string): Promise<void> {
  await untilReady(container, ['pg_isready', '--quiet', '--host', '/tmp']);
}

/** Run statements as the superuser of PostgreSQL in a container. */
export async function runSql(container: string, statements: string): Promise<void> {
  await run('docker', ['exec', container, 'psql', '-h', '/tmp', '-qc', statements]);
}
