import type { Position } from '../../../application/ports/event-store.js';
import type { ProjectionPositions } from '../../../application/ports/projection-positions.js';
import { projectionNames } from '../../../application/ports/projection-store.js';
import type { Catalog } from '../catalog.js';
import { progressOf } from '../progress-of.js';

export class ProjectionPositionsTables implements ProjectionPositions {
  constructor(private readonly catalog: Catalog) {}

  positions(): Promise<readonly (Position | undefined)[]> {
    return Promise.all(
      projectionNames.map(async (name) => {
        const { copy } = await this.catalog.copyOf(name);
        return (await progressOf(copy))?.position;
      }),
    );
  }
}
