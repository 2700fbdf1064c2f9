/** The yardstick: one Express route that answers a JSON body of the size given, and nothing else. */
import express from 'express';

const app = express();
const item = { id: '5f3c1f0a-0000-4000-8000-000000000000', title: 'A course', level: 'beginner' };
const length = Math.max(
  1,
  Math.round(Number(process.env.BYTES ?? 2000) / JSON.stringify(item).length),
);
const body = { data: Array.from({ length }, () => item) };

app.get('/readyz', (_request, response) => {
  response.json({ ready: true });
});
app.get('/bare', (_request, response) => {
  response.json(body);
});
const server = app.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => {
  server.closeAllConnections();
  server.close(() => process.exit(0));
});
