/**
 * Cases that no server could have run as they stand: prompts beyond the model's context, requests beyond the KV cache.
 *
 * A prediction for them would be of something else than the row. The context is the catalog's, or what the row says
 * (`max_model_len`). A static batch is exempt from it: such programs hand random tokens to the model as they are, and rows of
 * twice the context are published. An answer may run over the context everywhere, because benchmarks tell the engine to ignore
 * ends. Lengths are tokens; of a range, the prompts at its upper end and the requests at its lower.
 */

import { findModel } from '@infersim/catalog';
import type { CaseRun, MeasuredCase } from '../cases/measured-case.js';

interface RunLengths {
  readonly longestPrompt: number;
  /** Prompt and answer of the shortest request. */
  readonly shortestRequest: number;
}

function lengthsOf(run: CaseRun): RunLengths | undefined {
  switch (run.kind) {
    case 'open-loop': {
      const prompt = run.sharedPromptTokens + run.questionTokens;
      return { longestPrompt: prompt, shortestRequest: prompt + run.outputTokens };
    }
    case 'closed-loop':
      return {
        longestPrompt: run.promptTokens.high,
        shortestRequest: run.promptTokens.low + run.outputTokens.low,
      };
    case 'offline':
    case 'static-batch':
    case 'single-stream':
      return { longestPrompt: run.promptTokens, shortestRequest: run.promptTokens + run.outputTokens };
    default:
      return undefined;
  }
}

/** Why prompts of the case are longer than its model's context; undefined when they are not. */
export function beyondContext({ run, modelId, options }: MeasuredCase): string | undefined {
  const lengths = lengthsOf(run);
  const context = options.maxModelLenTokens ?? findModel(modelId)?.architecture?.contextTokens;
  if (lengths === undefined || context === undefined || run.kind === 'static-batch') return undefined;
  const { longestPrompt } = lengths;
  if (longestPrompt <= context) return undefined;
  return `prompt of ${longestPrompt} tokens is longer than the context of ${modelId} (${context})`;
}

/**
 * Why no request of the case could ever be held, by the tokens that the deployment takes for one (`heldTokens`: the KV cache of
 * a rank, where it is smaller than the context); undefined when one could, or when the context is what bounds it.
 */
export function beyondCache({ run, modelId, options }: MeasuredCase, heldTokens: number): string | undefined {
  const lengths = lengthsOf(run);
  const context = options.maxModelLenTokens ?? findModel(modelId)?.architecture?.contextTokens ?? 0;
  if (lengths === undefined || heldTokens >= context || lengths.shortestRequest <= heldTokens) return undefined;
  return `request of ${lengths.shortestRequest} tokens is longer than the KV cache holds (${heldTokens})`;
}
