/**
 * Imports the modules that several files of the bundle share, so that the bundler puts them into one file. Otherwise it
 * makes a file for each pair, and each costs a request.
 */
import '../data/choices.js';
import '../data/messages.js';
import '../data/numbers.js';
import '../data/operations.js';
import '../data/person.js';
import '../data/read-question.js';
import '../data/refresh.js';
import '../data/report.js';
import '../data/reviews.js';
import '../data/save-file.js';
import '../data/shortcuts.js';
import '../data/timeline.js';
import '../views/person/consent.js';
import '../views/person/conversation.js';
import './behind-banner.js';
import './copy-button.js';
import './export-button.js';
import './number-link.js';
import './panel.js';
import './reason-dialog.js';
import './sending-panel.js';
import './use-width.js';
import './your-time.js';
