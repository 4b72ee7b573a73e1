import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createSandboxCredentials,
  type SandboxCredentials,
  type SandboxOptions,
  startSandbox,
  type Sandbox,
} from 'vonage-sandbox';
import { ServiceProcess, type ServiceSettings } from './service-process.js';

type SandboxSettings = Omit<SandboxOptions, keyof SandboxCredentials | 'requestsPerSecond'>;
type ProcessSettings = Omit<ServiceSettings, 'dataDirectory' | 'credentials' | 'vonageUrl'>;

export interface ServiceWorldOptions extends ProcessSettings {
  readonly sandbox: SandboxSettings;
}

/** A service as a process of its own, and its sandbox, which outlives it. */
export class ServiceWorld {
  private constructor(
    /** The service's `DATA_DIR`. */
    readonly directory: string,
    readonly credentials: SandboxCredentials,
    readonly sandbox: Sandbox,
    readonly service: ServiceProcess,
  ) {}

  /** Prepares the world without a process. */
  static async create({ sandbox: settings, ...rest }: ServiceWorldOptions): Promise<ServiceWorld> {
    const dataDirectory = mkdtempSync(join(tmpdir(), 'waybill-service-'));
    const credentials = await createSandboxCredentials();
    const { privateKey: _, ...account } = credentials;
    const sandbox = await startSandbox({ ...account, ...settings, requestsPerSecond: null });
    const vonageUrl = sandbox.url;
    const service = await ServiceProcess.on({ ...rest, dataDirectory, credentials, vonageUrl });
    sandbox.configure({
      statusUrl: `${service.url}/webhooks/status`,
      inboundUrl: `${service.url}/webhooks/inbound`,
    });
    return new ServiceWorld(dataDirectory, credentials, sandbox, service);
  }

  /** Kills the service and removes its data. */
  async end(): Promise<void> {
    await this.service.end('SIGKILL');
    await this.sandbox.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
