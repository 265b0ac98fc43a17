/**
 * Calls `action` at the first Ctrl-C or polite request to end. A second one ends the process at once, for people who cannot
 * wait. Returns the function that puts things back as they were.
 */
export function onInterrupt(action: () => void): () => void {
  let asked = false;
  const handler = () => {
    if (asked) process.exit(130);
    asked = true;
    action();
  };
  process.on('SIGINT', handler);
  process.on('SIGTERM', handler);
  return () => {
    process.off('SIGINT', handler);
    process.off('SIGTERM', handler);
  };
}
