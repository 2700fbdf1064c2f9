/**
 * Runs in a pod: opens accounts one after the other while parts of the platform vanish, then signs in to each that was confirmed.
 *
 *     node witness.ts http://lms-api.lms.svc:8080 SECONDS PREFIX
 *
 * The last line is `{"confirmed": n, "lost": n, "refused": n}`: accounts answered with 201, those of them that are not there at the
 * end, and tries that got another answer or none.
 */
import { setTimeout as sleep } from 'node:timers/promises';

const [base = '', seconds = '0', prefix = ''] = process.argv.slice(2);
const password = 'a witness never forgets';
const verifySeconds = 60;

async function post(path: string, body: unknown): Promise<number> {
  const response = await fetch(`${base}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(5000),
  });
  await response.arrayBuffer();
  return response.status;
}

const statusOf = (path: string, body: unknown) => post(path, body).catch(() => 0);

const confirmed: string[] = [];
let refused = 0;
const endsAt = performance.now() + Number(seconds) * 1000;
for (let n = 1; performance.now() < endsAt; n += 1) {
  const email = `${prefix}-${n}@example.test`;
  const status = await statusOf('/api/v1/auth/register', {
    email,
    password,
    displayName: 'Witness',
  });
  if (status === 201) confirmed.push(email);
  else refused += 1;
  console.log(JSON.stringify({ confirmed: confirmed.length, refused }));
  await sleep(200);
}

const giveUpAt = performance.now() + verifySeconds * 1000;
let missing = confirmed;
while (missing.length > 0 && performance.now() < giveUpAt) {
  const still: string[] = [];
  for (const email of missing) {
    if ((await statusOf('/api/v1/auth/login', { email, password })) !== 200) still.push(email);
  }
  missing = still;
}
console.log(JSON.stringify({ confirmed: confirmed.length, lost: missing.length, refused }));
