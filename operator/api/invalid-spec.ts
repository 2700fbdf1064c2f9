/** A spec that is refused, with the field and the rule that the message must name. */
export interface InvalidSpec {
  readonly name: string;
  /** Laid over the spec of the sample of its kind. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** The path that the message names. */
  readonly field: string;
  /** What it says of the rule, in our words or the API server's. */
  readonly rule: RegExp;
}
