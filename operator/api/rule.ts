/** Rules across fields, written once and held twice: by the API server in CEL, by us when we parse. */
import type { z } from 'zod';

export interface Rule<Value> {
  /** True when the object is fine. `self` is the object the rule is attached to. */
  readonly cel: string;
  /** The same for us, on the parsed object. */
  readonly holds: (value: Value) => boolean;
  /** The field to blame, a member of the object. */
  readonly field: string;
  /** The rule in words. */
  readonly message: string;
  /** The value to blame, as a CEL expression of type string; costly for anything but an enum. */
  readonly celValue?: string;
  /** The same for us; left out where the field is no scalar. */
  readonly value?: (value: Value) => unknown;
}

/** Attach rules to a schema; the parsed type stays the same. */
export function ruled<Schema extends z.ZodType>(
  schema: Schema,
  rules: readonly Rule<z.output<Schema>>[],
): Schema {
  return schema
    .superRefine((value, context) => {
      for (const { holds, field, message, value: blamed } of rules) {
        if (holds(value)) continue;
        const prefix = blamed ? `${blamed(value)}: ` : '';
        context.addIssue({ code: 'custom', path: [field], message: `${prefix}${message}` });
      }
    })
    .meta({ ...schema.meta(), 'x-kubernetes-validations': rules.map(toCel) });
}

function toCel<Value>({ cel, field, message, celValue }: Rule<Value>) {
  return {
    rule: cel,
    fieldPath: `.${field}`,
    message,
    ...(celValue ? { messageExpression: `${celValue} + ': ' + ${JSON.stringify(message)}` } : {}),
  };
}
