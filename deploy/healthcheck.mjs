/**
 * Asks an address of this container and exits with 0 when the answer is 2xx, otherwise with 1. For
 * images without curl. Argument: a path of the service, or a whole address.
 */
const TIMEOUT_MS = 4_000;

const service = `http://127.0.0.1:${process.env.PORT ?? 3000}`;
try {
  const address = new URL(process.argv[2] ?? '/health/live', service);
  const { ok, status } = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!ok) console.error(`HTTP ${status}`);
  process.exitCode = ok ? 0 : 1;
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
}
