/** The few macros of man(7) that our pages need, with everything escaped that troff would read as its own. */

export interface PageTitle {
  readonly name: string;
  readonly section: number;
  readonly manual: string;
  /** YYYY-MM-DD */
  readonly date: string;
  readonly source: string;
}

export function title({ name, section, manual, date, source }: PageTitle): string {
  const words = [text(name.toUpperCase()), String(section), date, text(source), text(manual)];
  return `.TH ${words.map((word) => `"${word}"`).join(' ')}\n`;
}

/** A page of these parts; the paragraph that a heading opens needs no macro of its own. */
export function page(parts: readonly string[]): string {
  return parts.join('').replaceAll(/^(\.S[HS] .*\n)\.PP\n/gm, '$1');
}

export function heading(name: string): string {
  return `.SH ${text(name)}\n`;
}

export function subheading(name: string): string {
  return `.SS ${text(name)}\n`;
}

export function paragraph(words: string): string {
  return `.PP\n${text(filled(words))}\n`;
}

export function paragraphs(texts: readonly string[]): string {
  return texts.map(paragraph).join('');
}

/** A term in bold with its explanation indented below it. */
export function entry(term: string, explanation: readonly string[]): string {
  const [first = '', ...rest] = explanation.map((words) => text(filled(words)));
  const more = rest.map((lines) => `.sp\n${lines}\n`).join('');
  return `.TP\n.B ${text(term)}\n${first}\n${more}`;
}

/** Lines as they are, for commands. */
export function verbatim(lines: string): string {
  return `.PP\n.nf\n.RS 4\n${text(lines)}\n.RE\n.fi\n`;
}

/** Each sentence on a line of its own, and no line above 78 characters, as mandoc -Tlint asks for. */
function filled(words: string): string {
  const lines: string[] = [];
  for (const sentence of words.split(/(?<=[.:?!]) /)) {
    let line = '';
    for (const word of sentence.split(' ')) {
      if (line !== '' && line.length + word.length + 1 > WIDTH) {
        lines.push(line);
        line = word;
      } else line = line === '' ? word : `${line} ${word}`;
    }
    lines.push(line);
  }
  return lines.join('\n');
}

// The escapes are written afterwards and lengthen a line.
const WIDTH = 66;

/** `-` becomes the ASCII minus, since what it is in is nearly always typed or searched for. */
export function text(words: string): string {
  return words
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('"', '\\(dq')
    .split('\n')
    .map((line) => (/^[.']/.test(line) ? `\\&${line}` : line))
    .join('\n');
}
