import { Observable, Subject } from 'rxjs';
import type { HardwareEvent } from './port.ts';

/**
 * What a driver tells. The board's state and the hook's are kept and told first to whoever
 * subscribes, so that nobody misses how things stood at start.
 */
export class Told {
  readonly #subject = new Subject<HardwareEvent>();
  #board: HardwareEvent | null = null;
  #hook: HardwareEvent | null = null;

  readonly events = new Observable<HardwareEvent>((subscriber) => {
    if (this.#board) subscriber.next(this.#board);
    if (this.#hook) subscriber.next(this.#hook);
    return this.#subject.subscribe(subscriber);
  });

  /** Tells an event to every subscriber. A fault makes the hook unknown. */
  tell(event: HardwareEvent): void {
    if (event.type === 'hook') this.#hook = event;
    if (event.type === 'board') {
      this.#board = event;
      if (event.state === 'fault') this.#hook = null;
    }
    this.#subject.next(event);
  }

  /** Nothing more is told. */
  close(): void {
    this.#subject.complete();
  }
}
