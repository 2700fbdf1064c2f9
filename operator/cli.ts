/** `bellwether`: the engine at a prompt, the same that the operator runs. */
import { decideCommand } from './cli/decide.ts';
import { InputError } from './cli/input.ts';
import { simulateCommand } from './cli/simulate.ts';

interface Command {
  readonly usage: string;
  readonly summary: string;
  /** @returns what to print */
  readonly run: (args: readonly string[]) => Promise<string>;
}

const commands: Readonly<Record<string, Command>> = {
  decide: decideCommand,
  simulate: simulateCommand,
};

function usage(): string {
  const lines = Object.values(commands).map(({ usage, summary }) => `  ${usage}\n      ${summary}`);
  return `usage: bellwether COMMAND\n\n${lines.join('\n')}\n`;
}

async function main([name = '', ...args]: readonly string[]): Promise<void> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (['-h', '--help', 'help'].includes(name)) process.stdout.write(usage());
  else if (command) process.stdout.write(await command.run(args));
  else throw new InputError(`${name === '' ? 'no command' : `no command ${name}`}\n${usage()}`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stderr.write(`bellwether: ${error.message}\n`);
  process.exitCode = 2;
}
