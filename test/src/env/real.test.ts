import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { realEnv } from '../../../src/env/real.ts';

const { host, clock } = realEnv({}, () => {});

test('signals go to one existing process of its own, never to a group or to everybody', async () => {
  const child = spawn('sleep', ['1000']);
  const { pid = 0 } = child;
  assert.equal(host.processExists(pid), true);
  for (const wrong of [0, -1, -pid, 1, 1.5, Number.NaN]) assert.equal(host.signal(wrong, 'SIGTERM'), false);
  assert.equal(host.processExists(pid), true);
  assert.equal(host.signal(pid, 'SIGTERM'), true);
  await new Promise((resolve) => child.on('close', resolve));
  assert.equal(host.processExists(pid), false);
  assert.equal(host.signal(pid, 'SIGKILL'), false);
});

test('the signature is the published HMAC-SHA1 of RFC 2202', () => {
  const key = Buffer.from('Jefe').toString('base64');
  assert.equal(
    host.hmacSha1(key, 'what do ya want for nothing?'),
    'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79',
  );
});

test('identifiers are fresh, the loopback is an own address, time goes on', async () => {
  assert.notEqual(host.uuid(), host.uuid());
  assert.ok(host.addresses().includes('127.0.0.1'));
  const before = clock.now();
  await clock.sleep(20);
  assert.ok(clock.now() - before >= 15);
});
