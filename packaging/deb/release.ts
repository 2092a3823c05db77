import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(import.meta.dirname, '../..');

export const MAINTAINER = 'The ganeti-ha authors <ganeti-ha@users.noreply.github.com>';

export interface Release {
  readonly version: string;
  /** Midnight UTC of the day of the release, seconds since the epoch. */
  readonly epoch: number;
  readonly changes: readonly string[];
}

/** The releases in CHANGELOG.md, newest first: `## VERSION (YYYY-MM-DD)` and a list of changes each. */
export function readReleases(text = readFileSync(join(PROJECT, 'CHANGELOG.md'), 'utf8')): Release[] {
  return text
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const title = /^(\S+) \((\d{4}-\d{2}-\d{2})\)$/m.exec(section);
      const [, version, day] = title ?? [];
      if (version === undefined || day === undefined) {
        throw new Error(
          `CHANGELOG.md has a section that is not "VERSION (YYYY-MM-DD)": ${section.slice(0, 40)}`,
        );
      }
      const changes = section
        .split(/^- /m)
        .slice(1)
        .map((change) => change.replaceAll(/\s+/g, ' ').trim());
      return { version, epoch: Date.parse(`${day}T00:00:00Z`) / 1000, changes };
    });
}

/** The same as a Debian changelog (deb-changelog(5)). */
export function debianChangelog(releases: readonly Release[]): string {
  return releases
    .map(({ version, epoch, changes }) => {
      const lines = changes.map((change) => wrap(`  * ${change}`, '    ')).join('\n');
      const date = new Date(epoch * 1000).toUTCString().replace('GMT', '+0000');
      return `ganeti-ha (${version}) unstable; urgency=medium\n\n${lines}\n\n -- ${MAINTAINER}  ${date}\n`;
    })
    .join('\n');
}

function wrap(text: string, indent: string): string {
  const lines = [''];
  for (const word of text.split(/(?<=\S) /)) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + word.length + 1 > 78) lines.push(indent + word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join('\n');
}
