import { fileURLToPath } from 'node:url';
import { capitalised } from './application/auditing/sentences.js';
import { collectOnceStarted } from './adapters/garbage/collect-garbage.js';
import { waitForDistantServers } from './adapters/system/connection-attempts.js';
import { systemTime } from './adapters/system/system-time.js';
import { limitYoungGenerationsByThread } from './adapters/system/young-generations.js';
import { loadEnvironmentFile } from './commands/environment-file.js';
import { createPinoLogger, terminalStream } from './adapters/logging/pino-logger.js';
import { ConfigurationError, parseConfig, type Config } from './config.js';
import { HELP } from './help.js';
import { leaveOnFault } from './leave-on-fault.js';
import { announceStandIn, showDemonstration } from './demo/demonstration.js';
import { startStandIn } from './demo/stand-in.js';
import { startService, type Service } from './service.js';

/** The build puts the window beside the folder of this program. */
const WINDOW = fileURLToPath(new URL('../window', import.meta.url));

/**
 * The longest stop after draining: a longer one waits for something that will not end; the ledger is safe either way.
 */
const STOP_MS_MAX = 30_000;

async function run(): Promise<void> {
  // A broken output must not end the service: its lines are dropped.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);
  try {
    limitYoungGenerationsByThread();
    waitForDistantServers();
    loadEnvironmentFile();
    const config = parseConfig(process.env);
    if (config.vonage === null) await runWithStandIn(config);
    else stopOnSignal(await start(config), config);
  } catch (error) {
    process.stderr.write(`Waybill cannot start. ${reasonOf(error)}\n`);
    // Anything already started, such as the stand-in, would keep the process alive for ever.
    process.exit(1);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, address, port } = error as NodeJS.ErrnoException & {
    readonly address?: string;
    readonly port?: number;
  };
  if (code === 'EADDRINUSE') {
    return `Another program listens at ${address}:${port}: stop it, or set PORT to another port.`;
  }
  if (code === 'EADDRNOTAVAIL') {
    return `This machine does not have the address ${address}: set HOST to one that it has, 127.0.0.1, or 0.0.0.0 for all of them.`;
  }
  if (code === 'EACCES' && port !== undefined) {
    return `This user may not listen at port ${port}: set PORT to 1024 or more.`;
  }
  return capitalised(error.message);
}

async function start(config: Config): Promise<Service> {
  if (config.vonage === null) throw new ConfigurationError(['There is no Vonage account.']);
  const logger = createPinoLogger(config.logLevel, terminalStream());
  for (const warning of config.warnings) logger.warn({}, warning);
  let service: Service | undefined;
  leaveOnFault({
    logger,
    stop: async () => service?.stop(),
    stopMsMax: stopMsMaxOf(config),
  });
  service = stoppedOnce(
    await startService({ ...config, vonage: config.vonage }, logger, systemTime, WINDOW),
  );
  collectOnceStarted();
  logger.info(
    {
      url: service.url,
      eventStore: config.eventStore.kind,
      readModel: config.readModel.kind,
      vonage: config.vonage.apiHost,
    },
    'Waybill is running.',
  );
  return service;
}

/** Runs without an account: the service, a stand-in for Vonage, and a few messages to look at. */
async function runWithStandIn(config: Config): Promise<void> {
  const representative = await startStandIn();
  announceStandIn(representative.url);
  const service = await start({ ...config, vonage: representative.vonage });
  representative.reportTo(service.url);
  const stop = async (): Promise<void> => {
    await service.stop();
    await representative.stop();
  };
  stopOnSignal({ url: service.url, stop }, config);
  // With API keys the demonstration would need one, and only their hashes are known here.
  if (config.apiKeys.length === 0) await showDemonstration(service.url, representative.url);
}

/** Stops the service only once, because a signal and an error may both ask for it. */
function stoppedOnce(service: Service): Service {
  let stopped: Promise<void> | undefined;
  return { url: service.url, stop: () => (stopped ??= service.stop()) };
}

const stopMsMaxOf = ({ drainSeconds }: Config): number => drainSeconds * 1000 + STOP_MS_MAX;

function stopOnSignal(service: Service, config: Config): void {
  let isStopping = false;
  const stop = (): void => {
    // A terminal and npm both pass Ctrl-C on, so a second signal does not cut off the work under way.
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(1), stopMsMaxOf(config)).unref();
    void service.stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
}

const args = process.argv.slice(2);
if (args.includes('--help') || args.includes('-h')) process.stdout.write(HELP);
else if (args.length === 0) void run();
else {
  process.stderr.write(`Waybill takes no arguments, but was given ${args.join(' ')}.\n\n${HELP}`);
  process.exitCode = 2;
}
