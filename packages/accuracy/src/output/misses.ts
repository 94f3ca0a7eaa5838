/**
 * Why targets are missed, as far as it is known: headline id to a paragraph of Markdown that `docs/accuracy.md` prints below the
 * miss. A line that is met needs none; `unexplainedMisses` names those that are missed without a word.
 */

/** Paragraphs by headline id. */
export type MissExplanations = Readonly<Record<string, string>>;

/** Explanations of the misses of the reference measurements. */
export const MISSES: MissExplanations = {
  'fixed-concurrency-tpot-dense':
    'Left out, the only dense family of these tables (Qwen3) takes with it every dense row of TensorRT-LLM and SGLang: what remains to fit their overheads are rows of expert models, or none, and what was believed beforehand decides.',
  'saturated-power':
    'The collection ran on several hosts, and equal devices differ between them: one H100 draws about 540 W under Qwen3-32B where others draw about 440 W at nearly the same memory rate. One law per device follows neither.',
  'offline-rate':
    'Offline runs of TensorRT-LLM are vendor figures of engines that were built and tuned per device and length; batch limits, chunking and the capture of graphs are not stated. Each engine generation has one model family here, so that devices are left out instead, and a device without rows of its own gets the shares of the others.',
  'qualcomm-npu-rate':
    'Compiled models of equal shape differ: Qwen2 and Qwen2.5 decode 13 % apart, Baichuan2 and Llama 2 lie 17 to 19 % off in opposite directions. Nothing in the tables says how they were compiled.',
};
