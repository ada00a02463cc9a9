import { numbers, prompt, question, STEPS, step, WIDTH, wait } from './workload.mjs';

const chain = (count = STEPS) => {
  let value = 'x';
  for (let i = 0; i < count; i += 1) value = step(i, value);
  return value;
};

export const variants = {
  bare: {
    chain: async () => () => chain(),
    cold: async () => () => chain(5),
    fanout: async () => async () => (await Promise.all(numbers(WIDTH).map(wait))).length,
    model:
      async ({ baseUrl }) =>
      async () => {
        const response = await fetch(`${baseUrl}/chat/completions`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: 'Bearer key' },
          body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: prompt(question) }] }),
        });
        return (await response.json()).choices[0].message.content;
      },
  },
};
