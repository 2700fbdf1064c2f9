/** A running Docker: the machine's own, or, as root on Debian, one installed and started here. */
import { copyFileSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cachePath } from './cache.ts';
import { isAlive, run, startDetached, step, succeeds, waitFor } from './run.ts';

/** Debian packages that set-up needs, each with a program that it brings. */
const packages = {
  'docker.io': '/usr/sbin/dockerd',
  debootstrap: '/usr/sbin/debootstrap',
  jq: '/usr/bin/jq',
  iproute2: '/usr/sbin/ip',
  iptables: '/usr/sbin/iptables',
};

/**
 * Make sure that Docker answers, and how it got there is said.
 *
 * @throws when it does not answer and this is no Debian with us as root, or when the daemon does not come up
 */
export async function ensureDocker(): Promise<void> {
  if (await isDockerUp()) return;
  if (!isRootOnDebian()) {
    throw new Error('Docker does not answer: start it (or install it), then run this again');
  }
  await ensurePackages();
  await step('start the Docker daemon', startDaemon);
}

/** Whether Docker answers or can be made to, without installing anything. */
export async function hasDocker(): Promise<boolean> {
  return (await isDockerUp()) || (isRootOnDebian() && existsSync(packages['docker.io']));
}

/** Whether this process may install packages and make file systems: root on Debian. */
export function isRootOnDebian(): boolean {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version');
}

/** Install the Debian packages that set-up needs, if any is missing. */
export async function ensurePackages(): Promise<void> {
  if (Object.values(packages).every((program) => existsSync(program))) return;
  await installPackages(Object.keys(packages));
}

/** Install Debian packages; needs root on Debian. Another installation is waited for. */
export async function installPackages(names: readonly string[]): Promise<void> {
  await step(`install ${names.join(', ')}`, async () => {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    const wait = ['--option', 'DPkg::Lock::Timeout=300'];
    await run('apt-get', ['update', '--quiet', ...wait], { env });
    const options = ['--yes', '--no-install-recommends', ...wait];
    await run('apt-get', ['install', ...options, ...names], { env });
  });
}

/** Whether the daemon answers. */
export async function isDockerUp(): Promise<boolean> {
  return succeeds('docker', ['version', '--format', '{{.Server.Version}}'], { timeoutSeconds: 10 });
}

async function startDaemon(): Promise<void> {
  for (let attempt = 1; attempt <= 3; attempt++) {
    removeStaleFiles();
    const logFile = openSync(cachePath('dockerd.log'), 'w');
    const pid = startDetached('dockerd', await daemonArguments(), logFile);
    await waitFor(async () => !isAlive(pid) || isDockerUp(), 30);
    if (await isDockerUp()) {
      if (isAlive(pid)) writeFileSync(cachePath('dockerd.pid'), `${pid}\n`);
      return;
    }
    if (isAlive(pid)) process.kill(pid, 'SIGTERM');
    await waitFor(async () => !isAlive(pid), 10);
  }
  const log = readFileSync(cachePath('dockerd.log'), 'utf8').trim().split('\n').slice(-10);
  throw new Error(`dockerd did not come up in three tries; its log ends:\n${log.join('\n')}`);
}

/** Stop the daemon if it is one that was started here. */
export async function stopOwnDaemon(): Promise<void> {
  const file = cachePath('dockerd.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8'));
  rmSync(file);
  if (!isProgram(pid, 'dockerd')) return;
  process.kill(pid, 'SIGTERM');
  await waitFor(async () => !isAlive(pid), 60);
}

/** After a hard stop, process id files may name processes of today, and sockets nobody: both keep dockerd from starting. */
function removeStaleFiles(): void {
  const owned: readonly (readonly [program: string, pidFile: string, ...others: string[]])[] = [
    ['dockerd', '/run/docker.pid', '/run/docker.sock'],
    ['containerd', '/run/docker/containerd/containerd.pid'],
  ];
  for (const [program, pidFile, ...others] of owned) {
    if (!existsSync(pidFile) || isProgram(Number(readFileSync(pidFile, 'utf8')), program)) continue;
    for (const file of [pidFile, ...others]) rmSync(file, { force: true });
  }
}

/** Whether the process runs that program; one that ended but was not yet collected (state Z) does not. */
function isProgram(pid: number, name: string): boolean {
  if (!isAlive(pid)) return false;
  const [, comm, state] = /\((.*)\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
  return comm === name && state !== 'Z';
}

/** Docker before 23 asks for CAP_SYS_RESOURCE in privileged containers even where root itself lacks it. */
async function daemonArguments(): Promise<readonly string[]> {
  const base = ['--log-level', 'warn'];
  const [, major] = /version (\d+)/.exec(await run('dockerd', ['--version'])) ?? [];
  if (Number(major) >= 23 || hasSysResource()) return base;
  const wrapper = cachePath('runc-wrapper.sh');
  copyFileSync(join(import.meta.dirname, 'runc-wrapper.sh'), wrapper);
  return [...base, '--add-runtime', `bellwether=${wrapper}`, '--default-runtime', 'bellwether'];
}

function hasSysResource(): boolean {
  const [, mask = '0'] = /CapEff:\s*(\w+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return (BigInt(`0x${mask}`) >> 24n) % 2n === 1n;
}
