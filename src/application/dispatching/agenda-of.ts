import { providerOf, type Provider } from '../../domain/sending/provider.js';
import type { Agenda } from '../ports/agenda.js';

/** The lines of the agenda that go to one provider. */
export const agendaOf = (
  provider: Provider,
  agenda: Pick<Agenda, 'lines' | 'dueInLine'>,
): Pick<Agenda, 'lines' | 'dueInLine'> => ({
  lines: async () =>
    (await agenda.lines()).filter(({ channel, from }) => providerOf(channel, from) === provider),
  dueInLine: (line, by, entriesMax) => agenda.dueInLine(line, by, entriesMax),
});
