/** `bellwether explain`, also `kubectl bellwether explain`: why a target has the replicas it has. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, styleText } from 'node:util';
import { z } from 'zod';
import { accessFor } from '../access.ts';
import { parseProfile } from '../api/profile.ts';
import { statusSchema } from '../api/status.ts';
import { readConfig } from '../config.ts';
import { type Explanation, explain } from '../explain/explanation.ts';
import { explanationText } from '../explain/text.ts';
import type { KubeconfigChoice } from '../kubernetes/access.ts';
import { ApiError, type Client, createClient } from '../kubernetes/client.ts';
import type { Key } from '../kubernetes/collection.ts';
import { follow, readProfile } from '../kubernetes/follow.ts';
import { messageOf } from '../message.ts';
import type { Terminal } from './command.ts';
import { InputError, readOptions } from './input.ts';

export const explainCommand = {
  usage:
    'explain NAMESPACE/NAME [--watch] [--json] [-n NAMESPACE] [--context NAME] [--kubeconfig FILE]',
  summary:
    'say why a target has the replicas it has, and what one more or one fewer would take; reads its ScaleProfile alone',
  run,
};

const pauseMs = 2000;

async function run(args: readonly string[], terminal: Terminal): Promise<string> {
  const options = parse(args);
  const access = await accessOf({ file: options.kubeconfig, context: options.context });
  const key = keyOf(options.profile, options.namespace ?? access.namespace);
  const client = createClient(access, () => undefined);
  const show = (object: unknown) => shown(explanationOf(object, key), options.json, terminal);
  try {
    if (!options.watch) return show(await readProfile(client, key)).text;
    await watch(client, key, show, terminal);
    return '';
  } catch (error) {
    throw toInputError(error, key);
  } finally {
    client.close();
  }
}

interface Shown {
  readonly text: string;
  /** The same for two objects that differ in times alone. */
  readonly gist: string;
}

async function watch(
  client: Client,
  key: Key,
  show: (object: unknown) => Shown,
  terminal: Terminal,
): Promise<void> {
  const stopping = new AbortController();
  terminal.onInterrupt(() => stopping.abort());
  const pause = () => sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
  let last = '';
  for await (const object of follow(client, key, stopping.signal, pause)) {
    const { text, gist } = show(object);
    if (gist !== last) terminal.write(last === '' ? text : `\n${text}`);
    last = gist;
  }
}

function shown(explanation: Explanation, asJson: boolean, { hasColours }: Terminal): Shown {
  const isTime = (key: string) => key === 'at';
  const gist = JSON.stringify(explanation, (key, value) => (isTime(key) ? undefined : value));
  if (asJson) return { gist, text: `${JSON.stringify(explanation, undefined, 2)}\n` };
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    hasColours ? styleText(style, text, { validateStream: false }) : text;
  return { gist, text: explanationText(explanation, { nowMs: Date.now(), paint }) };
}

const holder = z.object({ status: statusSchema.optional() });

function explanationOf(object: unknown, { namespace, name }: Key): Explanation {
  const parsed = parseProfile(object);
  if (!parsed.ok) {
    const faults = parsed.problems.map((problem) => `\n  ${problem}`).join('');
    throw new InputError(`${namespace}/${name} is no profile that this version knows:${faults}`);
  }
  const held = holder.safeParse(object, { reportInput: true });
  if (!held.success) {
    const [issue] = held.error.issues;
    const fault = `${issue?.path.join('.')}: ${issue?.message}`;
    throw new InputError(
      `${namespace}/${name}: the operator that wrote its status is of another version: ${fault}`,
    );
  }
  const { status } = held.data;
  if (status?.decision || status?.conditions) return explain(parsed.profile, status, Date.now());
  throw new InputError(
    `${namespace}/${name} has no status yet: is the operator running, and does it watch this namespace?`,
  );
}

async function accessOf(choice: KubeconfigChoice) {
  try {
    return await accessFor(readConfig(), choice);
  } catch (error) {
    throw new InputError(`no way to the API server: ${messageOf(error)}`);
  }
}

function keyOf(profile: string, defaultNamespace: string): Key {
  const [first = '', second, ...more] = profile.split('/');
  const key = second === undefined ? [defaultNamespace, first] : [first, second];
  const [namespace = '', name = ''] = key;
  if (more.length === 0 && namespace !== '' && name !== '') return { namespace, name };
  throw new InputError(`${JSON.stringify(profile)} is not NAMESPACE/NAME`);
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = {
    watch: { ...flag, short: 'w' },
    json: flag,
    namespace: { ...text, short: 'n' },
    context: text,
    kubeconfig: text,
  } as const;
  return readOptions(explainCommand.usage, () => {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    const [profile, ...more] = positionals;
    return profile !== undefined && more.length === 0 ? { ...values, profile } : undefined;
  });
}

function toInputError(error: unknown, { namespace, name }: Key): InputError {
  if (error instanceof InputError) return error;
  const said = messageOf(error);
  if (!(error instanceof ApiError)) return new InputError(`no answer from the API server: ${said}`);
  if (error.code === 404 && error.reason === '') {
    return new InputError('this cluster has no ScaleProfiles: their definition is not installed');
  }
  if (error.code === 404) return new InputError(`there is no ScaleProfile ${namespace}/${name}`);
  if (error.code === 401 || error.code === 403) return new InputError(`no access: ${said}`);
  return new InputError(said);
}
