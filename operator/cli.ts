/** `bellwether`: the engine at a prompt, the same that the operator runs. */
import { type Command, outcomeOf, type Terminal } from './cli/command.ts';
import { convertCommand } from './cli/convert.ts';
import { decideCommand } from './cli/decide.ts';
import { explainCommand } from './cli/explain.ts';
import { InputError } from './cli/input.ts';
import { simulateCommand } from './cli/simulate.ts';
import { validateCommand } from './cli/validate.ts';

const commands: Readonly<Record<string, Command>> = {
  convert: convertCommand,
  decide: decideCommand,
  explain: explainCommand,
  simulate: simulateCommand,
  validate: validateCommand,
};

function usage(): string {
  const lines = Object.values(commands).map(({ usage, summary }) => `  ${usage}\n      ${summary}`);
  return `usage: bellwether COMMAND\n\n${lines.join('\n')}\n`;
}

const terminal: Terminal = {
  write: (text) => process.stdout.write(text),
  hasColours: process.stdout.isTTY && process.stdout.hasColors(),
  onInterrupt: (stop) => process.once('SIGINT', stop),
};

async function main([name = '', ...args]: readonly string[]): Promise<void> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (['-h', '--help', 'help'].includes(name)) process.stdout.write(usage());
  else if (command) await run(command, args);
  else throw new InputError(`${name === '' ? 'no command' : `no command ${name}`}\n${usage()}`);
}

async function run(command: Command, args: readonly string[]): Promise<void> {
  const { stdout, stderr = '', exitCode = 0 } = outcomeOf(await command.run(args, terminal));
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = exitCode;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stderr.write(`bellwether: ${error.message}\n`);
  process.exitCode = 2;
}
