/** Certificates for tests: an authority, a pooler's, the operator's. Made by the openssl of the PostgreSQL image. */
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { consoleUser, type PoolerTls, poolerServerName } from '../../operator/pgbouncer/files.ts';
import { run } from '../cluster/run.ts';

export interface Certificates {
  readonly pooler: PoolerTls;
  readonly operator: PoolerTls;
}

const script = `
set -eu
umask 022
new='req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2'
openssl $new -subj /CN=authority -keyout ca.key -out ca.crt
for name in "$@"; do
  openssl $new -subj "/CN=$name" -addext "subjectAltName=DNS:$name" \
    -addext basicConstraints=critical,CA:false -CA ca.crt -CAkey ca.key -keyout "$name.key" -out "$name.crt"
done
chmod 644 ./*.key`;

/** Make a new authority with a certificate of each kind. @param image that has openssl */
export async function makeCertificates(image: string): Promise<Certificates> {
  const folder = mkdtempSync(join(tmpdir(), 'bellwether-certificates-'));
  chmodSync(folder, 0o777);
  try {
    const options = ['--rm', '--volume', `${folder}:/work`, '--workdir', '/work'];
    const names = [poolerServerName, consoleUser];
    const command = ['--entrypoint', 'sh', image, '-c', script, 'certificates', ...names];
    await run('docker', ['run', ...options, ...command]);
    const read = (name: string) => readFileSync(join(folder, name), 'utf8');
    const tls = (name: string) => ({
      authority: read('ca.crt'),
      certificate: read(`${name}.crt`),
      key: read(`${name}.key`),
    });
    return { pooler: tls(poolerServerName), operator: tls(consoleUser) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
