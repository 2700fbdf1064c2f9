/** Label selectors as text, as a scale's status holds them. */

export type Labels = Readonly<Record<string, string>>;

type Requirement = (labels: Labels) => boolean;

/**
 * Parse a selector: `app=web,tier!=db,env in (a,b),zone notin (c),gpu,!spot`, all of which must hold.
 *
 * @returns undefined if it is none; the API server then has to judge
 */
export function parseSelector(text: string): Requirement | undefined {
  const requirements = splitOutsideBrackets(text).map(parseRequirement);
  return requirements.every((each) => each !== undefined)
    ? (labels) => requirements.every((holds) => holds(labels))
    : undefined;
}

function splitOutsideBrackets(text: string): readonly string[] {
  return text.split(/,(?![^(]*\))/).map((part) => part.trim());
}

const name = '[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?';
const single = new RegExp(`^(!?)\\s*(${name})$`);
const compared = new RegExp(`^(${name})\\s*(==|=|!=)\\s*(${name}|)$`);
const listed = new RegExp(`^(${name})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);

/** `!=` and `notin` also hold where the label is missing, as in Kubernetes. */
function parseRequirement(text: string): Requirement | undefined {
  const [, not, wanted = ''] = single.exec(text) ?? [];
  if (not !== undefined) return (labels) => Object.hasOwn(labels, wanted) === (not === '');
  const [, key = '', sign, value = ''] = compared.exec(text) ?? [];
  if (sign === '!=') return (labels) => labelOf(labels, key) !== value;
  if (sign !== undefined) return (labels) => labelOf(labels, key) === value;
  const [, label = '', word, values = ''] = listed.exec(text) ?? [];
  if (word === undefined) return undefined;
  const set = new Set<string | undefined>(values.split(',').map((each) => each.trim()));
  return (labels) => set.has(labelOf(labels, label)) === (word === 'in');
}

function labelOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
