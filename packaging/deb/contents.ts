import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { AGENTS } from '../../ocf-metadata/agents.ts';
import { LEDGER_FILE, SIMULATE_DIR } from '../../src/env/paths.ts';
import { bashCompletion } from '../completion/bash.ts';
import { agentPage, type Edition } from '../man/agent-page.ts';
import { gntHaPage } from '../man/gnt-ha-page.ts';
import { debianChangelog, type Release } from './release.ts';
import { thirdPartyLicences } from './third-party.ts';

/** Fills `stage` with what the package installs: the tree of the build, pages, completion, texts and empty folders. */
export function stageContents(
  stage: string,
  root: string,
  releases: readonly Release[],
  bundledPackages: readonly string[],
): void {
  cpSync(root, stage, { recursive: true, verbatimSymlinks: true });
  for (const folder of [dirname(LEDGER_FILE), SIMULATE_DIR])
    mkdirSync(join(stage, folder), { recursive: true });
  const doc = 'usr/share/doc/ganeti-ha';
  const [newest] = releases;
  if (newest === undefined) throw new Error('CHANGELOG.md has no release; nothing was packaged.');
  const date = new Date(newest.epoch * 1000).toISOString().slice(0, 10);
  const files: readonly (readonly [string, string | Buffer])[] = [
    ...manPages({ version: newest.version, date }),
    ['usr/share/bash-completion/completions/gnt-ha', bashCompletion()],
    ['usr/lib/tmpfiles.d/ganeti-ha.conf', source('tmpfiles.conf')],
    ['usr/share/lintian/overrides/ganeti-ha', source('lintian-overrides')],
    [`${doc}/copyright`, source('copyright')],
    [`${doc}/changelog.gz`, compressed(debianChangelog(releases))],
    [`${doc}/third-party.txt.gz`, compressed(thirdPartyLicences(bundledPackages))],
  ];
  for (const [path, content] of files) {
    mkdirSync(dirname(join(stage, path)), { recursive: true });
    writeFileSync(join(stage, path), content, { mode: 0o644 });
  }
}

function manPages(edition: Edition): [string, Buffer][] {
  const agents = AGENTS.map((agent): [string, Buffer] => [
    `usr/share/man/man7/ocf_ganeti_${agent.name}.7.gz`,
    compressed(agentPage(agent, edition)),
  ]);
  return [...agents, ['usr/share/man/man8/gnt-ha.8.gz', compressed(gntHaPage(edition))]];
}

/** As `gzip -9n`: zlib writes neither name nor time, so that two builds are the same. */
function compressed(text: string): Buffer {
  return gzipSync(text, { level: 9 });
}

function source(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, name));
}
