// A server of OpenAI's chat protocol that answers after 5 ms, in one piece or as a stream. Prints its port.
import { createServer } from 'node:http';

const DELAY_MS = 5;
const usage = { prompt_tokens: 6, completion_tokens: 1, total_tokens: 7 };
const about = { id: 'chatcmpl-1', created: 1_700_000_000, model: 'm' };

const whole = JSON.stringify({
  ...about,
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'pong' }, finish_reason: 'stop' }],
  usage,
});
const chunk = (choices, more = {}) =>
  `data: ${JSON.stringify({ ...about, object: 'chat.completion.chunk', choices, ...more })}\n\n`;
const stream = [
  chunk([{ index: 0, delta: { role: 'assistant', content: 'pong' }, finish_reason: null }]),
  chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]),
  chunk([], { usage }),
  'data: [DONE]\n\n',
].join('');

const server = createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    const { stream: streamed } = JSON.parse(Buffer.concat(pieces).toString());
    setTimeout(() => {
      const body = streamed ? stream : whole;
      const type = streamed ? 'text/event-stream' : 'application/json';
      response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
    }, DELAY_MS);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
