/** `bellwether convert`: profiles from HorizontalPodAutoscalers and KEDA's ScaledObjects. */
import { parseArgs } from 'node:util';
import { conversionOf, convert, described, told } from '../convert/convert.ts';
import type { ConvertOptions } from '../convert/draft.ts';
import type { Remark } from '../convert/source.ts';
import { objectsOf, readDocuments } from '../validate/documents.ts';
import type { Outcome } from './command.ts';
import { readOptions, readText } from './input.ts';

export const convertCommand = {
  usage: "convert FILE|-... [--observe] [--query 'NAME=PROMQL']...",
  summary:
    'write the ScaleProfile that behaves as a HorizontalPodAutoscaler or KEDA ScaledObject does; what cannot be kept stands above it',
  run,
};

interface Part {
  readonly stdout?: string;
  readonly lines: readonly string[];
  readonly isRefused: boolean;
}

async function run(args: readonly string[]): Promise<Outcome> {
  const { files, options } = parse(args);
  const texts = await Promise.all(
    files.map(async (file) => ({ file, text: await readText(file) })),
  );
  const parts = texts.flatMap(({ file, text }) => convertText(file, text, options));
  const profiles = parts.flatMap(({ stdout }) => stdout ?? []);
  const lines = parts.flatMap((part) => part.lines);
  const isRefused = parts.some((part) => part.isRefused);
  if (profiles.length === 0 && !isRefused) {
    lines.push(
      `${files.join(', ')}: there is no HorizontalPodAutoscaler and no ScaledObject in it`,
    );
  }
  return {
    stdout: profiles.join('---\n'),
    stderr: lines.map((line) => `${line}\n`).join(''),
    exitCode: isRefused || profiles.length === 0 ? 1 : 0,
  };
}

function convertText(file: string, text: string, options: ConvertOptions): readonly Part[] {
  return readDocuments(text).flatMap((document): readonly Part[] => {
    const at = ({ line, column }: { line: number; column: number }) => `${file}:${line}:${column}`;
    if (document.faults.length > 0) {
      const lines = document.faults.map(({ place, message }) => `${at(place)}: error: ${message}`);
      return [{ lines, isRefused: true }];
    }
    return objectsOf(document.object).map(({ path, object }): Part => {
      const place = (field: readonly (string | number)[] = []) =>
        at(document.placeOf([...path, ...field]));
      const conversion = conversionOf(object);
      if (!conversion) {
        return { lines: [`${place()}: ${described(object)} is left alone`], isRefused: false };
      }
      const converted = convert(object, conversion, options);
      const say = (kind: string) => (remark: Remark) =>
        `${place(remark.path)}: ${kind}: ${told(remark)}`;
      const faults = converted.ok ? [] : converted.faults.map(say('error'));
      const lines = [...faults, ...converted.notes.map(say('note'))];
      if (converted.ok) return { stdout: converted.text, lines, isRefused: false };
      return {
        lines: [...lines, `${place()}: ${described(object)} is not converted`],
        isRefused: true,
      };
    });
  });
}

function parse(args: readonly string[]) {
  const options = {
    observe: { type: 'boolean', default: false },
    query: { type: 'string', multiple: true, default: [] as string[] },
  } as const;
  return readOptions(convertCommand.usage, () => {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    const queries = Object.fromEntries(values.query.map(parseQuery));
    const files = positionals;
    return files.length > 0 ? { files, options: { observe: values.observe, queries } } : undefined;
  });
}

function parseQuery(option: string): readonly [string, string] {
  const split = option.indexOf('=');
  if (split > 0) return [option.slice(0, split), option.slice(split + 1)];
  throw new Error(`--query ${JSON.stringify(option)}: must be NAME=PROMQL`);
}
