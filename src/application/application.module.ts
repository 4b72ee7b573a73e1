import { Module, type DynamicModule } from '@nestjs/common';
import type { ApplicationSettings } from './settings.js';
import { tableOfContents } from './table-of-contents.js';

/** Registers each object of the table of contents with Nest. */
@Module({})
export class ApplicationModule {
  static with(
    imports: NonNullable<DynamicModule['imports']>,
    settings: ApplicationSettings,
  ): DynamicModule {
    const recipes = tableOfContents(settings);
    return {
      module: ApplicationModule,
      imports,
      providers: recipes.map(({ provides, needs, build }) => ({
        provide: provides,
        inject: [...needs],
        useFactory: build,
      })),
      exports: recipes.map(({ provides }) => provides),
    };
  }
}
