/** `bellwether simulate`: profiles and comparators over recorded or generated load. */
import { simulate } from '../simulate/command.ts';
import { usageLine } from '../simulate/options.ts';
import { UsageError } from '../simulate/usage-error.ts';
import { InputError, readObject } from './input.ts';

export const simulateCommand = {
  usage: usageLine,
  summary: 'print what overload and pod-hours would have been; --help lists the options',
  run,
};

async function run(args: readonly string[]): Promise<string> {
  try {
    return await simulate(args, readObject);
  } catch (error) {
    if (error instanceof UsageError) throw new InputError(error.message, { cause: error });
    throw error;
  }
}
