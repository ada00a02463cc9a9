import { StringOutputParser } from '@langchain/core/output_parsers';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { RunnableLambda } from '@langchain/core/runnables';
import { ChatOpenAI } from '@langchain/openai';
import { numbers, prompt, question, STEPS, step } from './workload.mjs';

const pipe = (count) => {
  const [first, ...rest] = numbers(count).map((i) => RunnableLambda.from((value) => step(i, value)));
  const whole = rest.reduce((before, next) => before.pipe(next), first);
  return () => whole.invoke('x');
};

export const variants = {
  pipe: {
    chain: async () => pipe(STEPS),
    cold: async () => pipe(5),
    model: async ({ baseUrl }) => {
      const ask = ChatPromptTemplate.fromMessages([['user', prompt('{question}')]])
        .pipe(new ChatOpenAI({ model: 'm', apiKey: 'key', maxRetries: 0, configuration: { baseURL: baseUrl } }))
        .pipe(new StringOutputParser());
      return () => ask.invoke({ question });
    },
  },
};
