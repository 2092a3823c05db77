import { describe, it } from 'node:test';
import { PROPERTIES } from './plan-properties.ts';

describe('of every plan over random clusters, tags and jobs', () => {
  for (const [sentence, property] of Object.entries(PROPERTIES)) {
    it(sentence, () => property(1_000, undefined));
  }
});
