/** The output of `node dist/main.js --help`. The variables are explained in `.env.example`. */
export const HELP = `Waybill sends SMS through the Vonage Messages API and knows what became of every message.

  npm start                     builds and starts the service
  node dist/main.js             starts what is built

Settings come from the environment or from a file .env; .env.example explains each of them.
Without any VONAGE_ variable a stand-in for Vonage is started too, and nothing reaches a phone.

  npm run send -- --to NUMBER --text TEXT     sends through the running service and follows it
  npm run replay -- ID                        prints what happened to a message
  npm run keys -- create NAME SCOPES          creates an API key; also list and revoke, see --help
  npm run waybill -- --help                   lists every command

While it runs: /docs describes the API, /health/ready and /metrics tell how it is.
`;
