import * as real from '../../../../src/repair/limits.ts';

export class UnderWay extends real.UnderWay {
  #asked = false;

  override add(nodes: readonly string[]): void {
    if (this.#asked) super.add(nodes);
  }

  override full(nodes: readonly string[]): ReturnType<real.UnderWay['full']> {
    this.#asked = true;
    return super.full(nodes);
  }
}
