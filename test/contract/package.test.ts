import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { before, describe, it } from 'node:test';
import { makePackage } from '../../packaging/deb/package.ts';
import { inLayer } from '../lab/layer/in-layer.ts';
import { needsRoot } from './needs-root.ts';

const MAN_PAGES = [
  'man7/ocf_ganeti_ganeti-master.7.gz',
  'man7/ocf_ganeti_ganeti-master-promotable.7.gz',
  'man7/ocf_ganeti_ganeti-node.7.gz',
  'man8/gnt-ha.8.gz',
];

// What apt and dpkg keep of any package.
const NOT_OURS = /^\/var\/(cache|log|lib\/(apt|dpkg))(\/|$)|^\/run\/(lock|systemd)(\/|$)/;

describe('the package, given to its users', { skip: needsRoot }, () => {
  let deb = '';
  before(async () => {
    deb = `/project/build/${basename(await makePackage())}`;
  });

  it('satisfies lintian, warnings included', async () => {
    const words = ['lintian', '--allow-root', '--fail-on', 'error,warning', '--tag-display-limit', '0', deb];
    const { code, stdout } = await inLayer(words, { check: false, timeoutMs: 180_000 });
    assert.equal(code, 0, stdout);
    assert.doesNotMatch(stdout, /^[EW]:/m);
  });

  it('is installed by apt with all it needs, works, and is gone after a purge', async () => {
    const script = `
      set -e
      export DEBIAN_FRONTEND=noninteractive
      find /etc /usr /var /run /opt /srv -xdev | sort > /tmp/before
      apt-get install --yes --no-install-recommends "$1" >&2
      gnt-ha --help > /dev/null
      env -i /usr/lib/ocf/resource.d/ganeti/ganeti-node meta-data > /dev/null
      test -d /etc/ganeti-ha/simulate.d
      dpkg --verify ganeti-ha
      # What agents and administrators leave behind.
      mkdir -p /run/ganeti-ha
      echo '{}' > /var/lib/ganeti-ha/ledger.jsonl
      touch /run/ganeti-ha/node.started /etc/ganeti-ha/simulate.d/monitor-fails
      apt-get remove --yes ganeti-ha >&2
      test -e /var/lib/ganeti-ha/ledger.jsonl
      apt-get purge --yes ganeti-ha >&2
      find /etc /usr /var /run /opt /srv -xdev | sort > /tmp/after
      diff /tmp/before /tmp/after || true`;
    const { stdout } = await inLayer(['bash', '-c', script, 'install', deb], {
      agents: false,
      timeoutMs: 180_000,
    });
    const changed = stdout.split('\n').filter((line) => /^[<>]/.test(line) && !NOT_OURS.test(line.slice(2)));
    assert.deepEqual(changed, []);
  });

  for (const page of MAN_PAGES) {
    it(`has the man page ${page}, without a warning from mandoc or groff, and man-db finds its name`, async () => {
      const script = `
        set -e
        file=/usr/share/man/$1
        zcat "$file" > /tmp/page
        mandoc -Tlint -W warning /tmp/page
        LC_ALL=C.UTF-8 MANROFFSEQ= man --warnings=all -E UTF-8 -l -Tutf8 -P cat "$file" > /tmp/text 2> /tmp/warnings
        cat /tmp/warnings
        lexgrog "$file" > /dev/null
        grep -c . /tmp/text >&2`;
      const { stdout } = await inLayer(['bash', '-c', script, 'man', page], { agents: true });
      assert.equal(stdout, '');
    });
  }
});
