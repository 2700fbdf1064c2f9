/** One thing that is wrong with a profile, before its place in the file is known. */
import type { Path } from './documents.ts';

export interface Fault {
  readonly path: Path;
  /** The value, where it helps, and the rule. */
  readonly message: string;
  /** True where the profile works, but hardly as meant. */
  readonly isWarning?: boolean;
  /** Blames the name of the field instead of its value. */
  readonly part?: 'key';
  /** Of a query: the character that is to blame, counted from 0. */
  readonly at?: number;
}
