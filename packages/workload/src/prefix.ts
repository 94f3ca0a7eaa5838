/**
 * Prefix identity without token content: a prompt's leading tokens as segments that other prompts may begin with too.
 *
 * Two prompts share exactly the leading tokens over which their segments (id and length) agree. Tokens behind the last
 * segment belong to the request alone. A chain is immutable and may be shared by many requests.
 */
export interface PrefixChain {
  /** Segment ids, integers below 2^53, in prompt order. */
  readonly ids: Float64Array;
  /** Tokens of each segment, positive. */
  readonly tokens: Int32Array;
  /** Sum of `tokens`; at most the prompt's length. */
  readonly totalTokens: number;
}
