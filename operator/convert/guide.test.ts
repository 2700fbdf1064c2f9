/** The examples of docs/from-hpa-and-keda.md, run as a reader would. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { validate } from '../validate/validate.ts';
import { conversionOf, convert } from './convert.ts';

const guide = readFileSync(join(import.meta.dirname, '../../docs/from-hpa-and-keda.md'), 'utf8');
const blocks = [...guide.matchAll(/^```(yaml)?\n(.*?)^```$/gms)].map(([, , text = '']) => text);

/** An object, the command below it, and what that prints. */
const examples = blocks.flatMap((text, index) => {
  const isObject = /^kind: (HorizontalPodAutoscaler|ScaledObject)$/m.test(text);
  const [command = '', printed = ''] = blocks.slice(index + 1);
  return isObject ? [{ kind: parse(text).kind, text, command, printed }] : [];
});

test('there is one of each kind', () => {
  expect(examples.map(({ kind }) => kind)).toEqual(['HorizontalPodAutoscaler', 'ScaledObject']);
});

test.each(examples)(
  'the example of a $kind prints what the guide says, a valid profile',
  ({ text, command, printed }) => {
    const object: unknown = parse(text);
    const conversion = conversionOf(object);
    if (!conversion) throw new Error('no conversion for it');
    const given = [...command.matchAll(/--query '(\w+)=(.*)'/g)].map(([, name, query]) => [
      name,
      query,
    ]);
    const options = { observe: command.includes('--observe'), queries: Object.fromEntries(given) };
    expect(convert(object, conversion, options)).toMatchObject({ ok: true, text: printed });
    expect(validate(printed, 0).findings).toEqual([]);
  },
);
