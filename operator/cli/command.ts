/** What a command of `bellwether` is, and what it may know of where it runs. */

export interface Terminal {
  /** For what is printed before the command ends. */
  readonly write: (text: string) => void;
  /** Whether whoever reads sees colours. */
  readonly hasColours: boolean;
  /** Called at the first Ctrl-C, which then no longer ends the program. */
  readonly onInterrupt: (stop: () => void) => void;
}

export interface Outcome {
  readonly stdout: string;
  readonly stderr?: string;
  /** 0 where left out; 1: what was asked about is not in order. */
  readonly exitCode?: 0 | 1;
}

export interface Command {
  readonly usage: string;
  readonly summary: string;
  /**
   * @returns what to print
   * @throws InputError where the caller has to change something: the program ends with 2
   */
  readonly run: (args: readonly string[], terminal: Terminal) => Promise<string | Outcome>;
}

/** A mere text is printed, and all is well. */
export function outcomeOf(result: string | Outcome): Outcome {
  return typeof result === 'string' ? { stdout: result } : result;
}
