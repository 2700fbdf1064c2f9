/** `bellwether validate`: profiles checked without a cluster, every fault with its place. */
import { type Finding, type ValidatedProfile, validate } from '../validate/validate.ts';
import type { Outcome } from './command.ts';
import { InputError, readText } from './input.ts';

export const validateCommand = {
  usage: 'validate FILE|-...',
  summary:
    'name every fault of the ScaleProfiles in YAML or JSON files, queries included; ends with 1 if there is one',
  run,
};

async function run(files: readonly string[]): Promise<Outcome> {
  const option = files.find((file) => file.startsWith('-') && file !== '-');
  if (files.length === 0 || option !== undefined) {
    const fault = option === undefined ? '' : `unknown option ${option}\n`;
    throw new InputError(`${fault}usage: bellwether ${validateCommand.usage}`);
  }
  const checked = await Promise.all(
    files.map(async (file) => ({ file, ...validate(await readText(file), Date.now()) })),
  );
  const profiles = checked.flatMap(({ file, profiles }) =>
    profiles.map((profile) => ({ file, ...profile })),
  );
  const findings = [
    ...checked.flatMap(({ file, findings }) => findings.map((finding) => ({ file, finding }))),
    ...duplicates(profiles),
  ];
  const lines = findings.map(({ file, finding }) => told(file, finding));
  const warnings = findings.filter(({ finding }) => finding.isWarning).length;
  const errors = findings.length - warnings;
  const summary = [
    counted(profiles.length, 'profile'),
    counted(errors, 'error'),
    counted(warnings, 'warning'),
  ];
  return {
    stdout: `${[...lines, summary.join(', ')].join('\n')}\n`,
    exitCode: errors > 0 ? 1 : 0,
  };
}

interface Located extends ValidatedProfile {
  readonly file: string;
}

/** Two of one name: the later one replaces the earlier. Two for one target: they would fight over it. */
function duplicates(profiles: readonly Located[]) {
  return profiles.flatMap((profile, index) => {
    const before = profiles.slice(0, index);
    const same = before.find(({ name }) => name === profile.name);
    const rival = before.find(({ target }) => target === profile.target);
    const where = ({ file, place }: Located) => `${file}:${place.line}`;
    const message = same
      ? `${profile.name} stands at ${where(same)} already`
      : rival && `${rival.name} at ${where(rival)} scales ${profile.target}, too`;
    if (message === undefined) return [];
    const { file, place, document } = profile;
    return [{ file, finding: { ...place, document, field: '', isWarning: false, message } }];
  });
}

function told(file: string, finding: Finding): string {
  const { line, column, document, field, message, isWarning, query } = finding;
  const kind = isWarning ? 'warning' : 'error';
  const place = field === '' ? `document ${document}` : `document ${document}, ${field}`;
  const sentence = `${file}:${line}:${column}: ${kind}: ${place}: ${message}`;
  return query ? `${sentence}\n${pointed(query)}` : sentence;
}

/** The line of the query that is to blame, and a mark below the character. */
function pointed({ text, at }: NonNullable<Finding['query']>): string {
  const before = text.slice(0, at).split('\n');
  const line = text.split('\n')[before.length - 1] ?? '';
  const column = before.at(-1)?.length ?? 0;
  const from = Math.max(0, column - 60);
  return `    ${line.slice(from, from + 100)}\n    ${' '.repeat(column - from)}^`;
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
