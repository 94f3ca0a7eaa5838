/**
 * The random numbers that a request is made of, one stream for each purpose.
 *
 * Open sources draw the k-th request's lengths as the k-th numbers of streams named after the source, so changing the
 * rate, the budget or a policy leaves the sequence of lengths as it is.
 */

import type { RandomStream, RandomStreams } from '@infersim/kernel';

export interface BirthStreams {
  /** Which mixture component, or which row of a trace. */
  readonly pick: RandomStream;
  readonly prompt: RandomStream;
  readonly output: RandomStream;
  readonly thinking: RandomStream;
  readonly prefix: RandomStream;
}

/** The birth streams under a name. */
export function birthStreams(streams: RandomStreams, name: string): BirthStreams {
  return {
    pick: streams.stream(`${name}/lengths`),
    prompt: streams.stream(`${name}/lengths/prompt`),
    output: streams.stream(`${name}/lengths/output`),
    thinking: streams.stream(`${name}/thinking`),
    prefix: streams.stream(`${name}/prefix`),
  };
}
