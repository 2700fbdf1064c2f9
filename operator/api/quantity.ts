/** Kubernetes quantities ("35", "100m", "2Ki", "1e3") as plain numbers with the HPA's precision of a thousandth. */
import { z } from 'zod';

const suffixes: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const syntax = '^([+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+))(e[+-]?[0-9]+|[KMGTPE]i|[numkMGTPE]?)$';
const form = new RegExp(syntax);

/**
 * Parse a quantity as the API server does, rounded up to a thousandth as the HPA's `MilliValue` is.
 *
 * @returns the number in the metric's own unit, or undefined if the text is no quantity
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function parseQuantity(quantity: string | number): number | undefined {
  const [, digits, unit = ''] = form.exec(String(quantity)) ?? [];
  if (digits === undefined) return undefined;
  const number = /^e./.test(unit)
    ? Number(`${digits}${unit}`)
    : Number(digits) * (suffixes[unit] ?? Number.NaN);
  return Number.isFinite(number) ? roundUpToMilli(number) : undefined;
}

/** The next thousandth at or above, forgiving the noise of binary fractions. */
function roundUpToMilli(number: number): number {
  const milli = number * 1000;
  const nearest = Math.round(milli);
  const isNoise = Math.abs(milli - nearest) <= Math.abs(nearest) * 1e-12;
  return (isNoise ? nearest : Math.ceil(milli)) / 1000;
}

/** Bounds that both we and the API server can hold cheaply. */
interface Range {
  /** Exclusive. */
  readonly above?: 0;
  /** Inclusive. */
  readonly atLeast?: 0;
  readonly atMost?: number;
}

/**
 * A field that holds a quantity within a range; text or a whole number in, a plain number out.
 */
export function quantity(description: string, range: Range) {
  return z
    .union([z.string().max(32), z.int()])
    .transform((value, context) => {
      const number = parseQuantity(value);
      const objection = number === undefined ? 'no quantity' : outside(number, range);
      if (objection === undefined && number !== undefined) return number;
      context.addIssue({ code: 'custom', message: `${value} is ${objection}` });
      return z.NEVER;
    })
    .meta({
      description,
      'x-kubernetes-int-or-string': true,
      maxLength: 32,
      pattern: syntax,
      'x-kubernetes-validations': quantityRules(range),
    });
}

function outside(number: number, { above, atLeast, atMost }: Range): string | undefined {
  if (above !== undefined && number <= above) return `not more than ${above}`;
  if (atLeast !== undefined && number < atLeast) return `less than ${atLeast}`;
  if (atMost !== undefined && number > atMost) return `more than ${atMost}`;
  return undefined;
}

/**
 * The same bounds for the API server. It takes every int-or-string for a very long text, so `quantity(self)`
 * in a list would pass its budget of cost: signs and digits tell what is needed.
 */
function quantityRules({ above, atLeast, atMost }: Range) {
  const isPositive =
    "type(self) == int ? self > 0 : !self.startsWith('-') && self.matches('^[^e]*[1-9]')";
  const isNotNegative = "type(self) == int ? self >= 0 : !self.startsWith('-')";
  const isAtMost = `type(self) == int ? self <= ${atMost} : !isQuantity(self) || quantity(self).compareTo(quantity('${atMost}')) <= 0`;
  return [
    ...(above === undefined ? [] : [{ rule: isPositive, message: 'must be more than 0' }]),
    ...(atLeast === undefined ? [] : [{ rule: isNotNegative, message: 'must be at least 0' }]),
    ...(atMost === undefined ? [] : [{ rule: isAtMost, message: `must be at most ${atMost}` }]),
  ];
}
