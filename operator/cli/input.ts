/** What the commands read: files and standard input, as YAML or JSON, parsed at the door with every fault named. */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';
import type { z } from 'zod';
import { parseProfile, type ScaleProfile } from '../api/profile.ts';
import { messageOf } from '../message.ts';

/** The fault of whoever called: the message says where and what; the program ends with 2. */
export class InputError extends Error {}

/**
 * Read a file.
 *
 * @param file a path, or `-` for standard input
 * @throws InputError naming the file
 */
export async function readText(file: string): Promise<string> {
  try {
    return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    throw new InputError(`${file}: ${messageOf(error)}`);
  }
}

/**
 * Read a YAML or JSON file.
 *
 * @param file a path, or `-` for standard input
 * @throws InputError naming the file, if it cannot be read or is neither
 */
export async function readObject(file: string): Promise<unknown> {
  const written = await readText(file);
  try {
    return parse(written);
  } catch (error) {
    throw new InputError(`${file}: ${messageOf(error)}`);
  }
}

/** @throws InputError with one line for each field that is wrong */
export async function readProfile(file: string): Promise<ScaleProfile> {
  const parsed = parseProfile(await readObject(file));
  if (parsed.ok) return parsed.profile;
  throw new InputError(parsed.problems.map((problem) => `${file}: ${problem}`).join('\n'));
}

/** @throws InputError with one line for each field that is wrong */
export async function readAs<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(await readObject(file), { reportInput: true });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message, input }) => {
    const received = typeof input === 'object' ? '' : `${JSON.stringify(input) ?? 'nothing'}: `;
    return `${file}: ${path.join('.') || 'the file'}: ${received}${message}`;
  });
  throw new InputError(problems.join('\n'));
}

/**
 * Read the options of a command.
 *
 * @param usage of the command, said with whatever is wrong
 * @param read `parseArgs` over the arguments, and what must hold beside
 * @throws InputError
 */
export function readOptions<Options>(usage: string, read: () => Options | undefined): Options {
  let fault = '';
  try {
    const options = read();
    if (options !== undefined) return options;
  } catch (error) {
    fault = `${messageOf(error)}\n`;
  }
  throw new InputError(`${fault}usage: bellwether ${usage}`);
}
