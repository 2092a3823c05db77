import { OpcodeError } from '../../src/simulate/ganeti-opcode-error.ts';

/** Whether an object passes a filter of the query language (Language.hs:205); `value` gives a field of it. */
export function passes(filter: unknown, value: (field: string) => unknown): boolean {
  if (filter === null || filter === undefined) return true;
  const [operator, ...terms]: readonly unknown[] = Array.isArray(filter) ? filter : [];
  const [field, wanted] = terms;
  const found = (): unknown => value(String(field));
  switch (operator) {
    case '&':
      return terms.every((term) => passes(term, value));
    case '|':
      return terms.some((term) => passes(term, value));
    case '!':
      return !passes(field, value);
    case '?':
      return isTrue(found());
    case '=':
    case '==':
      return found() === wanted;
    case '!=':
      return found() !== wanted;
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compare(operator, found(), wanted);
    case '=~':
      return new RegExp(String(wanted), 'u').test(String(found()));
    case '=[]': {
      const list = found();
      return Array.isArray(list) && list.includes(wanted);
    }
    default:
      throw new OpcodeError('OpPrereqError', `Invalid filter ${JSON.stringify(filter)}`, 'wrong_input');
  }
}

function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return (
    value === true ||
    (typeof value === 'number' && value !== 0) ||
    (typeof value === 'string' && value !== '')
  );
}

function compare(operator: '<' | '<=' | '>' | '>=', found: unknown, wanted: unknown): boolean {
  if (typeof found !== typeof wanted) return false;
  const [left, right] = typeof found === 'number' ? [found, Number(wanted)] : [String(found), String(wanted)];
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}

/** The values that a filter asks for by equality alone, `["|", ["==", field, v], …]`; undefined for any other. */
export function asksFor(filter: unknown, field: string): readonly unknown[] | undefined {
  if (!Array.isArray(filter)) return undefined;
  const [operator, ...terms]: readonly unknown[] = filter;
  if ((operator === '==' || operator === '=') && terms[0] === field) return [terms[1]];
  if (operator !== '|') return undefined;
  const asked = terms.map((term) => asksFor(term, field));
  return asked.some((one) => one === undefined) ? undefined : asked.flatMap((one) => one ?? []);
}
