/** Passwords: argon2id, with the same work for accounts that do not exist. */

/** @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html */
const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** The native module is loaded with the first password, to keep the start of a pod short. */
const argon2 = () => import('@node-rs/argon2');

/** @returns PHC string, about 100 characters */
export async function hashPassword(password: string): Promise<string> {
  const { hash } = await argon2();
  return hash(password, options);
}

let decoy: Promise<string> | undefined;

/** Whether it is the password. Without a hash it is not, after as much work as with one. */
export async function verifyPassword(hash: string | undefined, password: string): Promise<boolean> {
  const { verify } = await argon2();
  decoy ??= hashPassword('no account has this hash');
  const matches = await verify(hash ?? (await decoy), password);
  return matches && hash !== undefined;
}
