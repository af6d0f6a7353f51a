/**
 * `/api/openapi.json`, and `/api/docs`, a page to read and try the interface (Swagger UI). Both say what the guide
 * says and need no token; the page loads nothing from elsewhere, and sends the token that its user enters.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Router } from 'express';
import { contentPolicy } from '../security-headers.js';
import { openApiDocument } from './openapi.js';

const require = createRequire(import.meta.url);
const assets = dirname(require.resolve('swagger-ui-dist/package.json'));

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>AI Interview Assistant – REST interface</title>
    <link rel="stylesheet" href="/api/docs/swagger-ui.css">
    <link rel="icon" href="/api/docs/favicon-32x32.png">
  </head>
  <body>
    <div id="interface"></div>
    <script src="/api/docs/swagger-ui-bundle.js"></script>
    <script src="/api/docs/start.js"></script>
  </body>
</html>
`;

/** No validator elsewhere is asked, and no token is kept when the page is left. */
const START = `SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#interface',
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
});
`;

const ASSETS = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'] as const;

// Swagger UI writes style attributes and draws its icons from data addresses.
const POLICY = {
  'script-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
} as const;

export function apiPages(): Router {
  const router = Router();
  const description = openApiDocument();
  router.get('/openapi.json', (_request, response) => void response.json(description));
  router.use('/docs', contentPolicy(POLICY));
  router.get('/docs', (_request, response) => void response.type('html').send(PAGE));
  router.get('/docs/start.js', (_request, response) => void response.type('js').send(START));
  for (const name of ASSETS) {
    router.get(`/docs/${name}`, (_request, response) => response.sendFile(join(assets, name)));
  }
  return router;
}
