import type { ServiceSettings } from '../service/service-process.js';

/** The memory settings of `npm start` and of the image. */
export const asStarted: Pick<ServiceSettings, 'nodeOptions' | 'environment'> = {
  nodeOptions: ['--max-semi-space-size=16'],
  environment: { MALLOC_MMAP_THRESHOLD_: '131072' },
};
