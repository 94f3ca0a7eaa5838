/** Where the parts of the event queue write the event they give out; columns of one record, so that nothing is allocated. */
export interface EventRecord {
  /** Time in seconds. */
  eventTimeS: number;
  /** What happens, a small integer chosen by the model. */
  eventKind: number;
  /** Entity that it happens to. */
  eventSource: number;
  /** What the model attached to a timer. */
  eventPayload: number;
}
