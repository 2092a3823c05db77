/** For a test's `skip`: the tools run in an overlay, and only root may mount one. */
export const needsRoot: string | false =
  process.getuid?.() === 0 ? false : "needs root: the tools run in the lab's overlay";
