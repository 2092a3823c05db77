import * as real from '../../../../src/repair/limits.ts';

export class UnderWay extends real.UnderWay {
  override full(): undefined {}
}
