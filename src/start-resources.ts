import type { DynamicModule, FactoryProvider, Provider } from '@nestjs/common';
import type { Logger } from './application/ports/logger.js';

/**
 * Tracks what the factories of modules open. Nest calls no hook of an application that it could not create, so a start
 * that fails meanwhile closes it here.
 */
export class StartResources {
  private readonly results: Promise<unknown>[] = [];
  private isClosed = false;

  /** Returns the same module, whose factories are tracked. */
  track(module: DynamicModule): DynamicModule {
    const providers = module.providers ?? [];
    return { ...module, providers: providers.map((provider) => this.tracked(provider)) };
  }

  /** Closes everything, the newest first. Factories that are still opening something are waited for. */
  async close(logger: Logger): Promise<void> {
    // Nest goes on with other factories after one has failed.
    this.isClosed = true;
    const settled = await Promise.allSettled(this.results);
    for (const result of settled.toReversed()) {
      if (result.status === 'rejected' || !isClosable(result.value)) continue;
      try {
        await result.value.close();
      } catch (error) {
        logger.error({ error }, 'What a failed start had opened could not be closed.');
      }
    }
  }

  private tracked(provider: Provider): Provider {
    if (!isFactory(provider)) return provider;
    const useFactory = (...needs: readonly unknown[]): unknown => {
      if (this.isClosed) throw new Error('The start has failed meanwhile.');
      const result: unknown = provider.useFactory(...needs);
      this.results.push(Promise.resolve(result));
      return result;
    };
    return { ...provider, useFactory };
  }
}

interface Closable {
  close(): unknown;
}

const isClosable = (value: unknown): value is Closable =>
  typeof value === 'object' &&
  value !== null &&
  'close' in value &&
  typeof value.close === 'function';

const isFactory = (provider: Provider): provider is FactoryProvider => 'useFactory' in provider;
